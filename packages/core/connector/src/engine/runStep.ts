// One step from where it stopped to its end: fetch a page, store it with the next cursor, go on. While a page is stored
// the next is already on its way; if the process dies then, that one call is made again.
import { Deferred, Effect, Fiber } from "effect"
import type { Connector, Page, PageRecords, Step, Tenant } from "../Connector.ts"
import { PageBeforeStored } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { Gap } from "../Coverage.ts"
import { gapOfRefusal } from "../Coverage.ts"
import type { Evidence } from "../Evidence.ts"
import type { StoreError } from "../StoreError.ts"
import { SyncError } from "../SyncError.ts"
import { SyncEvents } from "../SyncEvent.ts"
import type { StepState } from "../SyncStore.ts"
import { SyncStore } from "../SyncStore.ts"
import { undeclaredType } from "./checkConnector.ts"
import type { SyncPlan } from "./planSyncSteps.ts"
import { afterPage, afterRefusal, countRecords, gapsOfParents, newGaps, notBegun } from "./stepProgress.ts"
import { failedUnread, isLeftUnread } from "./syncFailure.ts"

/** A cursor that expires again and again is an interruption, not a reason to read the same pages for ever. */
const mostRestarts = 3

/** Runs a step from where it stands to its end; every page before a failure stays stored. */
export const runStep = Effect.fn("Sync.step")(function* <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  tenant: Tenant,
  step: Step<R>,
  start: StepState,
  others: OtherSteps,
): Effect.fn.Return<void, ConnectorError | SyncError | StoreError, R | SyncStore> {
  const store = yield* SyncStore
  const tell = yield* SyncEvents
  const tellGaps = (gaps: ReadonlyArray<Gap>) =>
    Effect.forEach(
      gaps.filter((gap) => gap.expected !== true),
      (gap) => tell({ _tag: "GapFound", step: step.id, gap }),
      { discard: true },
    )

  let state = start
  let restarts = 0
  let askedAgain = false
  let asked: Fiber.Fiber<Answer, ConnectorError | StoreError> | undefined
  const ask = (stored: Effect.Effect<void>) =>
    Effect.provideService(
      askForPage(step, tenant, state, evidenceFor(store, plan, step, others, stored)),
      PageBeforeStored,
      stored,
    )
  if (state.ended) return
  yield* tell({ _tag: "StepStarted", step: step.id, title: step.title, resumed: state.pages > 0 })
  if (step.parentType !== undefined && state.pages === 0) {
    const givers = (yield* store.steps).filter((it) => step.after?.includes(it.step) === true)
    const wanted = connector.resourceTypes.filter((type) => plan.wanted.has(type.id))
    const gaps = newGaps(state, gapsOfParents(step, wanted, givers))
    yield* tellGaps(gaps)
    state = { ...state, gaps: [...state.gaps, ...gaps] }
  }

  while (!state.ended) {
    const answer = yield* asked === undefined ? ask(Effect.void) : Fiber.join(asked)
    asked = undefined

    if (answer._tag === "Unread") {
      yield* store.restart(step.id)
      return yield* failedUnread(answer.error, step)
    }

    if (answer._tag === "Refused") {
      const gaps = refusalGaps(connector, step, plan.wanted, answer.error)
      yield* tellGaps(newGaps(state, gaps))
      state = afterRefusal(state, gaps)
      yield* store.commit({}, state)
      continue
    }

    if (answer._tag === "CursorExpired") {
      restarts++
      if (restarts > mostRestarts) return yield* answer.error
      yield* store.restart(step.id)
      yield* tell({ _tag: "StepRestarted", step: step.id, because: answer.error.message })
      state = notBegun(step.id)
      continue
    }

    const { page } = answer
    const broken = undeclaredType(connector, step, page)
    if (broken !== undefined) return yield* broken
    if (page.next !== undefined && (yield* store.hasCursor(step.id, page.next))) {
      if (!askedAgain) {
        askedAgain = true
        continue
      }
      // Else the next run would begin inside the circle.
      yield* store.restart(step.id)
      return yield* repeatedCursor(step)
    }
    askedAgain = false
    yield* tellGaps(newGaps(state, page.gaps ?? []))
    for (const warning of page.warnings ?? []) yield* tell({ _tag: "Warned", step: step.id, warning })
    state = afterPage(state, page)
    // The next page is on its way while this one is stored.
    const stored = yield* Deferred.make<void>()
    if (!state.ended) asked = yield* Effect.forkChild(ask(Deferred.await(stored)))
    const { records, settled } = takeRecords(connector, plan, step, page, state)
    yield* store.commit(records, state, page.listed, settled)
    state = yield* settled
    yield* Deferred.succeed(stored, undefined)
    const { announced } = page
    yield* tell({ _tag: "PageCommitted", step: step.id, pages: state.pages, records: state.records, announced })
  }

  yield* tell({ _tag: "StepEnded", step: step.id, pages: state.pages, records: state.records })
})

/**
 * The records of a page as they are kept, and the state of the step when all of them are taken: those in pieces are looked at one
 * piece after the other, while they are stored.
 */
