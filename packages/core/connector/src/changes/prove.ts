// The proof of changes that the system accepted without showing who holds the entitlement now: one read for all.
import { Effect, Result } from "effect"
import { ConnectorError } from "../ConnectorError.ts"
import type { AppendEntry } from "./audited.ts"
import type { Change } from "./Change.ts"
import type { EntitlementContext } from "./EntitlementContext.ts"
import { failAll, learnAliases, readHolders } from "./EntitlementContext.ts"
import type { Holders } from "./Holders.ts"
import { leftOpen } from "./writeOnce.ts"

/** An accepted change, and where to note that it does not show. */
export interface Unproven {
  readonly change: Change
  readonly append: AppendEntry
}

const unconfirmed = new ConnectorError({
  reason: { _tag: "UnexpectedReply" },
  message: "The change was accepted, but a read after it does not show it.",
  hint: "Run the same again in a minute: a change that has arrived by then is skipped.",
  uncertain: true,
})

const unchecked = leftOpen("The change was accepted, but the read that proves it failed")

/** Settles accepted changes by what a read shows, and gives what that read failed with. */
export const prove = Effect.fn("Changes.prove")(function* <R>(
  context: EntitlementContext<R>,
  unproven: ReadonlyArray<Unproven>,
  holders: Holders,
) {
  const after = yield* Effect.result(readHolders(context))
  if (Result.isFailure(after)) {
    const changes = unproven.map(({ change }) => change)
    yield* failAll(context, changes, unchecked(after.failure))
    return after.failure
  }
  holders.observe(after.success.holders)
  const unmet: Array<Unproven> = []
  for (const accepted of unproven) {
    const { change } = accepted
    // What cannot be asked leaves the change as unconfirmed as it is.
    if (!holders.isMet(change)) yield* Effect.ignore(learnAliases(context, change, holders))
    if (holders.isMet(change)) {
      yield* context.settle({ change, outcome: "changed" })
      continue
    }
    unmet.push(accepted)
    yield* context.settle({ change, outcome: "failed", failure: unconfirmed })
  }
  // After all are settled, since a log that is full must not leave an accepted change told as one that was not tried.
  for (const { append } of unmet) yield* append("unconfirmed", unconfirmed.message)
  return undefined
})
