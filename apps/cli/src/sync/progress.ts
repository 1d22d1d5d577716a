// One sync from a connector into a file as the command runs it: with its progress, drawn on a terminal, and past the point
// where a signal still means something.
import { escapeControls } from "@rollcall/access/render"
import type { Announced, SyncEvent, SyncRequest } from "@rollcall/connector"
import { SyncEvents } from "@rollcall/connector"
import type { OpenConnector, ReplaceFlags } from "@rollcall/host"
import { syncToFile } from "@rollcall/host/sync"
import type { CallWait } from "@rollcall/resilience"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Effect } from "effect"
import type { Screen, Waits } from "../Screen.ts"
import { grouped, waitLines, withLiveLines, withWait } from "../Screen.ts"
import { SignalMeaning } from "../SignalMeaning.ts"

interface StepProgress {
  readonly title: string
  readonly pages: number
  readonly records: number
  readonly state: "waiting" | "running" | "done"
  readonly note?: string | undefined
  readonly announced?: Announced | undefined
}

/** A sync on its way. */
export interface Progress {
  readonly tenant: string
  readonly steps: ReadonlyMap<string, StepProgress>
  readonly waits: Waits
  readonly publishing: boolean
}

/** Before anything has happened. */
export const noProgress: Progress = { tenant: "", steps: new Map(), waits: new Map(), publishing: false }

/** The progress after an event. */
export const afterEvent = (progress: Progress, event: SyncEvent): Progress => {
  const step = (id: string, change: Partial<StepProgress>): Progress => ({
    ...progress,
    steps: new Map(progress.steps).set(id, { ...(progress.steps.get(id) ?? notBegun(id)), ...change }),
  })
  switch (event._tag) {
    case "SyncOpened":
      return {
        ...progress,
        tenant: event.tenant.displayName,
        steps: new Map(event.steps.map(({ id, title }) => [id, notBegun(title)])),
      }
    case "StepStarted":
      return step(event.step, {
        title: event.title,
        state: "running",
        note: event.resumed ? "continued" : undefined,
      })
    case "PageCommitted":
      return step(event.step, { pages: event.pages, records: event.records, announced: event.announced })
    case "StepRestarted":
      return step(event.step, {
        pages: 0,
        records: 0,
        announced: undefined,
        note: "restarted: the cursor had expired",
      })
    case "StepEnded":
      return step(event.step, { pages: event.pages, records: event.records, state: "done" })
    case "GapFound":
      return step(event.step, { note: `without ${event.gap.missing}` })
    case "Publishing":
      return { ...progress, publishing: true }
    default:
      return progress
  }
}

/** The progress after calls began to wait. */
export const afterWait = (progress: Progress, wait: CallWait, now: number): Progress => ({
  ...progress,
  waits: withWait(progress.waits, wait, now),
})

/** The progress as lines. */
export const progressLines = (progress: Progress, now: number): ReadonlyArray<string> => {
  if (progress.tenant === "") return []
  const titles = [...progress.steps.values()].map((step) => step.title)
  const width = Math.max(...titles.map((title) => title.length))
  return [
    ...[...progress.steps.values()].map((step) => stepLine(step, width)),
    ...waitLines(progress.waits, now),
    ...(progress.publishing ? ["  writing the file"] : []),
  ]
}

const notBegun = (title: string): StepProgress => ({ title, pages: 0, records: 0, state: "waiting" })

const marks = { waiting: "·", running: "…", done: "✓" }

const stepLine = (step: StepProgress, width: number): string => {
  const counts =
    step.state === "waiting"
      ? ""
      : `  ${grouped(step.records)} records, ${step.pages} ${step.pages === 1 ? "page" : "pages"}${totalOf(step)}`
  const note = step.note === undefined ? "" : `  (${escapeControls(step.note)})`
  return `${marks[step.state]} ${escapeControls(step.title).padEnd(width)}${counts}${note}`
}

/** `, 2,000 of 5,000 listed`, while a list is read whose length is announced. */
const totalOf = ({ state, announced }: StepProgress): string =>
  state !== "running" || announced === undefined
    ? ""
    : `, ${grouped(announced.read)} of ${grouped(announced.of)} listed`

/** Runs a sync and shows how it goes, where the standard error is a terminal and `shown` is true. */
const withProgress = Effect.fnUntraced(function* <A, E, R>(
  sync: Effect.Effect<A, E, R>,
  options: { readonly shown: boolean },
): Effect.fn.Return<A, E, R | Screen> {
  let progress: Progress = noProgress
  const others = yield* SyncEvents
  const report = (event: SyncEvent) =>
    Effect.suspend(() => {
      progress = afterEvent(progress, event)
      return others(event)
    })
  const watched = sync.pipe(
    Effect.provideService(SyncEvents, report),
    Effect.provideService(CallWaits, (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => void (progress = afterWait(progress, wait, now))),
    ),
  )
  return yield* withLiveLines(watched, (now) => progressLines(progress, now), options)
})

/** Syncs to the file that the settings name, and shows how it goes. */
export const syncWithProgress = Effect.fn("Cli.syncWithProgress")(function* (
  open: OpenConnector,
  settings: Parameters<typeof syncToFile>[1],
  request: SyncRequest,
  { showProgress, ...flags }: ReplaceFlags & { readonly showProgress: boolean },
) {
  const meaning = yield* SignalMeaning
  return yield* withProgress(syncToFile(open, settings, request, flags), { shown: showProgress }).pipe(
    Effect.provideService(SyncEvents, (event) =>
      Effect.sync(() => {
        // The file has been replaced, so the command may only end as a sync that is done.
        if (event._tag === "Published") meaning.comesTooLate = true
      }),
    ),
  )
})
