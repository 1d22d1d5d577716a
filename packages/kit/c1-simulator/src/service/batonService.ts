// The methods of C1's service, as far as connectors call them.
import { create, type DescMessage, type Message, type MessageShape } from "@bufbuild/protobuf"
import { WireType } from "@bufbuild/protobuf/wire"
import { type Duration, durationFromMs } from "@bufbuild/protobuf/wkt"
import type { ConnectError, HandlerContext, ServiceImpl } from "@connectrpc/connect"
import {
  type BatonService,
  BatonServiceFinishTaskRequestSchema,
  BatonServiceFinishTaskResponseSchema,
  BatonServiceGetTaskRequestSchema,
  BatonServiceGetTaskResponseSchema,
  BatonServiceGetTasksRequestSchema,
  BatonServiceGetTasksResponseSchema,
  BatonServiceHeartbeatRequestSchema,
  BatonServiceHeartbeatResponseSchema,
  BatonServiceHelloRequestSchema,
  BatonServiceHelloResponseSchema,
  type Task,
  TaskSchema,
} from "@rollcall/c1-protocol/messages"
import { Effect } from "effect"
import type { CallFaults } from "../faults/FaultPlan.ts"
import { journalJson } from "../Journal.ts"
import type { SimulatorState } from "../SimulatorState.ts"
import type { Answer } from "./answering.ts"
import { finishTaskProblem, getTasksProblem, heartbeatProblem, helloProblem, hostIdProblem, invalid } from "./rules.ts"
import { unknownTask } from "./unknownTask.ts"
import { uploadAsset } from "./uploadAsset.ts"

/** The service over a simulator's state. */
export const batonService = (state: SimulatorState, answer: Answer): Partial<ServiceImpl<typeof BatonService>> => {
  const { settings, tasks } = state
  const nextHeartbeat = wait("nextHeartbeat", settings.nextHeartbeatMillis)
  const waits = { ...wait("nextPoll", settings.nextPollMillis), ...nextHeartbeat }

  /** A method whose every call is written down. */
  const recorded =
    <Request extends DescMessage, O>(
      schema: Request,
      problem: (request: MessageShape<Request>) => string | undefined,
      act: (request: MessageShape<Request>, faults: CallFaults) => Effect.Effect<O, ConnectError>,
    ) =>
    (request: MessageShape<Request>, handler: HandlerContext): Promise<O> =>
      answer(handler, {
        act: checked(request, problem, act),
        captured: () => [{ message: journalJson(schema, request) }],
      })

  /** A method that hands out tasks: written down are the tasks, and refusals. */
  const polling =
    <Request extends DescMessage, O extends Message>(
      schema: Request,
      problem: (request: MessageShape<Request>) => string | undefined,
      act: (request: MessageShape<Request>, faults: CallFaults) => ReadonlyArray<Task>,
      reply: (given: ReadonlyArray<Task>) => O,
    ) =>
    (request: MessageShape<Request>, handler: HandlerContext): Promise<O> => {
      let given: ReadonlyArray<Task> = []
      const message = () => journalJson(schema, request)
      return answer(handler, {
        act: checked(request, problem, (_, faults) =>
          Effect.sync(() => {
            if (faults.find("garbage") !== undefined) return garbled(reply([]))
            given = act(request, faults)
            return reply(given)
          }),
        ),
        captured: (isAnswered) =>
          isAnswered || given.length > 0
            ? given.map((task) => ({ given: journalJson(TaskSchema, task), message: message() }))
            : [{ message: message() }],
      })
    }

  const again = (faults: CallFaults) => (faults.find("repeatTasks") === undefined ? [] : tasks.unfinished())

  return {
    hello: recorded(BatonServiceHelloRequestSchema, helloProblem, (request) =>
      Effect.gen(function* () {
        if (request.taskId !== "") {
          const task = tasks.find(request.taskId)
          if (task === undefined) return yield* Effect.fail(unknownTask(request.taskId))
          task.hellos.push(request)
        }
        return create(BatonServiceHelloResponseSchema)
      }),
    ),

    getTask: polling(
      BatonServiceGetTaskRequestSchema,
      hostIdProblem,
      (_, faults) => {
        const [repeated] = again(faults)
        return repeated === undefined ? tasks.handOut(1, []) : [repeated]
      },
      ([task]) => create(BatonServiceGetTaskResponseSchema, { ...waits, ...(task === undefined ? {} : { task }) }),
    ),

    getTasks: polling(
      BatonServiceGetTasksRequestSchema,
      getTasksProblem,
      ({ pageSize, knownTaskIds }, faults) => {
        const repeated = again(faults).slice(0, pageSize)
        return [...repeated, ...tasks.handOut(pageSize - repeated.length, knownTaskIds)]
      },
      (given) => create(BatonServiceGetTasksResponseSchema, { ...waits, tasks: [...given] }),
    ),

    heartbeat: recorded(BatonServiceHeartbeatRequestSchema, heartbeatProblem, ({ taskId }, faults) =>
      Effect.gen(function* () {
        const task = tasks.find(taskId)
        if (task === undefined) return yield* Effect.fail(unknownTask(taskId))
        task.heartbeats += 1
        const cancelled = task.cancelled || faults.find("cancelled") !== undefined
        return create(BatonServiceHeartbeatResponseSchema, { ...nextHeartbeat, cancelled })
      }),
    ),

    finishTask: recorded(BatonServiceFinishTaskRequestSchema, finishTaskProblem, (request) =>
      Effect.gen(function* () {
        const task = tasks.find(request.taskId)
        if (task === undefined) return yield* Effect.fail(unknownTask(request.taskId))
        task.finishes.push(request)
        return create(BatonServiceFinishTaskResponseSchema)
      }),
    ),

    uploadAsset: uploadAsset(state, answer),
  }
}

const checked =
  <Request, O>(
    request: Request,
    problem: (request: Request) => string | undefined,
    act: (request: Request, faults: CallFaults) => Effect.Effect<O, ConnectError>,
  ) =>
  (faults: CallFaults): Effect.Effect<O, ConnectError> => {
    const why = problem(request)
    return why === undefined ? act(request, faults) : Effect.fail(invalid(why))
  }

const wait = <K extends string>(name: K, millis: number): Partial<Record<K, Duration>> => {
  const member: Partial<Record<K, Duration>> = {}
  if (millis > 0) member[name] = durationFromMs(millis)
  return member
}

/** The message with a field behind it that announces more bytes than follow. */
const garbled = <M extends Message>(message: M): M => {
  message.$unknown = [{ no: 1, wireType: WireType.LengthDelimited, data: Uint8Array.of(0x7f) }]
  return message
}
