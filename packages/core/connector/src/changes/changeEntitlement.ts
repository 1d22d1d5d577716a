// The changes of one entitlement: a read, the writes that are left to do, and the proof. Who holds it by all that is known,
// and whether anybody else was touched, follows from the lists that answers and reads show: those who were seen before, with
// our own changes, are compared with each. That costs no call.
import { Effect, Result } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import { ConnectorError } from "../ConnectorError.ts"
import type { ResourceId } from "../model.ts"
import { formatResourceId } from "../model.ts"
import type { StoreError } from "../StoreError.ts"
import type { AppendEntry } from "./audited.ts"
import { makeCircuitBreaker } from "./audited.ts"
import type { Change, IntendedChange, Newcomers } from "./Change.ts"
import { collateral } from "./collateral.ts"
import type { EntitlementContext, Unproven } from "./makeChange.ts"
import { endsTheRun, failAll, learnAliases, makeChange, prove, readHolders } from "./makeChange.ts"

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
  changes: ReadonlyArray<IntendedChange>,
  met: (newcomers: Newcomers) => void,
): Ended<R> {
  const before = yield* Effect.result(given.held === undefined ? readHolders(given) : Effect.succeed(given.held))
  if (Result.isFailure(before)) {
    const trouble = yield* troubleOrEnd(before.failure)
    yield* failAll(given, changes, before.failure)
    return trouble
  }
  const context = named(given, before.success.resourceName)
  const { entitlement, settle, dryRun } = context

  const holders = makeHolders(before.success.holders)
  let trouble: ConnectorError | undefined
  let end: ConnectorError | StoreError | undefined
  const openedBy = makeCircuitBreaker()
  const unproven: Array<Unproven> = []
  /** The lines of the one write since the holders were last seen; nothing where there were several. */
  let lastWrite: AppendEntry | undefined
  for (const change of changes) {
    const { intent } = change
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
    if (dryRun && intent === "grant" && change.ineligible !== undefined) {
      yield* settle({ change, outcome: "failed", failure: foreseen(change, change.ineligible) })
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
    if (end !== undefined || holders.vanished().length > 0 || context.doubt() !== undefined) break
    trouble = made._tag === "Failed" ? localTrouble(made.failure) : undefined
    if (openedBy(trouble) !== undefined) break
  }

  const unread = unproven.length === 0 ? undefined : yield* prove(context, unproven, holders)
  const newcomers = holders.newcomers()
  if (newcomers.length > 0) met({ entitlement: entitlement.id, principals: newcomers })
  const vanished = holders.vanished()
  if (vanished.length > 0) return yield* yield* collateral(context, intentsOf(changes), vanished, lastWrite)
  if (end !== undefined) return yield* Effect.fail(end)
  return unread === undefined ? trouble : yield* troubleOrEnd(unread)
})

const intentsOf = (changes: ReadonlyArray<IntendedChange>): string =>
  [...new Set(changes.map(({ intent }) => intent))].join(" and ")

/** What the system would answer. A real run lets it decide. */
const foreseen = ({ principal }: Change, ineligible: string) =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: `The grant will be refused: ${formatResourceId(principal)} is ${ineligible}.`,
    hint: "Reactivate the person, or make a full member of the guest, before granting it.",
  })

/** The same, with the name of the resource in each result. */
const named = <R>(context: EntitlementContext<R>, resourceName: string | undefined): EntitlementContext<R> =>
  resourceName === undefined ? context : { ...context, settle: (result) => context.settle({ ...result, resourceName }) }

const localTrouble = (failure: ConnectorError) => (failure.isLocal ? failure : undefined)

/** What a failed read of the holders means for the changes after it. */
const troubleOrEnd = (failure: ConnectorError): Effect.Effect<ConnectorError | undefined, ConnectorError> =>
  endsTheRun(failure) ? Effect.fail(failure) : Effect.succeed(localTrouble(failure))

/** The holders of one entitlement during its changes. */
export interface Holders {
  /** Whether nothing is left to do for the change. */
  readonly isMet: (change: IntendedChange) => boolean
  /** The id, of those of the principal, under which it holds the entitlement; nothing where it does not. */
  readonly heldAs: (change: Change) => ResourceId | undefined
  /** Notes further ids of the principal, which count as the principal from now on. */
  readonly noteAliases: (change: Change, aliases: ReadonlyArray<string>) => void
  /** The ids of all who hold it, by all that is known. */
  readonly known: () => { readonly length: number }
  /** Whether a write about the principal was sent. */
  readonly isOurs: (change: Change) => boolean
  /** Notes that a write about the principal is about to be sent; what becomes of its hold is our doing from now on. */
  readonly noteSent: (change: Change) => void
  /** Makes the change in what is known, where the system accepted it and does not show who holds the entitlement. */
  readonly noteMade: (change: IntendedChange) => void
  /** Takes a list of all holders as the latest that is known. */
  readonly observe: (seen: ReadonlyArray<ResourceId>) => void
  /** Ids of those who held it, whom no write of ours was about, and whom the latest list does not show. */
  readonly vanished: () => ReadonlyArray<string>
  /** Ids of those who came meanwhile, and whom no write of ours was about. */
  readonly newcomers: () => ReadonlyArray<string>
}

/** From the list that was read before the changes. */
const makeHolders = (before: ReadonlyArray<ResourceId>): Holders => {
  let held = new Set(before.map(formatResourceId))
  const known = new Set(held)
  const ours = new Set<string>()
  const came = new Set<string>()
  let vanished: ReadonlyArray<string> = []
  const learnt = new Map<string, ReadonlyArray<string>>()
  const everyIdOf = ({ principal, aliases }: Change): ReadonlyArray<ResourceId> =>
    [principal.resource, ...(aliases ?? learnt.get(formatResourceId(principal)) ?? [])].map((resource) => ({
      ...principal,
      resource,
    }))
  const idsOf = (change: Change) => everyIdOf(change).map(formatResourceId)
  const heldAs = (change: Change) => everyIdOf(change).find((id) => held.has(formatResourceId(id)))
  return {
    isMet: (change) => (heldAs(change) !== undefined) === (change.intent === "grant"),
    heldAs,
    known: () => ({ length: held.size }),
    noteAliases: (change, aliases) => {
      learnt.set(formatResourceId(change.principal), aliases)
      if (ours.has(formatResourceId(change.principal))) for (const id of idsOf(change)) ours.add(id)
    },
    isOurs: (change) => idsOf(change).some((id) => ours.has(id)),
    noteSent: (change) => {
      for (const id of idsOf(change)) ours.add(id)
    },
    // In place, as a list may name many thousands.
    noteMade: (change) => {
      if (change.intent === "grant") held.add(formatResourceId(change.principal))
      else for (const id of idsOf(change)) held.delete(id)
    },
    observe: (seen) => {
      held = new Set(seen.map(formatResourceId))
      for (const id of held) {
        if (known.has(id) || ours.has(id)) continue
        known.add(id)
        came.add(id)
      }
      vanished = [...known].filter((id) => !held.has(id) && !ours.has(id))
    },
    vanished: () => vanished,
    newcomers: () => [...came].filter((id) => !ours.has(id)),
  }
}
