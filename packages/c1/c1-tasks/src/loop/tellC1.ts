// What C1 is told until it has taken it, with the pauses of the Go connector, but for the longest between hellos. Hello: who
// this connector is, what it can do and where it runs; at the start it is said until C1 has taken it, unless C1 refuses it,
// as then no task would ever come. And how a task ended, until C1 has taken it, says that it will not, or has been away for
// two hours; the same task id makes a repetition harmless, as C1 counts a task's end once.
import type { C1Error, FinishMessage, HelloMessage } from "@rollcall/c1-client"
import { C1Service } from "@rollcall/c1-client"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { Clock, Effect, Exit } from "effect"
import { arch, hostname, machine, platform, release, version } from "node:os"
import type { TaskEnd } from "../C1Event.ts"
import { C1Events } from "../C1Event.ts"
import { TaskFailure } from "../tasks/TaskFailure.ts"

/** Before hello is said again, or how a task ended, after so many failures: 1 s, 2 s, 4 s, up to a minute. */
export const retryPause = (failures: number): number => Math.min(1_000 * 2 ** (failures - 1), 60_000)

/** For how long C1 is told again how a task ended. */
const finishTimeout = 7_200_000

/** Says hello again and again; fails where C1 refuses it. */
export const sendFirstHello = Effect.fn("C1.firstHello")(function* (message: HelloMessage) {
  const { hello } = yield* C1Service
  const emit = yield* C1Events
  for (let failures = 1; ; failures++) {
    const said = yield* Effect.result(hello(message))
    if (said._tag === "Success") return yield* emit({ _tag: "HelloAccepted" })
    const { failure: error } = said
    const retryMillis = retryPause(failures)
    yield* emit({ _tag: "HelloFailed", error, ...(error.isTransient ? { retryMillis } : {}) })
    if (!error.isTransient) return yield* error
    yield* Effect.sleep(retryMillis)
  }
})

/** Says hello once more, as a task asks for. It is not finished; C1 sees by the hello itself that it is done. */
export const answerHello = Effect.fn("C1.hello")(function* (message: HelloMessage, taskId: string) {
  const { hello } = yield* C1Service
  const emit = yield* C1Events
  yield* hello({ ...message, taskId }).pipe(
    Effect.andThen(emit({ _tag: "HelloAccepted", taskId })),
    Effect.catch((error) => emit({ _tag: "HelloFailed", taskId, error })),
  )
})

const orUnknown = (text: string): string => (text === "" ? "unknown" : text.slice(0, 256))

/** The operating system, as C1 wants to know it: no member may be empty. Node does not report the distribution, nor whether the machine is a virtual one. */
export const osInfo = (): NonNullable<HelloMessage["osInfo"]> => ({
  hostname: orUnknown(hostname()),
  os: platform(),
  platform: platform(),
  platformVersion: orUnknown(version()),
  platformFamily: platform(),
  kernelVersion: orUnknown(release()),
  kernelArch: orUnknown(machine() || arch()),
  virtualizationSystem: "none",
})

/** The program that runs the connector. */
export interface Program {
  /** Its package, such as `@rollcall/worker`. */
  readonly name: string
  readonly version: string
}

/** What the program is made with. */
export const buildInfo = ({ name, version: packageVersion }: Program): NonNullable<HelloMessage["buildInfo"]> => ({
  langVersion: process.version,
  package: orUnknown(name),
  packageVersion: orUnknown(packageVersion),
})

/**
 * Says that the task ended this way; gives what became of that: C1 has taken it, or will not, or it is left to the process that others have in
 * the place of this one. Interrupted, it gives up between two attempts.
 */
export const finishTask = Effect.fn("C1.finish")(function* (
  taskId: string,
  message: FinishMessage,
): Effect.fn.Return<"taken" | "given up" | "left", never, C1Service> {
  const service = yield* C1Service
  const emit = yield* C1Events
  const begun = yield* Clock.currentTimeMillis
  for (let failures = 1; ; failures++) {
    const answer = yield* Effect.exit(Effect.uninterruptible(service.finishTask(taskId, message)))
    if (Exit.isSuccess(answer)) return "taken"
    const error = yield* Effect.flip(Effect.failCause(answer.cause))
    const retryMillis = retryPause(failures)
    const willRetry = !isFinal(error) && (yield* Clock.currentTimeMillis) - begun < finishTimeout
    yield* emit({ _tag: "FinishFailed", taskId, error, ...(willRetry ? { retryMillis } : {}) })
    if (error.reason === "Superseded") return "left"
    if (!willRetry) return "given up"
    yield* Effect.sleep(retryMillis)
  }
})

/** Whether it will never be taken from here. A credential, or a certificate, may be mended while the task waits. */
const isFinal = ({ reason }: C1Error): boolean =>
  reason === "Rejected" || reason === "Refused" || reason === "Superseded"

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
