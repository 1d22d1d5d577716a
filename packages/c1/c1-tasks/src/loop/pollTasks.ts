// Asks C1 for tasks, for ever. It asks only while there is room for one more, no sooner than C1 wants, and ever less often
// while C1 does not answer. A task that C1 gives in answer to a poll is not given again, so the last answer is awaited.
import type { AuditLog } from "@rollcall/connector"
import { Context, Effect, Fiber, Option, Result } from "effect"
import type { C1Error } from "@rollcall/c1-client"
import { C1Events } from "../C1Event.ts"
import type { TaskBatch } from "@rollcall/c1-client"
import { C1Service } from "@rollcall/c1-client"
import type { RunningTasks } from "./RunningTasks.ts"

/** How C1 is asked. */
interface PollOptions {
  readonly concurrency: number
  /** Asks for several tasks in one call (`BATON_GET_TASKS`). */
  readonly severalAtOnce: boolean
}

/** The most tasks that C1 gives in one call. */
const maxTasks = 100

/** Is waited for before each poll: where it waits, no task is asked for, and those that run go on. */
export const PollGate = Context.Reference<Effect.Effect<void>>("@rollcall/c1-tasks/PollGate", {
  defaultValue: () => Effect.void,
})

/** Milliseconds that a process which stops waits for the answer to its last poll; C1 may answer only once it has a task. */
const lastAnswerMillis = 5000

/**
 * Before the next poll, as C1 says, five minutes at most. Where the last one brought nothing, a second at least: a server
 * that names no pause must not be asked without one.
 */
export const pollPause = (toldMillis: number | undefined, tasks: number): number =>
  Math.min(300_000, Math.max(tasks === 0 ? 1_000 : 0, toldMillis ?? 0))

/** Before the next poll, after so many failures in a row: 1 s, 4 s, 9 s, up to a minute. */
export const pollRetryPause = (failures: number): number => Math.min(failures ** 2 * 1_000, 60_000)

/** Polls of one loop. */
export interface Polls {
  /** Polls until it is interrupted, which leaves a poll that is out to `lastAnswer`. */
  readonly forever: Effect.Effect<never, never, C1Service | AuditLog>
  /** Waits for the answer to a poll that is out, for five seconds at most, and receives its tasks. */
  readonly lastAnswer: Effect.Effect<void, never, C1Service | AuditLog>
}

/** No poll yet. */
export const makePolls = Effect.fnUntraced(function* (
  tasks: RunningTasks,
  options: PollOptions,
): Effect.fn.Return<Polls, never, C1Service> {
  const service = yield* C1Service
  const emit = yield* C1Events
  const gate = yield* PollGate
  const ask = Effect.suspend(() => {
    if (!options.severalAtOnce) return service.getTask
    const known = tasks.known()
    return service.getTasks({ pageSize: Math.min(maxTasks, 2 * options.concurrency - known.length), known })
  })
  /** The poll that is out, until its tasks are received. */
  let out: Fiber.Fiber<Result.Result<TaskBatch, C1Error>> | undefined

  const begin = Effect.uninterruptible(
    Effect.map(Effect.forkDetach(Effect.result(ask)), (polling) => {
      out = polling
      return polling
    }),
  )
  const receive = Effect.fnUntraced(function* ({ tasks: given, nextPollMillis }: TaskBatch) {
    out = undefined
    const received = yield* tasks.receive(given)
    const pause = pollPause(nextPollMillis, received)
    yield* emit({ _tag: "Polled", tasks: received, nextPollMillis: pause })
    return pause
  }, Effect.uninterruptible)

  const forever = Effect.gen(function* () {
    let failures = 0
    for (;;) {
      yield* gate
      yield* tasks.hasCapacity
      const given = yield* Fiber.join(yield* begin)
      if (Result.isFailure(given)) {
        failures++
        const retryMillis = pollRetryPause(failures)
        yield* emit({ _tag: "PollFailed", error: given.failure, consecutive: failures, retryMillis })
        yield* Effect.sleep(retryMillis)
        continue
      }
      failures = 0
      yield* Effect.sleep(yield* receive(given.success))
    }
  })

  const lastAnswer = Effect.gen(function* () {
    if (out === undefined) return
    const given = yield* Effect.timeoutOption(Fiber.join(out), lastAnswerMillis)
    if (Option.isNone(given)) return yield* Fiber.interrupt(out)
    if (Result.isSuccess(given.value)) yield* receive(given.value.success)
  })

  return { forever, lastAnswer }
})
