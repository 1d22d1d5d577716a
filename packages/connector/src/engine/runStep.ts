// One step from where it stopped to its end: fetch a page, store it with the next cursor, go on.
import { Effect } from "effect"
import type { Connector, Page, PageRequest, Step, Tenant, Warning } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { Gap } from "../Coverage.ts"
import type { StoreError } from "../StoreError.ts"
import { SyncError } from "../SyncError.ts"
import { SyncEvents } from "../SyncEvent.ts"
import type { StepState, WarningCount } from "../SyncStore.ts"
import { countRecords, SyncStore } from "../SyncStore.ts"
import type { SyncPlan } from "./planSyncSteps.ts"

/** A cursor that expires again and again is an interruption, not a reason to read the same pages for ever. */
const mostRestarts = 3

/** Where a step stands when this run takes it up. */
export interface StepStart {
  readonly state: StepState
  readonly cursors: ReadonlyArray<string>
}

/** The state of a step that has not begun. */
export const notBegun = (step: string): StepState => ({
  step,
  ended: false,
  pages: 0,
  records: 0,
  gaps: [],
  warnings: [],
})

/** Runs a step to its end. Succeeds with its final state; every page before a failure stays stored. */
export const runStep = Effect.fn("Sync.step")(function* <R>(
  connector: Connector<R>,
  plan: SyncPlan<R>,
  tenant: Tenant,
  step: Step<R>,
  start: StepStart,
): Effect.fn.Return<StepState, ConnectorError | SyncError | StoreError, R | SyncStore> {
  const store = yield* SyncStore
  const tell = yield* SyncEvents
  let state = start.state
  let seen = new Set(start.cursors)
  let restarts = 0
  if (state.ended) return state
  yield* tell({ _tag: "StepStarted", step: step.id, title: step.title, resumed: state.pages > 0 })

  while (!state.ended) {
    const request: PageRequest = state.next === undefined ? { tenant } : { tenant, cursor: state.next }
    const outcome = yield* step.page(request).pipe(
      Effect.catchIf(
        (error) => error.reason === "Refused" && step.optional === true && state.pages === 0,
        (error) => Effect.succeed(refusedPage(connector, step, plan.wanted, error)),
      ),
      Effect.catchIf(
        (error) => error.reason === "CursorExpired",
        (error) => Effect.succeed({ expired: error }),
      ),
    )

    if ("expired" in outcome) {
      restarts++
      if (restarts > mostRestarts) return yield* outcome.expired
      yield* store.restart(step.id)
      yield* tell({ _tag: "StepRestarted", step: step.id, because: outcome.expired.message })
      state = notBegun(step.id)
      seen = new Set()
      continue
    }

    const page: Page = outcome
    if (page.next !== undefined) {
      if (seen.has(page.next)) return yield* repeatedCursor(step)
      seen.add(page.next)
    }
    state = advance(state, page)
    yield* store.commit(plan.keep(page), state)
    for (const gap of page.gaps ?? []) yield* tell({ _tag: "GapFound", step: step.id, gap })
    for (const warning of page.warnings ?? []) yield* tell({ _tag: "Warned", step: step.id, warning })
    yield* tell({ _tag: "PageCommitted", step: step.id, pages: state.pages, records: state.records })
  }

  yield* tell({ _tag: "StepEnded", step: step.id, pages: state.pages, records: state.records })
  return state
})

const advance = (state: StepState, page: Page): StepState => ({
  step: state.step,
  ...(page.next === undefined ? {} : { next: page.next }),
  ended: page.next === undefined,
  pages: state.pages + 1,
  records: state.records + countRecords(page),
  gaps: addGaps(state.gaps, page.gaps ?? []),
  warnings: (page.warnings ?? []).reduce(countWarning, state.warnings),
})

const addGaps = (known: ReadonlyArray<Gap>, found: ReadonlyArray<Gap>): ReadonlyArray<Gap> => {
  const isKnown = (gap: Gap) => known.some((it) => it.resourceType === gap.resourceType && it.missing === gap.missing)
  return [...known, ...found.filter((gap) => !isKnown(gap))]
}

const countWarning = (counted: ReadonlyArray<WarningCount>, warning: Warning): ReadonlyArray<WarningCount> =>
  counted.some((it) => it.code === warning.code)
    ? counted.map((it) => (it.code === warning.code ? { ...it, count: it.count + 1 } : it))
    : [...counted, { ...warning, count: 1 }]

/** What is kept of an optional step that the system refuses: nothing but the gap it leaves in each of its types. */
const refusedPage = <R>(
  connector: Connector<R>,
  step: Step<R>,
  wanted: ReadonlySet<string>,
  error: ConnectorError,
): Page => ({
  gaps: step.produces
    .filter((type) => wanted.has(type))
    .map((resourceType) => ({
      resourceType,
      missing: connector.resourceTypes.find((type) => type.id === resourceType)?.displayName ?? resourceType,
      reason: error.missingScopes === undefined ? "plan" : "scope",
      explanation: `${error.message} ${error.hint}`,
      ...(error.missingScopes === undefined ? {} : { missingScopes: error.missingScopes }),
    })),
})

const repeatedCursor = (step: Pick<Step, "id" | "title">) =>
  new SyncError({
    reason: "CursorRepeated",
    step: step.id,
    message: `Reading ${step.title} does not come to an end: the system gave a cursor that it had given before.`,
    hint: "Run again; if it happens again, report it to the system's vendor. What stood in the file before is untouched.",
  })
