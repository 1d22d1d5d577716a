// Asks C1 for tasks, for ever. It asks only while there is room for one more, no sooner than C1 wants, and ever less often
// while C1 does not answer.
import { Effect, Result } from "effect"
import { C1Events } from "../C1Event.ts"
import { C1Service } from "../service/C1Service.ts"
import { pollPause, pollRetryPause } from "./pauses.ts"
import type { RunningTasks } from "./RunningTasks.ts"

/** How C1 is asked. */
export interface PollOptions {
  readonly concurrency: number
  /** Asks for several tasks in one call (`BATON_GET_TASKS`). */
  readonly severalAtOnce: boolean
}

/** The most tasks that C1 gives in one call. */
const mostTasks = 100

/** Polls until it is interrupted. */
export const pollTasks = Effect.fnUntraced(function* (tasks: RunningTasks, options: PollOptions) {
  const service = yield* C1Service
  const tell = yield* C1Events
  const ask = Effect.suspend(() => {
    if (!options.severalAtOnce) return service.getTask
    const known = tasks.known()
    return service.getTasks({ pageSize: Math.min(mostTasks, 2 * options.concurrency - known.length), known })
  })

  let failures = 0
  for (;;) {
    yield* tasks.room
    const given = yield* Effect.result(ask)
    if (Result.isFailure(given)) {
      failures++
      const retryMillis = pollRetryPause(failures)
      yield* tell({ _tag: "PollFailed", error: given.failure, inARow: failures, retryMillis })
      yield* Effect.sleep(retryMillis)
      continue
    }
    failures = 0
    const received = yield* tasks.receive(given.success.tasks)
    const nextPollMillis = pollPause(given.success.nextPollMillis, received)
    yield* tell({ _tag: "Polled", tasks: received, nextPollMillis })
    yield* Effect.sleep(nextPollMillis)
  }
})
