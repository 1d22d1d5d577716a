// Names of groups and entitlements in the place of ids. The system is asked by ids alone, so a name is looked up in the file of the
// last sync. People are named by id or address: many have the same name.
import type { UnknownName } from "@rollcall/access"
import { hideTokens } from "@rollcall/api-client"
import { parseEntitlementId, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { UsageError } from "../errors.ts"
import { errLines } from "../Screen.ts"
import type { Asked, AskedChange } from "./ChangePlan.ts"
import type { ListError, Problem } from "./problems.ts"
import { problemsError } from "./problems.ts"

/** The same changes with ids in the place of names, each of which is said. Without a file nothing is looked up. */
export const resolveNames = Effect.fn("Changes.resolveNames")(function* (asked: Asked, file: string) {
  const names = new Set(asked.changes.flatMap((change) => nameIn(change) ?? []))
  if (names.size === 0) return asked
  // Changes by id, which are most, need no reader of files.
  const { findEntitlementToChange, openAccess } = yield* Effect.promise(() => import("@rollcall/access"))
  return yield* Effect.scoped(
    Effect.flatMap(openAccess(file), (access) =>
      withIds(asked, names, (name) => findEntitlementToChange(access, name)),
    ),
  ).pipe(
    // What is no id is then refused as such.
    Effect.catchIf(
      (error) => error instanceof StoreError && error.reason === "NotFound",
      () => Effect.succeed(asked),
    ),
  )
})

/** A text in the place of an entitlement's id that is not one. */
const nameIn = (change: AskedChange): string | undefined => {
  if ("grant" in change || hideTokens(change.entitlement) !== change.entitlement) return undefined
  return parseEntitlementId(change.entitlement) === undefined ? change.entitlement : undefined
}

const withIds = Effect.fnUntraced(function* <E>(
  asked: Asked,
  names: ReadonlySet<string>,
  find: (name: string) => Effect.Effect<{ readonly id: string; readonly shown: string }, UnknownName | E>,
): Effect.fn.Return<Asked, UsageError | ListError | E, Effect.Services<ReturnType<typeof errLines>>> {
  const ids = new Map<string, string>()
  const unclear = new Map<string, UnknownName>()
  const notes: Array<string> = []
  for (const name of names) {
    const found = yield* Effect.catchIf(
      find(name),
      (error): error is UnknownName => isUnknownName(error),
      (error) => Effect.sync(() => void unclear.set(name, error)),
    )
    if (found === undefined) continue
    ids.set(name, found.id)
    notes.push(`"${name}" is ${found.shown} in the last sync.`)
  }
  const problems = asked.changes.flatMap((change): ReadonlyArray<Problem> => {
    const error = unclear.get(nameIn(change) ?? "")
    return error === undefined
      ? []
      : [{ where: change.where, problem: error.message.replace(/\.$/u, ""), hint: error.hint }]
  })
  if (problems.length > 0) return yield* problemsError(problems, asked)
  yield* errLines(notes.map((note) => `note: ${note}`))
  return {
    ...asked,
    changes: asked.changes.map((change) => {
      const id = ids.get(nameIn(change) ?? "")
      return "grant" in change || id === undefined ? change : { ...change, entitlement: id }
    }),
  }
})

const isUnknownName = (error: unknown): error is UnknownName =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "UnknownName"
