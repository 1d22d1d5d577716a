// The changes of one entitlement: a read, the writes that are left to do, and the proof.
import { Effect, Result } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model.ts"
import type { StoreError } from "../StoreError.ts"
import type { AppendEntry } from "./audited.ts"
import { makeCircuitBreaker } from "./audited.ts"
import type { Change, Newcomers } from "./Change.ts"
import { collateral } from "./collateral.ts"
import type { EntitlementContext, Unproven } from "./makeChange.ts"
import { endsTheRun, failAll, learnAliases, makeChange, prove, readHolders } from "./makeChange.ts"
import { makeHolders } from "./Holders.ts"

/**
 * How the changes of one entitlement end, those that were tried being settled:
 * - With nothing: what failed of them says nothing of another entitlement.
 * - With the trouble of a server that failed last, which may be this entitlement's alone. Met twice in a row it leaves the
 *   rest of the changes untried.
 * - As a failure: with what leaves no sense in trying any other change, after the proof of those that were made. Others who
 *   lost the entitlement meanwhile are such a failure too.
 */
type Ended<R> = Effect.fn.Return<ConnectorError | undefined, ConnectorError | StoreError, R | AuditLog>

/** Makes the changes, one after the other, and settles them; `met` is given those who came meanwhile. */
export const changeEntitlement = Effect.fn("Changes.entitlement")(function* <R>(
  given: EntitlementContext<R>,
  changes: ReadonlyArray<Change>,
  met: (newcomers: Newcomers) => void,
): Ended<R> {
  const before = yield* Effect.result(readHolders(given))
  if (Result.isFailure(before)) {
    const trouble = yield* troubleOrEnd(before.failure)
    yield* failAll(given, changes, before.failure)
    return trouble
  }
  const context = named(given, before.success.resourceName)
  const { intent, entitlement, settle, dryRun } = context

  const holders = makeHolders(intent, before.success.holders)
  let trouble: ConnectorError | undefined
  let end: ConnectorError | StoreError | undefined
  const openedBy = makeCircuitBreaker()
  const unproven: Array<Unproven> = []
  /** The lines of the one write since the holders were last seen; nothing where there were several. */
  let lastWrite: AppendEntry | undefined
  for (const change of changes) {
    // A removal must not be taken for done because the system lists the person under another id.
    if (intent === "revoke" && holders.isMet(change) && !holders.isOurs(change)) {
      const learned = yield* Effect.result(learnAliases(context, change, holders))
      if (Result.isFailure(learned)) {
        yield* settle({ change, outcome: "failed", failure: learned.failure })
        if (!endsTheRun(learned.failure)) continue
        end = learned.failure
        break
      }
    }
    if (holders.isMet(change)) {
      const isOwnRemoval = intent === "revoke" && holders.isOurs(change)
      if (isOwnRemoval && unproven.length > 0) unproven.push({ change, append: () => Effect.void })
      else yield* settle({ change, outcome: isOwnRemoval ? "changed" : "already" })
      continue
    }
    if (dryRun && intent === "grant" && change.unfit !== undefined) {
      yield* settle({ change, outcome: "failed", failure: foreseen(change, change.unfit) })
      continue
    }
    if (dryRun) {
      holders.noteMade(change)
      yield* settle({ change, outcome: "wouldChange" })
      continue
    }
    const made = yield* makeChange(context, change, holders)
    lastWrite = unproven.length === 0 ? made.append : undefined
    if (made._tag === "Unproven") unproven.push({ change, append: made.append })
    if (made._tag === "EndsTheRun") end = made.failure
    if (end !== undefined || holders.vanished().length > 0) break
    trouble = made._tag === "Failed" ? localTrouble(made.failure) : undefined
    if (openedBy(trouble) !== undefined) break
  }

  const unread = unproven.length === 0 ? undefined : yield* prove(context, unproven, holders)
  const newcomers = holders.newcomers()
  if (newcomers.length > 0) met({ entitlement: entitlement.id, principals: newcomers })
  const vanished = holders.vanished()
  if (vanished.length > 0) return yield* yield* collateral(context, vanished, lastWrite)
  if (end !== undefined) return yield* Effect.fail(end)
  return unread === undefined ? trouble : yield* troubleOrEnd(unread)
})

/** What the system would answer. A real run lets it decide. */
const foreseen = ({ principal }: Change, unfit: string) =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: `The grant will be refused: ${formatResourceId(principal)} is ${unfit}.`,
    hint: "Reactivate the person, or make a full member of the guest, before granting it.",
  })

/** The same, with the name of the resource in each result. */
const named = <R>(context: EntitlementContext<R>, resourceName: string | undefined): EntitlementContext<R> =>
  resourceName === undefined ? context : { ...context, settle: (result) => context.settle({ ...result, resourceName }) }

const localTrouble = (failure: ConnectorError) => (failure.isLocal ? failure : undefined)

/** What a failed read of the holders means for the changes after it. */
const troubleOrEnd = (failure: ConnectorError): Effect.Effect<ConnectorError | undefined, ConnectorError> =>
  endsTheRun(failure) ? Effect.fail(failure) : Effect.succeed(localTrouble(failure))