const takeRecords = <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  step: Step<R>,
  page: Page,
  state: StepState,
): { readonly records: PageRecords; readonly settled: Effect.Effect<StepState, SyncError> } => {
  const { more } = page
  if (more === undefined) return { records: plan.keep(page), settled: Effect.succeed(state) }
  let taken = 0
  let broken: SyncError | undefined
  const pieces = function* () {
    taken = 0
    try {
      for (const piece of more) {
        broken = undeclaredType(connector, step, piece)
        if (broken !== undefined) return
        taken += countRecords(piece)
        yield plan.keep(piece)
      }
    } catch (cause) {
      broken = failedPiece(step, cause)
    }
  }
  return {
    records: { ...plan.keep(page), more: { [Symbol.iterator]: pieces } },
    settled: Effect.suspend(() => broken ?? Effect.succeed({ ...state, records: state.records + taken })),
  }
}

const failedPiece = (step: Pick<Step, "id" | "title">, cause: unknown) =>
  new SyncError({
    reason: "Defective",
    step: step.id,
    message: `The connector failed to make records of ${step.title}: ${cause instanceof Error ? cause.message : String(cause)}`,
    hint: "It is a fault in the code of the connector. Correct it there, or report it to the maintainer.",
    cause,
  })

/** What came of asking for a page, as far as the engine goes on with it. */
type Answer =
  | { readonly _tag: "Page"; readonly page: Page }
  | { readonly _tag: "Refused"; readonly error: ConnectorError }
  | { readonly _tag: "CursorExpired"; readonly error: ConnectorError }
  | { readonly _tag: "Unread"; readonly error: ConnectorError }

const askForPage = <R>(
  step: Step<R>,
  tenant: Tenant,
  state: StepState,
  evidence: Evidence,
): Effect.Effect<Answer, ConnectorError | StoreError, R> =>
  step.page({ tenant, evidence, ...(state.next === undefined ? {} : { cursor: state.next }) }).pipe(
    Effect.map((page): Answer => ({ _tag: "Page", page })),
    Effect.catchTag("ConnectorError", (error) => {
      if (isLeftUnread(error, state)) return Effect.succeed<Answer>({ _tag: "Unread", error })
      const { _tag } = error.reason
      const goesOn = _tag === "CursorExpired" || (_tag === "Refused" && step.optional === true)
      return goesOn ? Effect.succeed<Answer>({ _tag, error }) : Effect.fail(error)
    }),
  )

/** The gap that an optional step leaves in each of its types when the system refuses it. */
const refusalGaps = <R>(
  connector: Connector<R>,
  step: Step<R>,
  wanted: ReadonlySet<string>,
  error: ConnectorError,
): ReadonlyArray<Gap> =>
  connector.resourceTypes
    .filter((type) => step.produces.includes(type.id) && wanted.has(type.id))
    .map((type) => gapOfRefusal(error, { resourceType: type.id, missing: type.displayName, scopes: step.scopes }))

const repeatedCursor = (step: Pick<Step, "id" | "title">) =>
  new SyncError({
    reason: "CursorRepeated",
    step: step.id,
    message: `Reading ${step.title} does not end: the system returned a cursor that it had returned before.`,
    hint: "Sync again. If it happens again, the connector's `next` for this list is wrong, or the system's cursor is: report it to the maintainer of the connector. The previous content of the file is unchanged.",
  })

/** What a step needs to know about the others. */
export interface OtherSteps {
  /** Succeeds when the step has ended, at once if this sync does not run it. */
  readonly ended: (step: string) => Effect.Effect<void>
}

/** The evidence for the page that follows a page which `stored` waits for. */
const evidenceFor = (
  store: SyncStore["Service"],
  plan: Pick<SyncPlan<never>, "wanted" | "keepsGrants" | "merge">,
  step: Pick<Step, "id" | "after" | "comparesWith" | "last" | "parentType">,
  others: OtherSteps,
  stored: Effect.Effect<void>,
): Evidence => {
  const ended = (other: string) =>
    other === step.id || step.comparesWith?.includes(other) === true
      ? Effect.andThen(stored, other === step.id ? Effect.void : others.ended(other))
      : Effect.die(new Error(`The step ${step.id} compares with ${other} and does not declare it.`))
  return {
    unseen: (ids, lists, of = step.id) =>
      ids.length === 0 ? Effect.succeed([]) : Effect.andThen(ended(of), store.unseen(of, ids, lists)),
    count: (lists) => Effect.andThen(stored, store.countListed(step.id, lists)),
    compare: (other, lists) => Effect.andThen(ended(other), store.compareListed(step.id, other, lists)),
    parents: (from, most) => {
      const { parentType, after = [] } = step
      if (parentType === undefined) {
        return Effect.die(new Error(`The step ${step.id} asks for parents and declares no parentType.`))
      }
      return Effect.map(store.findResources(parentType, after, from, most), (all) => all.map(plan.merge))
    },
    unknownPrincipals: (type, most) => {
      if (step.last !== true) return Effect.die(new Error(`The step ${step.id} asks for principals and is not last.`))
      if (!plan.wanted.has(type) || !plan.keepsGrants) return Effect.succeed({ ids: [], count: 0 })
      return Effect.andThen(stored, store.findUnknownPrincipals(type, most))
    },
  }
}
