// The sync engine: takes a connector and a request, fills the store step by step and publishes when all steps ended.
import { Context, Deferred, Effect } from "effect"
import type { Connector, Step, Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { Coverage } from "../Coverage.ts"
import { mergeRulesOf } from "../mergeResources.ts"
import type { StoreError } from "../StoreError.ts"
import { SyncError } from "../SyncError.ts"
import { SyncEvents } from "../SyncEvent.ts"
import type { SyncPlan, SyncRequest } from "./planSyncSteps.ts"
import { planSyncSteps, requestKey } from "./planSyncSteps.ts"
import type {
  ComparedSync,
  EarlierSync,
  OpenSync,
  PublishedSync,
  StepState,
  SyncIdentity,
  SyncResult,
  WarningCount,
} from "../SyncStore.ts"
import { SyncStore } from "../SyncStore.ts"
import { needsOf } from "./checkConnector.ts"
import type { ReplacePolicy } from "./replacePolicy.ts"
import { checkTenant, defaultMaxShrink, isOfTenant, replacedTenants } from "./replacePolicy.ts"
import { coverageOf, isReadAgain, notBegun } from "./stepProgress.ts"
import type { OtherSteps } from "./runStep.ts"
import { runStep } from "./runStep.ts"
import { oddities } from "./oddities.ts"
import { failedAtBegin, failedMidway } from "./syncFailure.ts"

/** What a finished sync amounts to. */
export interface SyncSummary {
  readonly tenant: Tenant
  /** Whether the request asked for everything, for less, or for resources alone. */
  readonly kind: SyncResult["kind"]
  readonly published: PublishedSync
  readonly coverage: ReadonlyArray<Coverage>
  readonly warnings: ReadonlyArray<WarningCount>
  readonly steps: ReadonlyArray<StepState>
  /** Whether it continued what an earlier run had left. */
  readonly resumed: boolean
}

/** Runs a sync when it may run: one process may let only some of many run at once. Each runs at once where nobody says otherwise. */
export const SyncTurn = Context.Reference<<A, E, R>(sync: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>>(
  "@rollcall/connector/SyncTurn",
  { defaultValue: () => (sync) => sync },
)

/**
 * Reads all that the request asks for and publishes it, or publishes nothing. Independent steps run side by side; each
 * page is stored with the cursor that follows it, so that a run after a failure, a kill or an interruption continues
 * with the next page.
 */
export const runSync = Effect.fn("Sync.run")(function* <R>(
  connector: Connector<R>,
  request: SyncRequest = {},
  policy: ReplacePolicy = {},
): Effect.fn.Return<SyncSummary, SyncError | StoreError, R | SyncStore> {
  const inTurn = yield* SyncTurn
  return yield* inTurn(readAndPublish(connector, request, policy))
})

const readAndPublish = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  request: SyncRequest,
  policy: ReplacePolicy,
): Effect.fn.Return<SyncSummary, SyncError | StoreError, R | SyncStore> {
  const store = yield* SyncStore
  const tell = yield* SyncEvents
  const plan = yield* planSyncSteps(connector, request)
  const earlier = yield* store.earlier(connector.tenantType)
  const tenant = yield* Effect.mapError(connector.identify, (error) => failedAtBegin(error))
  if (policy.replacesTenant !== true) yield* checkTenant(earlier, tenant)
  if (plan.quick !== undefined && tenant.hasAliases === true) return yield* unresolvedAliases(connector)
  const open = yield* store.open(identityOf(connector, plan, tenant, request), policy.acceptsShrink, plan.encodedTypes)
  const { syncId, resumed, restartReason } = open
  yield* tell({
    _tag: "SyncOpened",
    tenant,
    sync: { syncId, resumed, ...(restartReason === undefined ? {} : { restartReason }) },
    steps: plan.steps.map(({ id, title }) => ({ id, title })),
  })

  yield* runSteps(connector, plan, tenant, open)

  const steps = yield* endedSteps(plan)
  const odd = yield* oddities(plan, steps)
  const warnings = [...steps.flatMap((state) => state.warnings), ...odd.warnings]
  const coverage = coverageOf(connector, plan, steps, tenant)
  const before = yield* syncBefore(connector, tenant, earlier, policy)
  const replaced = policy.replacesTenant === true ? earlier.filter((it) => !isOfTenant(it, tenant)) : []
  yield* tell({ _tag: "Publishing" })
  const stored = yield* store.publish({
    kind: plan.kind,
    source: { connector: connector.id, tenant: { id: tenant.id, displayName: tenant.displayName } },
    resourceTypes: plan.resourceTypes,
    coverage,
    unpublishedTypes: plan.unpublishedTypes,
    merge: mergeRulesOf(connector.steps),
    ...(before === undefined || policy.acceptsShrink === true
      ? {}
      : { shrink: { before, maxShrink: policy.maxShrink ?? defaultMaxShrink } }),
    leaveOut: replaced.map((it) => it.syncId),
  })
  const published = { ...stored, notes: [...odd.notes, ...stored.notes] }
  const found = [...published.warnings, ...replacedTenants(replaced)]
  yield* Effect.forEach(found, (warning) => tell({ _tag: "Warned", warning }), { discard: true })
  yield* tell({ _tag: "Published", sync: published, coverage })
  return { tenant, kind: plan.kind, published, coverage, warnings: [...warnings, ...found], steps, resumed }
})

