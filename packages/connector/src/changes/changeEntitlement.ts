// The changes of one entitlement: a read, the writes that are left to do, and the proof.
import { Effect, Result } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { StoreError } from "../StoreError.ts"
import type { Change } from "./Change.ts"
import type { EntitlementContext } from "./EntitlementContext.ts"
import { endsTheRun, failAll, isMet, noteChange, readHolders } from "./EntitlementContext.ts"
import { makeOne } from "./makeOne.ts"
import type { Unproven } from "./prove.ts"
import { prove } from "./prove.ts"
import { twiceInARow } from "./twiceInARow.ts"

/**
 * How the changes of one entitlement end, those that were tried being settled:
 * - With nothing: what failed of them says nothing of another entitlement.
 * - With the trouble of a server that failed last, which may be this entitlement's alone. Met twice in a row it leaves the
 *   rest of the changes untried.
 * - As a failure: with what leaves no sense in trying any other change, after the proof of those that were made.
 */
type Ended<R> = Effect.fn.Return<ConnectorError | undefined, ConnectorError | StoreError, R | AuditLog>

/** Makes the changes, one after the other, and settles them. */
export const changeEntitlement = Effect.fn("Changes.entitlement")(function* <R>(
  context: EntitlementContext<R>,
  changes: ReadonlyArray<Change>,
): Ended<R> {
  const { settle, dryRun } = context
  const before = yield* Effect.result(readHolders(context))
  if (Result.isFailure(before)) {
    const trouble = yield* troubleOrEnd(before.failure)
    yield* failAll(context, changes, before.failure)
    return trouble
  }

  let held = before.success
  let trouble: ConnectorError | undefined
  let end: ConnectorError | StoreError | undefined
  const metTwice = twiceInARow()
  const unproven: Array<Unproven> = []
  for (const change of changes) {
    if (isMet(context, change, held)) {
      yield* settle({ change, outcome: "already" })
      continue
    }
    if (dryRun) {
      noteChange(context, change, held)
      yield* settle({ change, outcome: "wouldChange" })
      continue
    }
    const made = yield* makeOne(context, change, held)
    if (made._tag === "EndsTheRun") {
      end = made.failure
      break
    }
    if (made._tag === "Accepted") {
      held = made.held
      if (made.unproven !== undefined) unproven.push(made.unproven)
    }
    trouble = made._tag === "Failed" ? localTrouble(made.failure) : undefined
    if (metTwice(trouble) !== undefined) break
  }

  const unread = unproven.length === 0 ? undefined : yield* prove(context, unproven)
  if (end !== undefined) return yield* Effect.fail(end)
  return unread === undefined ? trouble : yield* troubleOrEnd(unread)
})

const localTrouble = (failure: ConnectorError) => (failure.mayBeLocal === true ? failure : undefined)

/** What a failed read of the holders means for the changes after it. */
const troubleOrEnd = (failure: ConnectorError): Effect.Effect<ConnectorError | undefined, ConnectorError> =>
  endsTheRun(failure) ? Effect.fail(failure) : Effect.succeed(localTrouble(failure))
