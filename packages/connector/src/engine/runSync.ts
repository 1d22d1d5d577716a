// The sync engine: takes a connector and a request, fills the store step by step and publishes when all steps ended.
import { Deferred, Effect } from "effect"
import type { Connector, Step, Tenant, Warning } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { Coverage } from "../Coverage.ts"
import { mergeBy } from "../mergeResources.ts"
import type { StoreError } from "../StoreError.ts"
import { SyncError } from "../SyncError.ts"
import { SyncEvents } from "../SyncEvent.ts"
import type { SyncRequest } from "../SyncRequest.ts"
import { requestKey } from "../SyncRequest.ts"
import type { OpenSync, PublishedSync, StepState, WarningCount } from "../SyncStore.ts"
import { SyncStore } from "../SyncStore.ts"
import { coverageOf } from "./coverageOf.ts"
import type { SyncPlan } from "./planSyncSteps.ts"
import { planSyncSteps } from "./planSyncSteps.ts"
import { notBegun, runStep } from "./runStep.ts"

/** What a finished sync amounts to. */
export interface SyncSummary {
  readonly tenant: Tenant
  readonly published: PublishedSync
  readonly coverage: ReadonlyArray<Coverage>
  readonly warnings: ReadonlyArray<WarningCount>
  readonly steps: ReadonlyArray<StepState>
  /** Whether it continued what an earlier run had left. */
  readonly resumed: boolean
}

/**
 * Reads all that the request asks for and publishes it, or publishes nothing. Independent steps run side by side; each
 * page is stored with the cursor that follows it, so that a run after a failure, a kill or an interruption continues
 * with the next page.
 */
export const runSync = Effect.fn("Sync.run")(function* <R>(
  connector: Connector<R>,
  request: SyncRequest = {},
): Effect.fn.Return<SyncSummary, SyncError | StoreError, R | SyncStore> {
  const store = yield* SyncStore
  const tell = yield* SyncEvents
  const plan = yield* planSyncSteps(connector, request)
  const tenant = yield* connector.identify.pipe(Effect.mapError((error) => explainFailure(error, "begin", undefined)))
  const open = yield* store.open({ connector: connector.id, tenant: tenant.id, request: requestKey(request) })
  yield* tell({ _tag: "SyncOpened", tenant, sync: open, steps: plan.steps.map((step) => step.id) })

  yield* runSteps(connector, plan, tenant, open)

  const steps = yield* endedSteps(plan)
  const warnings = [...steps.flatMap((state) => state.warnings), ...(yield* unknownPrincipals(plan))]
  const coverage = coverageOf(connector, plan.wanted, steps)
  yield* tell({ _tag: "Publishing" })
  const published = yield* store.publish({
    kind: request.skipEntitlementsAndGrants === true ? "resourcesOnly" : "full",
    resourceTypes: plan.resourceTypes,
    coverage,
    merge: mergeBy(connector.steps),
  })
  yield* tell({ _tag: "Published", sync: published })
  return { tenant, published, coverage, warnings, steps, resumed: open.resumed }
})

/** Starts every step as soon as the steps that it needs have ended. */
const runSteps = Effect.fnUntraced(function* <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  tenant: Tenant,
  open: OpenSync,
): Effect.fn.Return<void, SyncError | StoreError, R | SyncStore> {
  const store = yield* SyncStore
  const ended = new Map(plan.steps.map((step) => [step.id, Deferred.makeUnsafe<void>()]))
  const runOne = (step: Step<R>) =>
    Effect.gen(function* () {
      yield* Effect.forEach(step.after ?? [], (need) => {
        const done = ended.get(need)
        return done === undefined ? Effect.void : Deferred.await(done)
      })
      const state = open.steps.find((it) => it.step === step.id) ?? notBegun(step.id)
      yield* runStep(connector, plan, tenant, step, { state, cursors: open.cursors.get(step.id) ?? [] })
      const done = ended.get(step.id)
      if (done !== undefined) yield* Deferred.succeed(done, undefined)
    }).pipe(
      Effect.catchTag("ConnectorError", (error) =>
        Effect.flatMap(store.steps, (states) =>
          Effect.fail(explainFailure(error, states.some((it) => it.pages > 0) ? "midway" : "begin", step)),
        ),
      ),
    )
  yield* Effect.forEach(plan.steps, runOne, { concurrency: "unbounded", discard: true })
})

/** The steps as the store has them: a sync with a step missing or unfinished is never published. */
const endedSteps = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const states = yield* (yield* SyncStore).steps
  const unfinished = plan.steps.filter((step) => states.find((it) => it.step === step.id)?.ended !== true)
  if (unfinished.length > 0) {
    return yield* new SyncError({
      reason: "Defective",
      message: `The store does not show the end of ${unfinished.map((step) => step.title).join(", ")}.`,
      hint: "Nothing was published. Run again; if it happens again, remove the work file beside the output.",
    })
  }
  return plan.steps.flatMap((step) => states.filter((it) => it.step === step.id))
})

/** One warning for all grants whose principal no list showed; the grants themselves are kept. */
const unknownPrincipals = Effect.fnUntraced(function* <R>(plan: SyncPlan<R>) {
  const store = yield* SyncStore
  const tell = yield* SyncEvents
  const count = yield* store.unknownPrincipals([...plan.wanted])
  if (count === 0) return []
  const warning: Warning = {
    code: "unknown-principal",
    message: `${count} ${count === 1 ? "grant names a principal" : "grants name principals"} that no list showed; kept as they are.`,
  }
  yield* tell({ _tag: "Warned", warning })
  return [{ ...warning, count }]
})

/**
 * What a connector's failure means for the sync. Before the first page nothing is lost by failing; after it, what may
 * pass by itself (a lost token, a dead network) is an interruption to be resumed, while a refusal stays a refusal.
 */
const explainFailure = (
  error: ConnectorError,
  when: "begin" | "midway",
  step: { readonly id: string; readonly title: string } | undefined,
): SyncError => {
  const resumable = when === "midway" && error.reason !== "Refused" && error.reason !== "UnexpectedReply"
  return new SyncError({
    reason: resumable ? "Interrupted" : reasonAtBegin[error.reason],
    message:
      resumable && step !== undefined ? `Interrupted while reading ${step.title}: ${error.message}` : error.message,
    hint: resumable ? `${error.hint} Then run the same command again: it continues where it stopped.` : error.hint,
    ...(step === undefined ? {} : { step: step.id }),
    ...(error.missingScopes === undefined ? {} : { missingScopes: error.missingScopes }),
    cause: error,
  })
}

const reasonAtBegin: Record<ConnectorError["reason"], SyncError["reason"]> = {
  Refused: "Refused",
  CredentialRejected: "Refused",
  CursorExpired: "Interrupted",
  Unavailable: "Unavailable",
  UnexpectedReply: "Defective",
}
