// One change that something is left to do for: one write between its two lines in the audit log.
import { Effect, Result } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model/Resource.ts"
import type { StoreError } from "../StoreError.ts"
import { auditEntries, audited } from "./audited.ts"
import type { Change } from "./Change.ts"
import type { EntitlementContext, Held } from "./EntitlementContext.ts"
import { endsTheRun, heldBy, isMet, noteChange, readHolders } from "./EntitlementContext.ts"
import type { Unproven } from "./prove.ts"
import { writeOnce } from "./writeOnce.ts"

/** What came of the change. */
export type Made =
  /** The system accepted it; `unproven` where its answer did not show it, and the change is not settled yet. */
  | { readonly _tag: "Accepted"; readonly held: Held; readonly unproven?: Unproven }
  /** It failed, is settled as that, and says nothing of the next change; the server's own trouble may. */
  | { readonly _tag: "Failed"; readonly failure: ConnectorError }
  /** There is no sense in another change. This one is settled as failed if it was sent, and otherwise not at all. */
  | { readonly _tag: "EndsTheRun"; readonly failure: ConnectorError | StoreError }

/** Writes, and makes the change in `held` where the system accepted it and does not say who holds the entitlement now. */
export const makeOne = Effect.fnUntraced(function* <R>(
  context: EntitlementContext<R>,
  change: Change,
  held: Held,
): Effect.fn.Return<Made, never, R | AuditLog> {
  const { tenant, intent, entitlement, settle } = context
  const target = { entitlement: entitlement.id, principal: formatResourceId(change.principal) }
  const append = yield* auditEntries({ tenant, intent, target })
  const written = yield* Effect.result(audited(append, write(context, change)))
  if (Result.isSuccess(written)) {
    const { outcome, holders } = written.success
    if (holders === undefined) noteChange(context, change, held)
    if (holders === undefined || !isMet(context, change, holders)) {
      return { _tag: "Accepted", held: holders ?? held, unproven: { change, append } }
    }
    yield* settle({ change, outcome })
    return { _tag: "Accepted", held: holders }
  }
  const { failure } = written
  switch (failure._tag) {
    case "ConnectorError":
      yield* settle({ change, outcome: "failed", failure })
      return { _tag: endsTheRun(failure) ? "EndsTheRun" : "Failed", failure }
    case "Unrecorded":
      yield* settle({ change, outcome: "failed", failure: failure.asFailure })
      return { _tag: "EndsTheRun", failure: failure.log }
    case "StoreError":
      return { _tag: "EndsTheRun", failure }
  }
})

/** A write that was accepted, and who holds the entitlement now where that is known. */
interface Written {
  readonly outcome: "changed" | "already"
  readonly holders?: Held
}

const write = <R>(context: EntitlementContext<R>, change: Change): Effect.Effect<Written, ConnectorError, R> =>
  writeOnce(
    Effect.map(context.provisioning[context.intent](context.entitlement, change.principal), ({ holders }): Written => ({
      outcome: "changed",
      ...(holders === undefined ? {} : { holders: heldBy(holders) }),
    })),
    Effect.map(readHolders(context), (holders): Written | undefined =>
      isMet(context, change, holders) ? { outcome: "already", holders } : undefined,
    ),
  )
