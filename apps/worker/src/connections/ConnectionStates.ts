// How each connection is, in the words of the console and `/connections`. It follows from what happened to it last: what was wrong with
// its entry or its settings, whether a sync runs, how the last one ended and what it lacked.
import type { C1Event } from "@rollcall/c1-tasks"
import type { Connection } from "@rollcall/config"
import type { SyncEvent } from "@rollcall/connector"
import type { ShownConnection } from "@rollcall/host/connections"
import { Clock, Context, Effect, Layer } from "effect"
import type { Readiness } from "../health/Readiness.ts"
import { showState } from "../metrics/stateMetrics.ts"
import type { SyncOutcome } from "../metrics/syncMetrics.ts"
import type { RecentWork } from "./recentWork.ts"
import { makeRecentWork } from "./recentWork.ts"

interface Facts extends FactsOfTurn {
  readonly labels: Readonly<Record<string, string>>
  readonly isAdded: boolean
  isPaused: boolean
  /** Whether it works in this process; where several share the connections, it may work in another one. */
  isServed: boolean
}

/** What is known since the work began here: how it was before says nothing of what another process has done meanwhile. */
interface FactsOfTurn {
  /** Its entry or its settings cannot be used, or the last sync failed: a sentence, and what to do. */
  failure?: string | undefined
  /** Whether its token was accepted when it was last asked about; otherwise why not, or that nobody has asked yet. */
  token: "accepted" | { readonly because: string; readonly isRefused: boolean }
  /** What it waits for before it can work. */
  waitsFor?: string | undefined
  running: number
  gaps: ReadonlyArray<string>
  lastSync?: number | undefined
  nextSync?: number | undefined
  /** The id of the workspace, once the system has said it. */
  workspace?: string | undefined
  readonly recent: RecentWork
}

