// Which syncs can be compared: finished ones, of one workspace.
import type { SyncInfo } from "@rollcall/c1z"
import type { Failure, FailureKind, StoreError } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import type { AccessReader } from "../AccessReader.ts"
import type { ComparedPair } from "./ComparedPair.ts"

/** Two syncs cannot be compared: they are of different workspaces, or one has not finished or is not there. */
export class Incomparable
  extends Schema.TaggedError<Incomparable>()("Incomparable", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "unreadable"
  }
}

/** The sync that is compared; it fails where it has not finished, or there is none. `which` says which of the two it is: `the later`. */
export const finishedSync = ({ sync }: AccessReader, which: string): Effect.Effect<SyncInfo, Incomparable> => {
  if (sync?.endedAt !== undefined) return Effect.succeed(sync)
  return Effect.fail(
    new Incomparable({
      message:
        sync === undefined
          ? `${which} file holds no sync.`
          : `${which} sync ${sync.id} has not finished, so what it does not show is not known to be gone.`,
      hint: "Name finished syncs. `rollcall syncs` lists those of a file.",
    }),
  )
}

/** Parents of accounts that are read of each sync; an organisation has some hundreds of workspaces. */
const mostParents = 1000

/** Files that other programs wrote do not tell whose data they hold; what accounts belong to does. */
export const refuseOtherWorkspace = Effect.fnUntraced(function* (
  { before, after, types }: Pick<ComparedPair, "before" | "after" | "types">,
  syncs: { readonly before: SyncInfo; readonly after: SyncInfo },
): Effect.fn.Return<void, StoreError | Incomparable> {
  const [first, second] = [syncs.before.source?.tenant, syncs.after.source?.tenant]
  if (first !== undefined && second !== undefined) {
    if (first.id === second.id) return
    return yield* otherWorkspaces(`${first.displayName} (${first.id})`, `${second.displayName} (${second.id})`)
  }
  const accounts = [...types].filter(([, what]) => what === "account").map(([type]) => type)
  const parentsIn = (access: AccessReader) =>
    Effect.map(
      Effect.forEach(accounts, (type) => access.inOrder.parentsOf(type, mostParents)),
      (parents) => parents.flat(),
    )
  const one = [...(first === undefined ? [] : [first.id]), ...(yield* parentsIn(before))]
  const other = [...(second === undefined ? [] : [second.id]), ...(yield* parentsIn(after))]
  if (one.length === 0 || other.length === 0 || one.some((id) => other.includes(id))) return
  return yield* otherWorkspaces(one[0] ?? "", other[0] ?? "")
})

const otherWorkspaces = (before: string, after: string): Effect.Effect<never, Incomparable> =>
  Effect.fail(
    new Incomparable({
      message: `The syncs are of different workspaces: ${before} and ${after}.`,
      hint: "Compare two syncs of one workspace. `rollcall syncs` tells whose data each is.",
    }),
  )
