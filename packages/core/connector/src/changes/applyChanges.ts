// Carries out changes: those of one entitlement together, one principal at a time. One read before them tells what is
// left to do, the system's answers or one read after them prove the result, and a failure of one change does not stop
// the next. A credential that is lost and a system that is away cut the run short; run again, it finds what was done. A
// server that fails (5xx) may do so for one object: it counts as away when two entitlements in a row end in that.
import { Context, Effect, Semaphore } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import type { Connector, Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model.ts"
import type { EntitlementHolders, EntitlementReference } from "../Provisioning.ts"
import { toEntitlementHolders } from "../Provisioning.ts"
import type { StoreError } from "../StoreError.ts"
import type { TrippedBrake } from "./brakes.ts"
import { actionsTakingAccess, checkBrakes, CurrentBrakes, trippedBrakes } from "./brakes.ts"
import type { Change, ChangeIntent, ChangeResult, IntendedChange, Newcomers } from "./Change.ts"
import { changeEntitlement } from "./changeEntitlement.ts"
import { guardedAliases } from "./guardedAliases.ts"
import { refusalOf } from "./refusals.ts"
import { makeCircuitBreaker } from "./audited.ts"

/** What is to be changed. */
export interface ChangeRequest {
  readonly intent: ChangeIntent
  readonly changes: ReadonlyArray<Change>
  /** Reads and says what it would do, and writes nothing. */
  readonly dryRun?: boolean
}

/** Changes of both kinds, and what is known of them. */
export interface MixedRequest {
  /** Those of one entitlement are carried out in this order. */
  readonly changes: ReadonlyArray<IntendedChange>
  readonly dryRun?: boolean | undefined
  /** Who holds entitlements, by their ids, where it was read just before: those are not read once more. */
  readonly held?: ReadonlyMap<string, EntitlementHolders> | undefined
  /** Ends the run at the first change that may have taken effect and could not be proven; default: goes on. */
  readonly untilDoubt?: boolean | undefined
  /** The brakes were asked about more than this, all at once; default: they are asked about this. */
  readonly brakesChecked?: boolean | undefined
}

/** What a run of changes amounts to. */
export interface AppliedChanges {
  /** One result for each change, in the order in which they were asked for. */
  readonly results: ReadonlyArray<ChangeResult>
  /** Why the rest was not tried; `Collateral` where others lost an entitlement while it was changed. */
  readonly stopReason?: ConnectorError | StoreError | undefined
  /** Who came to hold an entitlement meanwhile, by nobody's doing here. */
  readonly newcomers: ReadonlyArray<Newcomers>
  /** Of a dry run: the brakes that would stop it. */
  readonly brakes: ReadonlyArray<TrippedBrake>
}

/** Who is told of each result as soon as it is certain; nobody by default. */
export const ChangeResults = Context.Reference<(result: ChangeResult) => Effect.Effect<void>>(
  "@rollcall/connector/ChangeResults",
  { defaultValue: () => () => Effect.void },
)

/** Who has to act on a change, besides telling of it, such as whoever keeps its end; nobody by default. `connector` is its id. */
export const AfterChange = Context.Reference<
  (result: ChangeResult, tenant: Tenant, connector: string) => Effect.Effect<void>
>("@rollcall/connector/AfterChange", { defaultValue: () => () => Effect.void })

/**
 * Carries out the request. Fails where the credential does not even tell whose data it opens, and where a brake trips
 * (`CurrentBrakes`); whatever ends the run later is its `stopReason`, an audit log that cannot be written among them.
 */
export const applyChanges = <R>(connector: Connector<R>, { intent, changes, dryRun }: ChangeRequest) =>
  applyMixed(connector, { changes: changes.map((change) => ({ ...change, intent })), dryRun })

/**
 * The same for changes of both kinds. Those of one entitlement wait for others of this process that change the same: what one of them
 * removes would be taken for harm that the other did.
 */
export const applyMixed = <R>(
  connector: Connector<R>,
  request: MixedRequest,
): Effect.Effect<AppliedChanges, ConnectorError | StoreError, R | AuditLog> => {
  const [first, ...others] = new Set(request.changes.map(({ entitlement }) => entitlement.id))
  const work = applyNow(connector, request)
  return first === undefined || others.length > 0 ? work : inTurn(`${connector.id} ${first}`, work)
}

/** The entitlements that are being changed, and how many are at it or wait for their turn. */
const turns = new Map<string, { readonly semaphore: Semaphore.Semaphore; users: number }>()

const inTurn = <A, E, R>(key: string, work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const turn = turns.get(key) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
      turn.users += 1
      turns.set(key, turn)
      return turn
    }),
    ({ semaphore }) => semaphore.withPermit(work),
    (turn) =>
      Effect.sync(() => {
        turn.users -= 1
        if (turn.users === 0) turns.delete(key)
      }),
  )