/** What the work of one connection tells. */
export interface ConnectionReports {
  readonly readiness: Readiness["Service"]
  readonly observe: (event: SyncEvent) => Effect.Effect<void>
  readonly ended: (outcome: SyncOutcome, why?: string) => Effect.Effect<void>
  readonly workspaceIs: (id: string) => Effect.Effect<void>
  readonly task: (event: C1Event) => Effect.Effect<void>
  readonly planned: (millis: number) => Effect.Effect<void>
  /** A sync of an earlier worker had ended at this time. */
  readonly succeededBefore: (endedAt: number) => Effect.Effect<void>
  readonly tokenIs: (token: Facts["token"]) => Effect.Effect<void>
  readonly failed: (why: string) => Effect.Effect<void>
  readonly paused: (isPaused: boolean) => Effect.Effect<void>
  /** Does the work of the connection, of which nothing is known as it begins. */
  readonly serving: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** What is known of all connections of the process. */
export class ConnectionStates extends Context.Service<
  ConnectionStates,
  {
    /** All of them, in the order of their names. */
    readonly all: Effect.Effect<ReadonlyArray<ShownConnection>>
    /** Begins to follow a connection, of which nothing is known. */
    readonly follow: (
      connection: Pick<Connection, "name" | "labels">,
      isAdded: boolean,
    ) => Effect.Effect<ConnectionReports>
    readonly forget: (name: string) => Effect.Effect<void>
  }
>()("@rollcall/worker/ConnectionStates") {
  static readonly layer: Layer.Layer<ConnectionStates> = Layer.effect(
    ConnectionStates,
    Effect.map(Effect.context(), (shownIn) => {
      const known = new Map<string, { readonly facts: Facts; readonly endShowing: () => void }>()
      const forget = (name: string) => {
        known.get(name)?.endShowing()
        known.delete(name)
      }
      return ConnectionStates.of({
        all: Effect.sync(() =>
          [...known].map(([name, { facts }]) => viewOf(name, facts)).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
        ),
        follow: ({ name, labels }, isAdded) =>
          Effect.sync(() => {
            forget(name)
            const facts: Facts = { labels, isAdded, isPaused: false, isServed: false, ...fresh() }
            const read = () => ({ ...facts, isUp: facts.isServed && problemOf(facts) === undefined })
            known.set(name, { facts, endShowing: showState(name, read, shownIn) })
            return reportsOn(facts)
          }),
        forget: (name) => Effect.sync(() => forget(name)),
      })
    }),
  )
}

const fresh = (): FactsOfTurn => ({
  failure: undefined,
  token: { because: "its token has not been checked yet", isRefused: false },
  waitsFor: "it has just been started",
  running: 0,
  gaps: [],
  lastSync: undefined,
  nextSync: undefined,
  workspace: undefined,
  recent: makeRecentWork(),
})

/** Why it does not work, and whether that may pass by itself; nothing where it works. */
const problemOf = ({
  failure,
  token,
  waitsFor,
}: FactsOfTurn): Pick<ShownConnection, "state" | "because"> | undefined => {
  if (failure !== undefined) return { state: "Failed", because: failure }
  if (token !== "accepted") return { state: token.isRefused ? "Failed" : "Setting up", because: token.because }
  return waitsFor === undefined ? undefined : { state: "Setting up", because: waitsFor }
}

const viewOf = (name: string, facts: Facts): ShownConnection => {
  const { labels, isAdded, isPaused, running, gaps, lastSync, nextSync, workspace, recent } = facts
  const [syncs, tasks] = [recent.syncs(), recent.tasks()]
  const view = { name, labels, lastSync, nextSync, isAdded, workspace, gaps, syncs, tasks }
  if (running > 0) return { ...view, state: "Syncing", progress: recent.progress() }
  if (isPaused) return { ...view, state: "Paused" }
  const problem = problemOf(facts)
  if (problem !== undefined) return { ...view, ...problem }
  return gaps.length > 0
    ? { ...view, state: "Degraded", because: `The last sync lacks ${gaps.join("; ")}.` }
    : { ...view, state: "Connected" }
}

const reportsOn = (facts: Facts): ConnectionReports => {
  let found: Array<string> = []
  const change = (how: () => void) => Effect.sync(how)
  return {
    readiness: {
      state: Effect.sync(() =>
        facts.waitsFor === undefined ? { _tag: "Ready" } : { _tag: "Starting", because: facts.waitsFor },
      ),
      set: (state) => change(() => void (facts.waitsFor = state._tag === "Starting" ? state.because : undefined)),
    },
    observe: (event) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        facts.recent.observe(event, now)
        if (event._tag === "SyncOpened") {
          found = []
          facts.running += 1
        } else if (event._tag === "GapFound") found.push(event.gap.missing)
      }),
    ended: (outcome, why) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        facts.running = Math.max(0, facts.running - 1)
        facts.recent.ended(outcome, why, now)
        if (outcome === "error") facts.failure = why ?? "The last sync failed."
        if (outcome !== "success") return
        facts.failure = undefined
        facts.gaps = found
        facts.lastSync = now
      }),
    workspaceIs: (id) => change(() => void (facts.workspace = id)),
    task: (event) => Effect.map(Clock.currentTimeMillis, (now) => facts.recent.task(event, now)),
    paused: (isPaused) => change(() => void (facts.isPaused = isPaused)),
    serving: (work) =>
      Effect.acquireUseRelease(
        change(() => void Object.assign(facts, fresh(), { isServed: true })),
        () => work,
        () => change(() => void Object.assign(facts, fresh(), { isServed: false })),
      ),
    tokenIs: (token) => change(() => void (facts.token = token)),
    planned: (millis) => change(() => void (facts.nextSync = millis)),
    succeededBefore: (endedAt) => change(() => void (facts.lastSync = Math.max(facts.lastSync ?? endedAt, endedAt))),
    failed: (why) =>
      change(() => {
        facts.running = 0
        facts.failure = why
      }),
  }
}
