// Names of entitlements, looked up in the file of the last sync.
import { findEntitlementToChange, openAccess, UnknownName } from "@rollcall/access"
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { errLines } from "../Screen.ts"
import type { Asked } from "./ChangePlan.ts"
import { nameIn } from "./askedChanges.ts"
import type { Problem } from "./problems.ts"
import { problemsError } from "./problems.ts"

/** The changes with the ids of these names in their place, each of which is said. Without a file they stay. */
export const withIds = Effect.fnUntraced(
  function* (asked: Asked, names: ReadonlySet<string>, file: string) {
    const access = yield* openAccess(file)
    const ids = new Map<string, string>()
    const unclear = new Map<string, UnknownName>()
    const notes: Array<string> = []
    for (const name of names) {
      const found = yield* Effect.catchIf(
        findEntitlementToChange(access, name),
        (error) => error instanceof UnknownName,
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
  },
  Effect.scoped,
  (effect, asked) =>
    effect.pipe(
      // What is no id is then refused as such.
      Effect.catchIf(
        (error) => error instanceof StoreError && error.reason === "NotFound",
        () => Effect.succeed(asked),
      ),
    ),
)
