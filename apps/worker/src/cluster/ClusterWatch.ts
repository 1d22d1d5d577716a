// Whether the part of this worker that shares connections does its work: it holds locks of sessions of the database, and what keeps them has
// stood still for minutes, or for good, where a session was lost in an unlucky moment. What it asks of the database is watched from outside, and
// where it gets no further although the database answers, the process ends: a new one has no state that could be stuck
// (docs/decisions/0067-a-worker-that-stalls-ends.md).
import type { Failure, FailureKind } from "@rollcall/connector"
import { exitCodes } from "@rollcall/connector"
import { Database } from "@rollcall/postgres"
import { monotonicMillis } from "@rollcall/resilience"
import { Context, Deferred, Duration, Effect, Exit, Layer, Metric, RcRef, Schedule, Schema } from "effect"
import type { RunnerStorage } from "effect/cluster"
import { ClusterMetrics } from "effect/cluster"
import { endProcessAfter } from "../runProcess.ts"
import { ClusterTimes, StallPatience } from "./ClusterTimes.ts"

/** The worker could not go on with what it shares. */
export class ClusterStalled
  extends Schema.TaggedError<ClusterStalled>()("ClusterStalled", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "interrupted"
  }
}

const databaseUp = Metric.gauge("rollcall_database_up", {
  description: "1 if the shared database answered when it was last asked, 0 if not.",
})
const stalledSeconds = Metric.gauge("rollcall_cluster_stalled_seconds", {
  description:
    "For how long this worker could not take, keep or give back connections although the database answered; 0 where it can. It ends at 180.",
})

type Storage = RunnerStorage.RunnerStorage["Service"]

/** What is seen of it. */
export class ClusterWatch extends Context.Service<
  ClusterWatch,
  {
    /** Why this worker can serve nothing just now; nothing where it can. */
    readonly unready: Effect.Effect<string | undefined>
    /** Fails when it has been stalled for so long that it will not recover; the process ends soon after that, whatever still runs in it. */
    readonly stalled: Effect.Effect<never, ClusterStalled>
    /** The same storage, with what is asked of it seen. */
    readonly watched: (storage: Storage) => Storage
  }
>()("@rollcall/worker/ClusterWatch") {
  static readonly layer: Layer.Layer<ClusterWatch, never, Database> = Layer.effect(
    ClusterWatch,
    Effect.gen(function* () {
      const { kept } = yield* Database
      const { lockExpires, lockRefreshed } = yield* ClusterTimes
      const patience = yield* StallPatience
      const often = Duration.toMillis(lockRefreshed) / 2
      const stalled = yield* Deferred.make<never, ClusterStalled>()
      let beatAt = yield* monotonicMillis
      let takesFail = false
      let answers = true

      const beats = Effect.map(monotonicMillis, (now) => void (beatAt = now))
      const takes = (failed: boolean) => Effect.sync(() => void (takesFail = failed))
      const watched = (storage: Storage): Storage => ({
        ...storage,
        refresh: (...of) => Effect.tap(storage.refresh(...of), beats),
        // One that takes too long is interrupted.
        acquire: (...of) => Effect.onExit(storage.acquire(...of), (exit) => takes(Exit.isFailure(exit))),
      })
      const isSilent = Effect.map(monotonicMillis, (now) => now - beatAt > Duration.toMillis(lockExpires))

      // Beside the pool, which may be what is stuck.
      const ask = Effect.scoped(Effect.flatMap(RcRef.get(kept), (session) => session.ask("select 1")))
      let lookedAt = yield* monotonicMillis
      let stalledMillis = 0
      const look = Effect.gen(function* () {
        answers = yield* Effect.match(ask, { onSuccess: () => true, onFailure: () => false })
        yield* Metric.update(databaseUp, answers ? 1 : 0)
        const now = yield* monotonicMillis
        // Not the time in which the whole process was stopped.
        const passed = Math.min(now - lookedAt, 3 * often)
        lookedAt = now
        const { value: releasing } = yield* Metric.value(ClusterMetrics.shardsReleasing)
        const isWell = !takesFail && releasing === 0n && !(yield* isSilent)
        if (isWell) stalledMillis = 0
        else if (answers) stalledMillis += passed
        yield* Metric.update(stalledSeconds, Math.round(stalledMillis / 1000))
        if (stalledMillis < Duration.toMillis(patience)) return
        const error = new ClusterStalled({
          message: `This worker could neither take connections nor give them back for ${Duration.format(patience)}, although the database answers.`,
          hint: "It ends, so that others serve its connections and Kubernetes starts it again.",
        })
        if (!(yield* Deferred.fail(stalled, error))) return
        yield* Effect.logError(error.message)
        yield* endProcessAfter("15 seconds", exitCodes[error.kind])
      })
      yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(often)))

      return ClusterWatch.of({
        unready: Effect.map(isSilent, (silent) => {
          if (!answers) return "the database cannot be reached"
          return silent ? "it has lost its session with the database" : undefined
        }),
        stalled: Deferred.await(stalled),
        watched,
      })
    }),
  )
}
