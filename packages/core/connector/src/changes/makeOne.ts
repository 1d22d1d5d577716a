// One change that something is left to do for: one write between its two lines in the audit log.
import { Effect, Result } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model/Resource.ts"
import type { StoreError } from "../StoreError.ts"
import type { AppendEntry } from "./audited.ts"
import { auditEntries, audited } from "./audited.ts"
import type { Change } from "./Change.ts"
import type { EntitlementContext } from "./EntitlementContext.ts"
import { endsTheRun, readHolders } from "./EntitlementContext.ts"
import type { Holders } from "./Holders.ts"
import { writeOnce } from "./writeOnce.ts"

/** What came of the change; `append` notes more about it in the audit log. */
export type Made = { readonly append: AppendEntry } & (
  | { readonly _tag: "Proven" }
  /** The system accepted it, and its answer did not show it: the change is not settled yet. */
  | { readonly _tag: "Unproven" }
  /** It failed, is settled as that, and says nothing of the next change; the server's own trouble may. */
  | { readonly _tag: "Failed"; readonly failure: ConnectorError }
  /** There is no sense in another change. This one is settled as failed if it was sent, and otherwise not at all. */
  | { readonly _tag: "EndsTheRun"; readonly failure: ConnectorError | StoreError }
)

/** Writes, and keeps in `holders` what the system accepted or showed. */
export const makeOne = Effect.fnUntraced(function* <R>(
  context: EntitlementContext<R>,
  change: Change,
  holders: Holders,
): Effect.fn.Return<Made, never, R | AuditLog> {
  const { tenant, intent, entitlement, settle } = context
  const target = { entitlement: entitlement.id, principal: formatResourceId(change.principal) }
  const append = yield* auditEntries({ tenant, intent, target, statedReason: change.statedReason })
  const written = yield* Effect.result(audited(append, write(context, change, holders)))
  if (Result.isSuccess(written)) {
    const { outcome, isShown } = written.success
    if (!isShown) holders.noteMade(change)
    if (!isShown || !holders.isMet(change)) return { _tag: "Unproven", append }
    yield* settle({ change, outcome })
    return { _tag: "Proven", append }
  }
  const { failure } = written
  switch (failure._tag) {
    case "ConnectorError":
      yield* settle({ change, outcome: "failed", failure })
      return { _tag: endsTheRun(failure) ? "EndsTheRun" : "Failed", failure, append }
    case "Unrecorded":
      yield* settle({ change, outcome: "failed", failure: failure.asFailure })
      return { _tag: "EndsTheRun", failure: failure.log, append }
    case "StoreError":
      return { _tag: "EndsTheRun", failure, append }
  }
})

/** A write that was accepted, and whether the system showed who holds the entitlement after it. */
interface Written {
  readonly outcome: "changed" | "already"
  readonly isShown: boolean
}

const write = <R>(context: EntitlementContext<R>, change: Change, holders: Holders) => {
  const { intent, entitlement, provisioning } = context
  const send = Effect.suspend(() => {
    holders.noteSent(change)
    // Under the id that the system lists: a removal of another id of the same person would find nobody.
    const principal = holders.heldAs(change) ?? change.principal
    return Effect.map(provisioning[intent](entitlement, principal), (answer): Written => {
      if (answer.holders !== undefined) holders.observe(answer.holders)
      return { outcome: "changed", isShown: answer.holders !== undefined }
    })
  })
  return writeOnce(send, readHolders(context), (seen, lost): Written | ConnectorError | undefined => {
    holders.observe(seen.holders)
    // It was held before it was sent, so it is our own removal, whatever became of the reply.
    if (holders.isMet(change)) return { outcome: intent === "revoke" ? "changed" : "already", isShown: true }
    return holders.vanished().length === 0 ? undefined : lost
  })
}
