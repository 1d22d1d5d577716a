// Tells C1 how a task ended, until C1 has taken it, says that it will not, or has been away for two hours. The same task id
// makes a repetition harmless: C1 counts a task's end once.
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { Clock, Effect, Exit } from "effect"
import type { C1Error } from "@rollcall/c1-client"
import type { TaskEnd } from "../C1Event.ts"
import { C1Events } from "../C1Event.ts"
import type { FinishMessage } from "@rollcall/c1-client"
import { C1Service } from "@rollcall/c1-client"
import { TaskFailure } from "../tasks/TaskFailure.ts"
import { finishTimeout, retryPause } from "../pauses.ts"

/** Says that the task ended this way; gives whether C1 has taken it. Interrupted, it gives up between two attempts. */
export const finishTask = Effect.fn("C1.finish")(function* (taskId: string, message: FinishMessage) {
  const service = yield* C1Service
  const emit = yield* C1Events
  const begun = yield* Clock.currentTimeMillis
  for (let failures = 1; ; failures++) {
    const answer = yield* Effect.exit(Effect.uninterruptible(service.finishTask(taskId, message)))
    if (Exit.isSuccess(answer)) return true
    const error = yield* Effect.flip(Effect.failCause(answer.cause))
    const retryMillis = retryPause(failures)
    const willRetry = !isFinal(error) && (yield* Clock.currentTimeMillis) - begun < finishTimeout
    yield* emit({ _tag: "FinishFailed", taskId, error, ...(willRetry ? { retryMillis } : {}) })
    if (!willRetry) return false
    yield* Effect.sleep(retryMillis)
  }
})

/** Whether C1 has said that it will not take it. A credential, or a certificate, may be mended while the task waits. */
const isFinal = ({ reason }: C1Error): boolean => reason === "Rejected" || reason === "Refused"

/** A result as C1's message. */
export const finishMessage = (result: TaskSuccess | TaskFailure): FinishMessage => {
  if (!(result instanceof TaskFailure)) {
    const { response, annotations = [] } = result
    const value = { annotations: [...annotations], ...(response === undefined ? {} : { response }) }
    return { finalState: { case: "success", value } }
  }
  const { code, message, details = [], retryable, response } = result
  return {
    status: { code, message, details: [...details] },
    finalState: {
      case: "error",
      value: { nonRetryable: !retryable, ...(response === undefined ? {} : { response }) },
    },
  }
}

/** A result for those who watch. */
export const endOf = (result: TaskSuccess | TaskFailure): TaskEnd =>
  result instanceof TaskFailure
    ? { outcome: "error", code: result.code, message: result.message, nonRetryable: !result.retryable }
    : { outcome: "success", code: 0 }
