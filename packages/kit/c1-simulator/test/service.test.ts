import { create, toBinary } from "@bufbuild/protobuf"
import { AnySchema } from "@bufbuild/protobuf/wkt"
import { assert, describe, it } from "@effect/vitest"
import { BatonServiceFinishTaskRequestSchema } from "@rollcall/c1-protocol/messages"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { startC1 } from "../src/index.ts"
import { codeOf, connect, framed, hello, hostId, rpc, streamOf } from "./calling.ts"

const success = (taskId: string) => ({ hostId, taskId, finalState: { case: "success", value: {} } }) as const

describe("a task", () => {
  it.effect("is handed out once, is heard of, leaves its asset, and ends", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ syncFull: {} }], nextPollMillis: 1500, nextHeartbeatMillis: 2500 })
      const client = yield* connect(c1)
      yield* rpc((signal) => client.hello(hello(), { signal }))
      const { task, nextPoll } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      assert.strictEqual(task?.taskType.case, "syncFull")
      assert.deepInclude(nextPoll, { seconds: 1n, nanos: 500_000_000 })
      const taskId = task?.id ?? ""
      assert.match(taskId, /^[a-zA-Z0-9]{27}$/)
      assert.isUndefined((yield* rpc((signal) => client.getTask({ hostId }, { signal }))).task)

      const heartbeat = yield* rpc((signal) => client.heartbeat({ hostId, taskId }, { signal }))
      assert.deepInclude(heartbeat.nextHeartbeat, { seconds: 2n, nanos: 500_000_000 })
      assert.isFalse(heartbeat.cancelled)

      const asset = new Uint8Array(600_000).fill(7)
      yield* rpc((signal) => client.uploadAsset(streamOf(framed(taskId, asset)), { signal }))
      assert.isUndefined(c1.task(taskId)?.outcome)
      yield* rpc((signal) => client.finishTask(success(taskId), { signal }))

      const history = yield* c1.untilFinished(taskId)
      assert.strictEqual(history.kind, "syncFull")
      assert.strictEqual(history.handedOut, 1)
      assert.strictEqual(history.heartbeats, 1)
      assert.deepStrictEqual(history.assets[0]?.pieces, [524_288, 75_712])
      assert.strictEqual(history.outcome?.finalState.case, "success")
      assert.deepStrictEqual(c1.calls(), {
        FinishTask: 1,
        GetTask: 2,
        Heartbeat: 1,
        Hello: 1,
        UploadAsset: 1,
        token: 1,
      })
    }),
  )

  it.effect("leaves out the pauses that the options leave out", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ syncFull: {} }], nextPollMillis: 0, nextHeartbeatMillis: 0 })
      const client = yield* connect(c1)
      const { task, nextPoll } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      assert.isUndefined(nextPoll)
      const beat = yield* rpc((signal) => client.heartbeat({ hostId, taskId: task?.id ?? "" }, { signal }))
      assert.isUndefined(beat.nextHeartbeat)
    }),
  )

  it.effect("is told to be cancelled from when the test says so", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ syncFull: {} }] })
      const client = yield* connect(c1)
      const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      const taskId = task?.id ?? ""
      const beat = () => rpc((signal) => client.heartbeat({ hostId, taskId }, { signal }))
      assert.isFalse((yield* beat()).cancelled)
      c1.cancelTask(taskId)
      assert.isTrue((yield* beat()).cancelled)
    }),
  )

  it.effect("keeps the Hello that answers it", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ hello: {} }] })
      const client = yield* connect(c1)
      const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      const taskId = task?.id ?? ""
      yield* rpc((signal) => client.hello(hello(), { signal }))
      assert.strictEqual(c1.task(taskId)?.hellos.length, 0)
      yield* rpc((signal) => client.hello(hello({ taskId }), { signal }))
      assert.strictEqual(c1.task(taskId)?.hellos[0]?.connectorMetadata?.displayName, "Test")
    }),
  )

  it.effect("counts once however often its end is told: the first is the outcome", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ actionListSchemas: {} }] })
      const client = yield* connect(c1)
      const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      const taskId = task?.id ?? ""
      yield* rpc((signal) => client.finishTask(success(taskId), { signal }))
      const failure = { hostId, taskId, status: { code: 2 }, finalState: { case: "error", value: {} } } as const
      yield* rpc((signal) => client.finishTask(failure, { signal }))
      const history = c1.task(taskId)
      assert.strictEqual(history?.finishes.length, 2)
      assert.strictEqual(history?.outcome?.finalState.case, "success")
    }),
  )

  it.effect("of an id that is known is handed out once more", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ syncFull: {} }] })
      const client = yield* connect(c1)
      const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      const id = task?.id ?? ""
      assert.deepStrictEqual(yield* c1.addTasks([{ id, syncFull: {} }]), [id])
      assert.strictEqual((yield* rpc((signal) => client.getTask({ hostId }, { signal }))).task?.id, id)
      assert.strictEqual(c1.task(id)?.handedOut, 2)
    }),
  )

  it.effect("that was never handed out is not found", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ syncFull: {} }] })
      const client = yield* connect(c1)
      const taskId = c1.tasks()[0]?.id ?? ""
      const asset = Uint8Array.of(1)
      const codes = [
        yield* codeOf((signal) => client.hello(hello({ taskId }), { signal })),
        yield* codeOf((signal) => client.heartbeat({ hostId, taskId }, { signal })),
        yield* codeOf((signal) => client.finishTask(success(taskId), { signal })),
        yield* codeOf((signal) => client.uploadAsset(streamOf(framed(taskId, asset)), { signal })),
      ]
      assert.deepStrictEqual(codes, ["NotFound", "NotFound", "NotFound", "NotFound"])
    }),
  )

  it.effect("can be given while the simulator runs, to whoever waits for its end", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1()
      const client = yield* connect(c1)
      const [id = ""] = yield* c1.addTasks([{ grant: {} }, { revoke: {} }])
      const waiting = yield* Effect.forkChild(c1.untilFinished(id))
      const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      assert.strictEqual(task?.taskType.case, "grant")
      yield* rpc((signal) => client.finishTask(success(id), { signal }))
      assert.strictEqual((yield* Fiber.join(waiting)).id, id)
    }),
  )

  it.effect("is waited for by whatever shows it, which is looked at no more after that", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1()
      const client = yield* connect(c1)
      let looks = 0
      const waiting = yield* Effect.forkChild(
        c1.until(() => {
          looks += 1
          return c1.calls()["GetTask"] === 1
        }),
      )
      yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      yield* Fiber.join(waiting)
      const before = looks
      yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      assert.strictEqual(looks, before)
    }),
  )

  it.effect("may be of no kind, or of a kind that the wire does not know", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{}, { unknownKind: 200 }] })
      const client = yield* connect(c1)
      const poll = () =>
        Effect.map(
          rpc((signal) => client.getTask({ hostId }, { signal })),
          ({ task }) => task,
        )
      const empty = yield* poll()
      assert.deepStrictEqual([empty?.taskType.case, empty?.$unknown], [undefined, undefined])
      const unknown = yield* poll()
      assert.deepStrictEqual([unknown?.taskType.case, unknown?.$unknown?.[0]?.no], [undefined, 200])
    }),
  )
})