const applyNow = Effect.fn("Changes.apply")(function* <R>(
  connector: Connector<R>,
  { changes: asked, dryRun = false, held, untilDoubt = false, brakesChecked = false }: MixedRequest,
): Effect.fn.Return<AppliedChanges, ConnectorError | StoreError, R | AuditLog> {
  const { provisioning } = connector
  const tell = yield* ChangeResults
  const after = yield* AfterChange
  // Each by itself, since one object that is given twice has two results.
  const changes = asked.map((change) => ({ ...change }))
  const refused = new Map(
    changes.flatMap((change) => {
      const failure = refusalOf(connector, change)
      return failure === undefined ? [] : [[change, failure] as const]
    }),
  )
  const possible = changes.filter((change) => !refused.has(change))
  const results = new Map<Change, ChangeResult>()
  const newcomers: Array<Newcomers> = []
  let doubt: ConnectorError | undefined
  let tenant: Tenant | undefined
  const settle = (result: ChangeResult) => {
    results.set(result.change, result)
    if (untilDoubt && result.outcome === "failed" && result.failure.uncertain === true) doubt ??= result.failure
    // What a dry run finds is no change.
    return tenant === undefined || dryRun
      ? tell(result)
      : Effect.andThen(after(result, tenant, connector.id), tell(result))
  }

  let stopReason: ConnectorError | StoreError | undefined
  let givenUp: ConnectorError | undefined
  // What is refused without asking costs no call.
  tenant = possible.length === 0 ? undefined : yield* connector.identify
  const known = held ?? (yield* heldForBrakes(connector, possible))
  const brakes =
    tenant === undefined || brakesChecked
      ? []
      : yield* trippedBrakes({
          tenant: tenant.id,
          changes: yield* underEveryId(connector, possible),
          takingActions: actionsTakingAccess(connector),
          held: known,
        })
  if (!dryRun) yield* checkBrakes(brakes)
  for (const [change, failure] of refused) yield* settle({ change, outcome: "failed", failure })
  if (provisioning !== undefined && tenant !== undefined) {
    const common = { provisioning, tenant, dryRun, settle, doubt: () => doubt }
    const openedBy = makeCircuitBreaker()
    const changeGroup = Effect.fnUntraced(function* ({ entitlement, group }: ChangesOfOne) {
      const context = { ...common, entitlement, held: known?.get(entitlement.id) }
      const trouble = yield* changeEntitlement(context, group, (met) => newcomers.push(met))
      if (doubt !== undefined) return yield* doubt
      const opening = openedBy(trouble)
      if (opening !== undefined) return yield* opening
      givenUp = trouble ?? givenUp
    })
    stopReason = yield* Effect.forEach(byEntitlement(possible), changeGroup).pipe(
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(error)),
    )
  }

  const untried = changes.filter((change) => !results.has(change))
  for (const change of untried) yield* settle({ change, outcome: "notTried" })
  if (untried.length > 0) stopReason ??= givenUp
  return {
    results: changes.flatMap((change) => results.get(change) ?? []),
    newcomers,
    stopReason,
    brakes,
  }
})

/** What is to be taken, with further ids of whom it is taken from, where these may be protected. */
const underEveryId = Effect.fnUntraced(function* <R>(connector: Connector<R>, changes: ReadonlyArray<IntendedChange>) {
  const isUnknown = ({ intent, aliases }: IntendedChange) => intent === "revoke" && aliases === undefined
  const known = yield* guardedAliases(
    connector,
    changes.filter(isUnknown).map(({ principal }) => principal),
  )
  return changes.map((change) => {
    const others = isUnknown(change) ? known.get(formatResourceId(change.principal)) : undefined
    return others === undefined ? change : { ...change, aliases: others.map(({ resource }) => resource) }
  })
})

const intents = { additions: "grant", removals: "revoke" } as const

/** Who holds what is to be changed, where a brake compares with it. What cannot be read is met again, and told, by its changes. */
const heldForBrakes = Effect.fnUntraced(function* <R>(
  { provisioning }: Connector<R>,
  changes: ReadonlyArray<IntendedChange>,
) {
  const { limits = [] } = (yield* CurrentBrakes).brakes
  const compared = new Set(limits.flatMap(({ of, counts }) => (of === "share" ? [intents[counts]] : [])))
  if (compared.size === 0 || provisioning === undefined) return undefined
  const held = new Map<string, EntitlementHolders>()
  for (const { entitlement } of byEntitlement(changes.filter(({ intent }) => compared.has(intent)))) {
    const read = yield* Effect.option(provisioning.holders(entitlement))
    if (read._tag === "Some") held.set(entitlement.id, toEntitlementHolders(read.value))
  }
  return held
})

interface ChangesOfOne {
  readonly entitlement: EntitlementReference
  readonly group: Array<IntendedChange>
}

const byEntitlement = (changes: ReadonlyArray<IntendedChange>): ReadonlyArray<ChangesOfOne> => {
  const groups = new Map<string, ChangesOfOne>()
  for (const change of changes) {
    const { entitlement } = change
    const known = groups.get(entitlement.id)
    if (known === undefined) groups.set(entitlement.id, { entitlement, group: [change] })
    else known.group.push(change)
  }
  return [...groups.values()]
}
