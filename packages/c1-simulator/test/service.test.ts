import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { startSimulator } from "../src/index.ts"
import { codeOf, connect, framed, hello, hostId, rpc, streamOf } from "./calling.ts"

describe("a task from queue to outcome", () => {
  it.effect("hands a task out once, hears its heartbeats, takes its asset and its end", () =>
    Effect.gen(function* () {
      const c1 = yield* startSimulator({ tasks: [{ syncFull: {} }], nextPollMillis: 1500, nextHeartbeatMillis: 2500 })
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
      asset.set(Buffer.from("C1ZF"))
      yield* rpc((signal) => client.uploadAsset(streamOf(framed(taskId, asset)), { signal }))
      const finish = { hostId, taskId, finalState: { case: "success", value: {} } } as const
      yield* rpc((signal) => client.finishTask(finish, { signal }))

      const history = yield* c1.untilFinished(taskId)
      assert.strictEqual(history.handedOut, 1)
      assert.strictEqual(history.heartbeats, 1)
      assert.deepStrictEqual(history.assets[0]?.pieces, [524_288, 75_712])
      assert.match(history.assets[0]?.path ?? "", /\.c1z$/)
      assert.deepStrictEqual(new Uint8Array(readFileSync(history.assets[0]?.path ?? "")), asset)
      assert.strictEqual(history.outcome?.finalState.case, "success")
    }),
  )

  it.effect("counts a repeated FinishTask once: the first is the outcome", () =>
    Effect.gen(function* () {
      const c1 = yield* startSimulator({
        tasks: [{ actionListSchemas: {} }],
        faults: [{ method: "FinishTask", fault: { kind: "loseReply" } }],
      })
      const client = yield* connect(c1)
      const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
      const taskId = task?.id ?? ""
      const success = { hostId, taskId, finalState: { case: "success", value: {} } } as const
      assert.strictEqual(yield* codeOf((signal) => client.finishTask(success, { signal })), "Internal")
      const failure = {
        hostId,
        taskId,
        status: { code: 2, message: "second" },
        finalState: { case: "error", value: {} },
      } as const
      yield* rpc((signal) => client.finishTask(failure, { signal }))
      const history = c1.task(taskId)
      assert.strictEqual(history?.finishes.length, 2)
      assert.strictEqual(history?.outcome?.finalState.case, "success")
    }),
  )
})
