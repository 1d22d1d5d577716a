// Signs of life of a long task. C1 hears one before the work begins and then as often as it wants; it may answer that the
// task is cancelled, and a task of which it has not heard nine times in a row counts as lost.
import { Effect } from "effect"
import { C1Events } from "../C1Event.ts"
import { C1Service } from "@rollcall/c1-client"
import { cancel } from "./cancel.ts"
import { heartbeatPause } from "../pauses.ts"

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
