// The proof of changes that the system accepted without showing who holds the entitlement now: one read for all.
import { Effect, Result } from "effect"
import { ConnectorError } from "../ConnectorError.ts"
import type { AppendEntry } from "./audited.ts"
import type { Change } from "./Change.ts"
import type { HolderChanges } from "./HolderChanges.ts"
import { endsTheRun, failAll, isMet, readHolders } from "./HolderChanges.ts"

/** An accepted change, and where to note that it does not show. */
export interface Unproven {
  readonly change: Change
  readonly append: AppendEntry
}

const unconfirmed = new ConnectorError({
  reason: "UnexpectedReply",
  message: "The change was accepted, but a read after it does not show it.",
  hint: "Run the same command again in a minute: what has arrived by then is left alone.",
})

const unchecked = (cause: ConnectorError) =>
  new ConnectorError({
    reason: cause.reason,
    message: `The change was accepted, but the read that proves it failed: ${cause.message}`,
    hint: cause.hint,
    uncertain: true,
    cause,
  })

/** Settles accepted changes by what a read shows; fails where nothing can be read any more. */
export const prove = Effect.fn("Changes.prove")(function* <R>(
  context: HolderChanges<R>,
  unproven: ReadonlyArray<Unproven>,
) {
  const after = yield* Effect.result(readHolders(context))
  if (Result.isFailure(after)) {
    const changes = unproven.map(({ change }) => change)
    yield* failAll(context, changes, unchecked(after.failure))
    return endsTheRun(after.failure) ? yield* after.failure : undefined
  }
  for (const { change, append } of unproven) {
    if (isMet(context, change, after.success)) {
      yield* context.settle({ change, outcome: "changed" })
      continue
    }
    yield* append("unconfirmed", unconfirmed.message)
    yield* context.settle({ change, outcome: "failed", failure: unconfirmed })
  }
})