describe("tasks by the dozen", () => {
  it.effect("come as many as were asked for", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ tasks: [{ grant: {} }, { revoke: {} }, { hello: {} }] })
      const client = yield* connect(c1)
      const poll = (pageSize: number) =>
        Effect.map(
          rpc((signal) => client.getTasks({ hostId, pageSize }, { signal })),
          ({ tasks }) => tasks.map((task) => task.taskType.case),
        )
      assert.deepStrictEqual(yield* poll(2), ["grant", "revoke"])
      assert.deepStrictEqual(yield* poll(2), ["hello"])
      assert.deepStrictEqual(yield* poll(2), [])
    }),
  )

  it.effect("do not come again to a worker that knows them", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1()
      const client = yield* connect(c1)
      const [id = "", other = ""] = yield* c1.addTasks([{ grant: {} }, { revoke: {} }])
      const poll = (knownTaskIds: Array<string>) =>
        Effect.map(
          rpc((signal) => client.getTasks({ hostId, pageSize: 5, knownTaskIds }, { signal })),
          ({ tasks }) => tasks.map((task) => task.id),
        )
      assert.deepStrictEqual(yield* poll([id]), [other])
      assert.deepStrictEqual(yield* poll([]), [id])
    }),
  )

  it.effect("come again on demand while they are not finished, known or not", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({
        tasks: [{ grant: {} }, { revoke: {} }, { hello: {} }],
        faults: [{ method: "GetTasks", call: 2, times: 2, fault: { kind: "repeatTasks" } }],
      })
      const client = yield* connect(c1)
      const [grant = "", revoke = ""] = c1.tasks().map(({ id }) => id)
      const poll = (pageSize: number, knownTaskIds: Array<string> = []) =>
        Effect.map(
          rpc((signal) => client.getTasks({ hostId, pageSize, knownTaskIds }, { signal })),
          ({ tasks }) => tasks.map((task) => task.taskType.case),
        )
      assert.deepStrictEqual(yield* poll(2), ["grant", "revoke"])
      assert.deepStrictEqual(yield* poll(1), ["grant"])
      yield* rpc((signal) => client.finishTask(success(grant), { signal }))
      assert.deepStrictEqual(yield* poll(2, [revoke]), ["revoke", "hello"])
    }),
  )
})

