// One case of the sweep: an output of a healthy sync, a sync over it with one fault, and a judgement of how that ended.
import { exitCodes, isFailure } from "@rollcall/connector"
import { makeSimulator } from "@rollcall/slack-simulator"
import { virtualClock } from "@rollcall/test-kit/virtual-time"
import type { Scope } from "effect"
import { Cause, Clock, Effect, Exit } from "effect"
import { faultyFetch, type PlannedFault } from "./faultyFetch.ts"
import type { Output, OutputKind } from "./outputs.ts"
import { differences, type Snapshot } from "./snapshot.ts"
import { connectorOf, type World } from "./worlds.ts"

/** What a world gives without a fault. */
export interface Healthy {
  readonly world: World
  readonly snapshot: Snapshot
  /** Calls by method. */
  readonly calls: ReadonlyMap<string, number>
  /** An output that holds it. */
  readonly copy: Effect.Effect<Output, unknown, Scope.Scope>
}

/** How a case ended. */
export interface Outcome {
  readonly ended: "complete" | "gap" | "nothing replaced"
  /** What it should not have done; empty for a right outcome. */
  readonly wrong: ReadonlyArray<string>
}

/** Syncs a world into an output, with at most one fault, so many minutes after the year began; gives the calls. */
const sync = (world: World, output: Output, minutes: number, planned?: PlannedFault) => {
  const time = virtualClock(minutes)
  const run = Effect.gen(function* () {
    const slack = yield* makeSimulator(world.simulator)
    const { fetch, calls } = faultyFetch(slack.fetch, planned, { ...world, inFlight: time.inFlight })
    yield* output.sync(yield* connectorOf(world, slack, fetch))
    return calls()
  })
  return Effect.provideService(Effect.scoped(run), Clock.Clock, time.clock)
}

/** Syncs a world without a fault. */
export const healthySync = Effect.fnUntraced(function* (world: World, outputs: OutputKind) {
  let calls: Healthy["calls"] = new Map()
  const copy = yield* outputs.fill((output) => Effect.map(sync(world, output, 0), (made) => (calls = made)))
  const snapshot = yield* Effect.scoped(Effect.flatMap(copy, (output) => output.snapshot))
  return { world, snapshot, calls, copy } satisfies Healthy
})

/** Runs one case. */
export const runCase = Effect.fnUntraced(function* ({ world, snapshot, copy }: Healthy, planned: PlannedFault) {
  const output = yield* copy
  const before = output.version()
  const exit = yield* Effect.exit(sync(world, output, 60, planned))
  if (Exit.isSuccess(exit)) return judgePublished(snapshot, yield* output.snapshot)

  const wrong = [...wrongFailure(exit.cause)]
  if (output.version() !== before) wrong.push("the output was replaced by a sync that failed")
  // What was read in the wrong must not come back with the next sync.
  const next = yield* Effect.exit(sync(world, output, 120))
  if (Exit.isFailure(next)) wrong.push(`the next sync failed: ${Cause.pretty(next.cause).slice(0, 200)}`)
  else
    wrong.push(...[...differences(snapshot, yield* output.snapshot).values()].map((it) => `after the next sync ${it}`))
  return { ended: "nothing replaced", wrong } satisfies Outcome
}, Effect.scoped)

const judgePublished = (healthy: Snapshot, found: Snapshot): Outcome => {
  const gaps = new Set(found.coverage.filter((it) => it.gaps.length > 0).map(({ resourceType }) => resourceType))
  const changed = differences(healthy, found)
  const wrong = [...changed].filter(([type]) => !gaps.has(type)).map(([, example]) => `${example}, and no gap says so`)
  return { ended: changed.size === 0 ? "complete" : "gap", wrong }
}

/** A failure that calls itself a defect of ours, or does not say what to do. */
const wrongFailure = (cause: Cause.Cause<unknown>): ReadonlyArray<string> => {
  const error = Cause.squash(cause)
  if (!isFailure(error)) return [`it died: ${Cause.pretty(cause).slice(0, 300)}`]
  return exitCodes[error.kind] === 1 ? [`it ends with 1, as if it were our own fault: ${error.message}`] : []
}
