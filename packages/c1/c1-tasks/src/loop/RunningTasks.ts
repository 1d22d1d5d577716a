// The tasks that C1 gave and that are not ended: as many run at once as there are slots, each is told to C1 when it has
// ended, however it ended, and all are brought to an end when the process stops.
import type { Task } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { Code } from "@connectrpc/connect"
import type { AuditLog } from "@rollcall/connector"
import { Cause, Clock, Context, Effect, Exit, Fiber, Latch, Option, Semaphore } from "effect"
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

/** A task that C1 gave, which is to be finished. */
export interface TaskInHand {
  readonly id: string
  readonly kind: TaskKind
}

/**
 * Where it is kept which tasks this process has, so that another one ends them when it is lost. Nothing fails: what cannot be kept just
 * now waits. By default nothing is kept.
 */
export const TasksInHand = Context.Reference<{
  /** C1 has given the task; gives whether it may be begun here. */
  readonly received: (task: TaskInHand) => Effect.Effect<boolean>
  /** C1 knows how the task ended, or does not want to. */
  readonly ended: (taskId: string) => Effect.Effect<void>
  /** The tasks of processes before this one that C1 may wait for. Never succeeds where there can be none. */
  readonly left: Effect.Effect<ReadonlyArray<TaskInHand>>
}>("@rollcall/c1-tasks/TasksInHand", {
  defaultValue: () => ({ received: () => Effect.succeed(true), ended: () => Effect.void, left: Effect.never }),
})

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
  /** Looks now and then for tasks that others have left, and tells C1 that they can be given again. */
  readonly endLeft: Effect.Effect<never, never, C1Service>
  /**
   * Stops reading and whatever has not started, lets the rest end, and cancels that too when it takes too long. What is
   * received from then on, as by `lastPoll`, is cancelled without being started.
   */
  readonly stop: <R>(lastPoll: Effect.Effect<void, never, R>) => Effect.Effect<void, never, R>
}

/** After the drain, milliseconds to report to C1 what was interrupted. */
const finalReportMillis = 5000

/** Milliseconds after which it is looked again for tasks that were left: one that was paused may find later that it was given one. */
const leftEveryMillis = 30_000

/** The failure of a task that was left. */
const leftFailure = new TaskFailure({
  code: Code.Aborted,
  message: "The worker that had this task was lost; ask again.",
  retryable: true,
})

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
    const inHand = yield* TasksInHand
    const slots = yield* Semaphore.make(concurrency)
    const running = new Map<string, Running>()
    const capacity = yield* Latch.make(true)
    const stopping = yield* Latch.make(false)
    let isStopping = false
    const setup: TaskSetup = { ...shared, stopping: stopping.await }

    const workOf = (task: Task, entry: Running) => {
      const { id: taskId } = task
      const { kind } = entry
      const begin = Effect.suspend(() => {
        entry.started = true
        return emit({ _tag: "TaskStarted", taskId, kind })
      })
      const handled = kind === "hello" ? Effect.as(answerHello(hello, taskId), undefined) : handleTask(setup, task)
      const whole = Effect.andThen(begin, handled)
      const inSlot = slots.withPermit(task.debug ? setup.debugLog.write(whole) : whole)
      if (kind === "hello") return inSlot
      const work = isStopping ? Effect.fail(interruptedFailure) : inSlot
      // Whoever took over ends it: what is said of it here, nobody hears.
      return Effect.flatMap(inHand.received({ id: taskId, kind }), (isOurs) =>
        isOurs ? work : Effect.fail(leftFailure),
      )
    }

    const runTask = Effect.fnUntraced(function* <R>(
      taskId: string,
      entry: Running,
      work: Effect.Effect<TaskSuccess | undefined, TaskFailure, R>,
    ) {
      const { kind } = entry
      const received = yield* Clock.currentTimeMillis
      entry.work = yield* Effect.forkDetach(work)
      const exit = yield* Fiber.await(entry.work)
      const result = resultOf(exit)
      if (kind !== "hello") {
        const told = yield* finishTask(taskId, finishMessage(result))
        // Whoever has it now finds it in hand, and ends it.
        if (told === "left") return
        yield* inHand.ended(taskId)
        if (told === "given up") return
      }
      const millis = (yield* Clock.currentTimeMillis) - received
      const defect = Exit.isFailure(exit) && Cause.hasDies(exit.cause) ? { defect: exit.cause } : {}
      yield* emit({ _tag: "TaskFinished", taskId, kind, end: endOf(result), millis, ...defect })
    })

    const forget = (taskId: string) =>
      Effect.suspend(() => {
        running.delete(taskId)
        return running.size < concurrency ? capacity.open : Effect.void
      })

    const take = Effect.fnUntraced(function* (taskId: string, entry: Running) {
      running.set(taskId, entry)
      if (running.size >= concurrency) yield* capacity.close
      yield* emit({ _tag: "TaskReceived", taskId, kind: entry.kind })
    })
    const start = <R>(taskId: string, entry: Running, work: Effect.Effect<TaskSuccess | undefined, TaskFailure, R>) => {
      const traced = Effect.withSpan(runTask(taskId, entry, work), "C1.task", {
        root: true,
        attributes: { taskId, kind: entry.kind },
      })
      return Effect.map(
        Effect.forkDetach(Effect.ensuring(traced, forget(taskId))),
        (fiber) => void (entry.reported = fiber),
      )
    }

    const receiveOne = Effect.fnUntraced(function* (task: Task) {
      if (task.taskType.case === "none" || running.has(task.id)) return 0
      const entry: Running = { kind: kindOf(task), started: false }
      yield* take(task.id, entry)
      const change = changeIn(task)
      if (change !== undefined) yield* emit({ _tag: "ChangeReceived", taskId: task.id, change })
      yield* start(task.id, entry, workOf(task, entry))
      return 1
    })

    const endOne = Effect.fnUntraced(function* ({ id, kind }: TaskInHand) {
      if (running.has(id)) return
      const entry: Running = { kind, started: true }
      yield* take(id, entry)
      yield* start(id, entry, Effect.fail(leftFailure))
    }, Effect.uninterruptible)
    const endLeft = inHand.left.pipe(
      Effect.flatMap((left) => Effect.forEach(left, endOne, { discard: true })),
      Effect.andThen(Effect.sleep(leftEveryMillis)),
      Effect.forever,
    )

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
      endLeft,
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