it.effect("what is captured stands in the file too, with its time, idle polls left out", () =>
  Effect.gen(function* () {
    const c1 = yield* startC1({ tasks: [{ actionInvoke: { name: "lock", args: { user_id: "U1" } } }] })
    const client = yield* connect(c1)
    const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
    yield* rpc((signal) => client.getTask({ hostId }, { signal }))
    const taskId = task?.id ?? ""
    yield* rpc((signal) => client.finishTask(success(taskId), { signal }))
    yield* TestClock.adjust("90 seconds")
    yield* codeOf((signal) => client.heartbeat({ hostId: "", taskId }, { signal }))
    const [, ...entries] = c1.captured()
    assert.deepStrictEqual(entries, [
      {
        at: 0,
        call: "GetTask",
        given: { id: taskId, actionInvoke: { name: "lock", args: { user_id: "U1" } } },
        message: { hostId },
      },
      { at: 0, call: "FinishTask", message: { hostId, taskId, success: {} } },
      { at: 90_000, call: "Heartbeat", answered: "INVALID_ARGUMENT", message: { taskId } },
    ])
    const lines = readFileSync(c1.capturedFile, "utf8").trimEnd().split("\n")
    assert.deepStrictEqual(
      lines.map((line): unknown => JSON.parse(line)),
      [...c1.captured()],
    )
  }),
)

it.effect("what nobody can read is captured as it came", () =>
  Effect.gen(function* () {
    const c1 = yield* startC1({ tasks: [{ grant: {} }] })
    const client = yield* connect(c1)
    const taskId = (yield* rpc((signal) => client.getTask({ hostId }, { signal }))).task?.id ?? ""
    const response = create(AnySchema, { typeUrl: "type.googleapis.com/nobody.Knows", value: Uint8Array.of(8, 1) })
    const end = create(BatonServiceFinishTaskRequestSchema, {
      hostId,
      taskId,
      finalState: { case: "success", value: { response } },
    })
    yield* rpc((signal) => client.finishTask(end, { signal }))
    const { message } = c1.captured().at(-1) ?? {}
    const undecoded = Buffer.from(toBinary(BatonServiceFinishTaskRequestSchema, end)).toString("base64")
    assert.deepStrictEqual(message, { undecoded })
  }),
)
