// Signs of life of a long task. C1 hears one before the work begins and then as often as it wants; it may answer that the
// task is cancelled, and a task of which it has not heard nine times in a row counts as lost.
import { Code } from "@connectrpc/connect"
import { C1Service } from "@rollcall/c1-client"
import { Effect } from "effect"
import type { CancelledBy } from "../C1Event.ts"
import { C1Events } from "../C1Event.ts"
import { heartbeatPause } from "../pauses.ts"
import { TaskFailure } from "./TaskFailure.ts"

const maxFailures = 9

/** Runs the work under heartbeats, and interrupts it where the task is over for C1. */
export const withHeartbeats = <A, E, R>(taskId: string, work: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const service = yield* C1Service
    const emit = yield* C1Events
    let lost = 0
    let pause = heartbeatPause(undefined)

    const beat = Effect.gen(function* () {
      const answer = yield* Effect.result(service.heartbeat(taskId))
      if (answer._tag === "Failure") {
        lost++
        yield* emit({ _tag: "HeartbeatFailed", taskId, error: answer.failure, consecutive: lost })
        return lost >= maxFailures ? yield* cancel(taskId, "lostHeartbeats") : undefined
      }
      lost = 0
      pause = heartbeatPause(answer.success.nextMillis)
      yield* emit({ _tag: "HeartbeatSent", taskId, nextMillis: pause })
      return answer.success.cancelled ? yield* cancel(taskId, "c1") : undefined
    })

    yield* beat
    const beats = Effect.forever(
      Effect.andThen(
        Effect.suspend(() => Effect.sleep(pause)),
        beat,
      ),
    )
    return yield* Effect.raceFirst(work, beats)
  })

const messages: Readonly<Record<CancelledBy, string>> = {
  c1: "task was cancelled",
  lostHeartbeats: "task failed heartbeat: ConductorOne could not be reached nine times in a row",
  shutdown: "the connector is stopping; the next task of this kind continues where this one stopped",
}

/** The failure of a task that a process which stops did not begin, or could not wait for: a change, or an upload. */
export const interruptedFailure = new TaskFailure({
  code: Code.Canceled,
  message: "the connector is stopping, and could not bring the task to its end; give it again",
  retryable: true,
})

/** Ends a sync in this way, and says so to those who watch. */
export const cancel = (taskId: string, by: CancelledBy): Effect.Effect<never, TaskFailure> =>
  Effect.gen(function* () {
    const emit = yield* C1Events
    yield* emit({ _tag: "TaskCancelled", taskId, by })
    return yield* new TaskFailure({ code: Code.Canceled, message: messages[by], retryable: true })
  })