const unresolvedAliases = <R>({ displayName }: Pick<Connector<R>, "displayName">) =>
  new SyncError({
    reason: "Refused",
    message: `${displayName} cannot be synced with --quick here: its accounts may have two ids, and the fast lists show only one of them.`,
    hint: "Sync without --quick, which finds the ids that other syncs have.",
  })

/** The last full sync of the same tenant and connector. */
const syncBefore = <R>(
  connector: Connector<R>,
  tenant: Tenant,
  earlier: ReadonlyArray<EarlierSync>,
  { before }: ReplacePolicy,
): Effect.Effect<ComparedSync | undefined> => {
  const isSame = (it: EarlierSync) => it.connector === undefined || it.connector === connector.id
  const found = earlier.findLast((it) => it.isFull && isSame(it) && isOfTenant(it, tenant))
  return found === undefined && before !== undefined ? before(tenant) : Effect.succeed(found)
}

/** All that decides what is read. A scope that no step uses does not. */
const identityOf = <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  tenant: Tenant,
  request: SyncRequest,
): SyncIdentity => {
  const used = new Set(
    plan.steps.flatMap((step) => [...step.scopes.map((need) => need.scope), ...(step.usesIfGranted ?? [])]),
  )
  return {
    connector: connector.id,
    tenant: tenant.id,
    request: requestKey(request),
    reach: [
      ...(tenant.scopes ?? []).filter((scope) => used.has(scope)),
      ...(tenant.parts ?? []).map(({ id }) => id),
    ].toSorted(),
    steps: plan.steps.map((step) => step.id),
  }
}

/** Starts every step as soon as the steps that it needs have ended. */
const runSteps = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  tenant: Tenant,
  open: OpenSync,
): Effect.fn.Return<void, SyncError | StoreError, R | SyncStore> {
  const store = yield* SyncStore
  const ended = new Map(plan.steps.map((step) => [step.id, Deferred.makeUnsafe<void>()]))
  const others: OtherSteps = {
    ended: (step) => {
      const done = ended.get(step)
      return done === undefined ? Effect.void : Deferred.await(done)
    },
  }
  const runOne = (step: Step<R>) =>
    Effect.gen(function* () {
      yield* Effect.forEach(needsOf(step, plan.steps), others.ended)
      yield* runStep(connector, plan, tenant, step, yield* startOf(step, plan, open), others)
      const done = ended.get(step.id)
      if (done !== undefined) yield* Deferred.succeed(done, undefined)
    }).pipe(
      Effect.catchIf(isConnectorError, (error) =>
        Effect.flatMap(store.steps, (states) => Effect.fail(failedMidway(error, step, states))),
      ),
    )
  yield* Effect.forEach(plan.steps, runOne, { concurrency: "unbounded", discard: true })
})

/** Where this run takes a step up. What was read to its end is published as it is. */
const startOf = Effect.fnUntraced(function* <R>(step: Step<R>, plan: SyncPlan<R>, { steps }: OpenSync) {
  const stateOf = ({ id }: Pick<Step, "id">) => steps.find((stored) => stored.step === id) ?? notBegun(id)
  const state = stateOf(step)
  if (!isReadAgain(step, state) || plan.steps.every((it) => stateOf(it).ended)) return state
  yield* (yield* SyncStore).restart(step.id)
  return notBegun(step.id)
})

const isConnectorError = (error: ConnectorError | SyncError | StoreError): error is ConnectorError =>
  error._tag === "ConnectorError"

/** The steps as the store has them: a sync with a step missing or unfinished is never published. */
const endedSteps = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const states = yield* (yield* SyncStore).steps
  const unfinished = plan.steps.filter((step) => states.find((state) => state.step === step.id)?.ended !== true)
  if (unfinished.length > 0) {
    return yield* new SyncError({
      reason: "Defective",
      message: `The store does not show the end of ${unfinished.map((step) => step.title).join(", ")}.`,
      hint: "Nothing was published. Sync again; if it happens again, remove the work file next to the output.",
    })
  }
  return plan.steps.flatMap((step) => states.filter((state) => state.step === step.id))
})
