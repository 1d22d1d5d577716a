// The changes of one entitlement: a read, the writes that are left to do, and the proof.
import { Effect, Result } from "effect"
import type { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model/Resource.ts"
import type { StoreError } from "../StoreError.ts"
import { auditEntries, audited } from "./audited.ts"
import type { Change } from "./Change.ts"
import type { Held, HolderChanges } from "./HolderChanges.ts"
import { endsTheRun, failAll, heldBy, isMet, noteChange, readHolders } from "./HolderChanges.ts"
import type { Unproven } from "./prove.ts"
import { prove } from "./prove.ts"
import { writeOnce } from "./writeOnce.ts"

/**
 * Settles the changes; fails with what leaves no sense in trying any other, after the proof of those that were made. Gives
 * the trouble that it ended in, which may be this entitlement's alone: two changes in a row that meet it end these changes
 * and leave the rest of them untried.
 */
export const changeHolders = Effect.fn("Changes.entitlement")(function* <R>(
  context: HolderChanges<R>,
  changes: ReadonlyArray<Change>,
) {
  const { settle, dryRun } = context
  const before = yield* Effect.result(readHolders(context))
  if (Result.isFailure(before)) {
    if (endsTheRun(before.failure)) return yield* before.failure
    yield* failAll(context, changes, before.failure)
    return localTrouble(before.failure)
  }

  let held = before.success
  let trouble: ConnectorError | undefined
  let end: ConnectorError | StoreError | undefined
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
    const append = yield* auditEntries(writeOf(context, change))
    const written = yield* Effect.result(audited(append, makeChange(context, change)))
    if (Result.isFailure(written)) {
      const { failure } = written
      const cause = failure._tag === "Unrecorded" ? failure.failure : failure
      if (cause._tag === "ConnectorError") yield* settle({ change, outcome: "failed", failure: cause })
      if (failure._tag === "ConnectorError" && !endsTheRun(failure)) {
        const metBefore = trouble !== undefined
        trouble = localTrouble(failure)
        if (metBefore && trouble !== undefined) break
        continue
      }
      end = failure._tag === "Unrecorded" ? failure.log : failure
      break
    }
    trouble = undefined
    const { outcome, holders } = written.success
    if (holders === undefined) noteChange(context, change, held)
    else held = holders
    if (holders !== undefined && isMet(context, change, holders)) yield* settle({ change, outcome })
    else unproven.push({ change, append })
  }

  const unread = unproven.length === 0 ? undefined : yield* prove(context, unproven)
  if (end !== undefined) return yield* Effect.fail(end)
  if (unread !== undefined && endsTheRun(unread)) return yield* unread
  return unread === undefined ? trouble : localTrouble(unread)
})

const localTrouble = (failure: ConnectorError) => (failure.mayBeLocal === true ? failure : undefined)

const writeOf = <R>({ tenant, intent, entitlement }: HolderChanges<R>, { principal }: Change) => ({
  tenant,
  intent,
  target: { entitlement: entitlement.id, principal: formatResourceId(principal) },
})

/** A write that was accepted, and who holds the entitlement now where that is known. */
interface Made {
  readonly outcome: "changed" | "already"
  readonly holders?: Held
}

const makeChange = <R>(context: HolderChanges<R>, change: Change): Effect.Effect<Made, ConnectorError, R> =>
  writeOnce(
    Effect.map(context.provisioning[context.intent](context.entitlement, change.principal), ({ holders }): Made => ({
      outcome: "changed",
      ...(holders === undefined ? {} : { holders: heldBy(holders) }),
    })),
    Effect.map(readHolders(context), (holders): Made | undefined =>
      isMet(context, change, holders) ? { outcome: "already", holders } : undefined,
    ),
  )
