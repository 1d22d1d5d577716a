// The tasks that C1 gave and that are not ended: as many run at once as there are slots, each is told to C1 when it has
// ended, however it ended, and all are brought to an end when the process stops.
import type { Task } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { Code } from "@connectrpc/connect"
import type { AuditLog } from "@rollcall/connector"
import { Cause, Clock, Effect, Exit, Fiber, Latch, Option, Semaphore } from "effect"
import { C1Events } from "../C1Event.ts"
import { answerHello, endOf, finishMessage, finishTask } from "./tellC1.ts"
import type { C1Service, HelloMessage } from "@rollcall/c1-client"
import { interruptedFailure } from "../tasks/syncFull.ts"
import { changeIn } from "../tasks/changes.ts"
import { handleTask } from "../tasks/handleTask.ts"
import type { TaskKind } from "../C1Event.ts"
import { kindOf } from "../C1Event.ts"
import { internalError, TaskFailure } from "../tasks/TaskFailure.ts"
import type { TaskSetup } from "../tasks/TaskSetup.ts"

/** How tasks are run and brought to an end. */
interface RunningTasksOptions {
  readonly setup: Omit<TaskSetup, "stopping">
  readonly hello: HelloMessage
  /** Tasks that run at once, 1 to 100. */
  readonly concurrency: number
  /** Milliseconds that short tasks have to end by themselves once the process stops. */
  readonly drainMillis: number
}

/** The tasks of one loop. */
export interface RunningTasks {
  /** Ids of the tasks that were received and are not ended. */
  readonly known: () => ReadonlyArray<string>
  /** Waits until fewer tasks are known than may run at once. */
  readonly hasCapacity: Effect.Effect<void>
  /** Begins these tasks as soon as there are slots; gives how many are new. */
  readonly receive: (tasks: ReadonlyArray<Task>) => Effect.Effect<number, never, C1Service | AuditLog>
  /**
   * Stops reading and whatever has not started, lets the rest end, and cancels that too when it takes too long. What is
   * received from then on, as by `lastPoll`, is cancelled without being started.
   */
  readonly stop: <R>(lastPoll: Effect.Effect<void, never, R>) => Effect.Effect<void, never, R>
}

/** After the drain, milliseconds to report to C1 what was interrupted. */
const finalReportMillis = 5000

interface Running {
  readonly kind: TaskKind
  started: boolean
  work?: Fiber.Fiber<TaskSuccess | undefined, TaskFailure>
  /** Ends once C1 has been told. */
  reported?: Fiber.Fiber<void>
}

/** No tasks yet. */
export const makeRunningTasks = ({ setup: shared, hello, concurrency, drainMillis }: RunningTasksOptions) =>
  Effect.gen(function* () {
    const emit = yield* C1Events
    const slots = yield* Semaphore.make(concurrency)
    const running = new Map<string, Running>()
    const capacity = yield* Latch.make(true)
    const stopping = yield* Latch.make(false)
    let isStopping = false
    const setup: TaskSetup = { ...shared, stopping: stopping.await }

    const runTask = Effect.fnUntraced(function* (task: Task, entry: Running) {
      const { id: taskId } = task
      const { kind } = entry
      const received = yield* Clock.currentTimeMillis
      const begin = Effect.suspend(() => {
        entry.started = true
        return emit({ _tag: "TaskStarted", taskId, kind })
      })
      const handled = kind === "hello" ? Effect.as(answerHello(hello, taskId), undefined) : handleTask(setup, task)
      const whole = Effect.andThen(begin, handled)
      entry.work = yield* Effect.forkDetach(
        isStopping && kind !== "hello"
          ? Effect.fail(interruptedFailure)
          : slots.withPermit(task.debug ? setup.debugLog.write(whole) : whole),
      )
      const exit = yield* Fiber.await(entry.work)
      const result = resultOf(exit)
      const isReported = kind === "hello" || (yield* finishTask(taskId, finishMessage(result)))
      if (!isReported) return
      const millis = (yield* Clock.currentTimeMillis) - received
      const defect = Exit.isFailure(exit) && Cause.hasDies(exit.cause) ? { defect: exit.cause } : {}
      yield* emit({ _tag: "TaskFinished", taskId, kind, end: endOf(result), millis, ...defect })
    })

    const forget = (taskId: string) =>
      Effect.suspend(() => {
        running.delete(taskId)
        return running.size < concurrency ? capacity.open : Effect.void
      })

    const receiveOne = Effect.fnUntraced(function* (task: Task) {
      if (task.taskType.case === "none" || running.has(task.id)) return 0
      const entry: Running = { kind: kindOf(task), started: false }
      running.set(task.id, entry)
      if (running.size >= concurrency) yield* capacity.close
      yield* emit({ _tag: "TaskReceived", taskId: task.id, kind: entry.kind })
      const change = changeIn(task)
      if (change !== undefined) yield* emit({ _tag: "ChangeReceived", taskId: task.id, change })
      const traced = Effect.withSpan(runTask(task, entry), "C1.task", {
        root: true,
        attributes: { taskId: task.id, kind: entry.kind },
      })
      entry.reported = yield* Effect.forkDetach(Effect.ensuring(traced, forget(task.id)))
      return 1
    })

    const interruptWorkOf = (isChosen: (entry: Running) => boolean) =>
      Effect.suspend(() => {
        const chosen = [...running.values()].filter(isChosen).flatMap(({ work }) => work ?? [])
        return Effect.forEach(chosen, (work) => Effect.forkDetach(Fiber.interrupt(work)), { discard: true })
      })

    const allWithin = (millis: number, polled: Fiber.Fiber<void>) =>
      Fiber.await(polled).pipe(
        Effect.andThen(
          Effect.suspend(() => Fiber.awaitAll([...running.values()].flatMap(({ reported }) => reported ?? []))),
        ),
        Effect.andThen(setup.actionRuns.ended),
        Effect.interruptible,
        Effect.timeoutOption(millis),
        Effect.map(Option.isSome),
      )

    const stop: RunningTasks["stop"] = Effect.fnUntraced(function* (lastPoll) {
      yield* emit({ _tag: "Stopping", tasks: running.size })
      isStopping = true
      yield* stopping.open
      yield* interruptWorkOf(({ started }) => !started)
      const polled = yield* Effect.forkDetach(lastPoll)
      if (yield* allWithin(drainMillis, polled)) return
      yield* interruptWorkOf(() => true)
      if (yield* allWithin(finalReportMillis, polled)) return
      const left = [polled, ...[...running.values()].flatMap(({ reported }) => reported ?? [])]
      yield* Effect.forEach(left, (fiber) => Effect.forkDetach(Fiber.interrupt(fiber)), { discard: true })
    })

    const tasks: RunningTasks = {
      known: () => [...running.keys()],
      hasCapacity: capacity.await,
      receive: (given) =>
        Effect.map(Effect.forEach(given, receiveOne), (counts) => counts.reduce<number>((sum, one) => sum + one, 0)),
      stop,
    }
    return tasks
  })

/** What came of the work. Only a process that stops interrupts it; anything else that is no failure is a fault of ours. */
const resultOf = (exit: Exit.Exit<TaskSuccess | undefined, TaskFailure>): TaskSuccess | TaskFailure => {
  if (Exit.isSuccess(exit)) return exit.value ?? {}
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (failure !== undefined) return failure
  return Cause.hasDies(exit.cause)
    ? new TaskFailure({ code: Code.Internal, message: internalError, retryable: false })
    : interruptedFailure
}
