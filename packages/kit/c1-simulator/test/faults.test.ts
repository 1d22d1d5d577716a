import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { type Fault, startC1 } from "../src/index.ts"
import { askForToken, codeOf, connect, hello, hostId, rpc } from "./calling.ts"

const start = Effect.fnUntraced(function* (faults: ReadonlyArray<Fault>) {
  const c1 = yield* startC1({ tasks: [{ syncFull: {} }, { grant: {} }], faults })
  const client = yield* connect(c1)
  const poll = (signal: AbortSignal) => client.getTask({ hostId }, { signal })
  const greet = (signal: AbortSignal) => client.hello(hello(), { signal })
  return { c1, client, poll, greet }
})

describe("a fault", () => {
  it.effect("shows on the calls that it names, and on no others", () =>
    Effect.gen(function* () {
      const { greet, poll } = yield* start([
        { method: "Hello", call: 2, times: 2, fault: { kind: "status", code: "UNAVAILABLE" } },
      ])
      const codes = []
      for (const call of [greet, greet, poll, greet, greet]) {
        const exit = yield* Effect.exit(rpc<unknown>(call))
        codes.push(Exit.isSuccess(exit))
      }
      assert.deepStrictEqual(codes, [true, false, true, false, true])
    }),
  )

  it.effect("refuses a Hello with the code and the words that it was given", () =>
    Effect.gen(function* () {
      const status = (code: "PERMISSION_DENIED" | "UNAUTHENTICATED", call: number, message?: string): Fault => ({
        method: "Hello",
        call,
        fault: { kind: "status", code, ...(message === undefined ? {} : { message }) },
      })
      const { c1, greet } = yield* start([
        status("PERMISSION_DENIED", 1, "no such tenant"),
        status("UNAUTHENTICATED", 2),
      ])
      const error = yield* Effect.flip(rpc(greet))
      assert.strictEqual(error.rawMessage, "no such tenant")
      assert.strictEqual(yield* codeOf(greet), "Unauthenticated")
      assert.deepStrictEqual(
        c1.captured().flatMap(({ call, answered }) => (call === "Hello" ? [answered] : [])),
        ["PERMISSION_DENIED", "UNAUTHENTICATED"],
      )
    }),
  )

  it.effect("of every method shows on all but the token endpoint, until it is taken back", () =>
    Effect.gen(function* () {
      const { c1, greet, poll } = yield* start([
        { method: "*", times: "always", fault: { kind: "status", code: "UNAVAILABLE" } },
      ])
      assert.strictEqual(yield* codeOf(greet), "Unavailable")
      assert.strictEqual(yield* codeOf(poll), "Unavailable")
      c1.clearFaults()
      assert.strictEqual((yield* rpc(poll)).task?.taskType.case, "syncFull")
    }),
  )

  it.effect("of every method leaves the token endpoint alone", () =>
    Effect.gen(function* () {
      const { c1, poll } = yield* start([{ method: "*", times: "always", fault: { kind: "cutConnection" } }])
      yield* Effect.flip(rpc(poll))
      assert.strictEqual((yield* askForToken(c1)).status, 200)
    }),
  )

  it.effect("given later counts calls from then on", () =>
    Effect.gen(function* () {
      const { c1, poll } = yield* start([])
      yield* rpc(poll)
      yield* c1.addFaults([{ method: "GetTask", fault: { kind: "status", code: "INTERNAL" } }])
      assert.strictEqual(yield* codeOf(poll), "Internal")
      assert.strictEqual((yield* rpc(poll)).task?.taskType.case, "grant")
    }),
  )

  it.effect("that its call cannot show is refused", () =>
    Effect.gen(function* () {
      const { c1 } = yield* start([])
      // As a file or a flag may have them: the types would not let a test write them.
      const misplaced = `[
        {"method":"Hello","fault":{"kind":"cancelled"}},
        {"method":"token","fault":{"kind":"status","code":"INTERNAL"}},
        {"method":"Heartbeat","fault":{"kind":"status","code":"TEAPOT"}},
        {"method":"FinishTask","times":0,"fault":{"kind":"never"}}
      ]`
      for (const fault of JSON.parse(misplaced)) {
        assert.strictEqual((yield* Effect.flip(c1.addFaults([fault]))).reason, "BadOption")
      }
    }),
  )
})

describe("a call", () => {
  it.effect("is answered later, by the clock", () =>
    Effect.gen(function* () {
      const { c1, poll } = yield* start([{ method: "GetTask", fault: { kind: "delay", millis: 5000 } }])
      const call = yield* Effect.forkChild(rpc(poll))
      yield* c1.until(() => c1.calls()["GetTask"] === 1)
      yield* TestClock.adjust(4999)
      assert.strictEqual(c1.tasks()[0]?.handedOut, 0)
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Fiber.join(call)).task?.taskType.case, "syncFull")
    }),
  )

  it.effect("is never answered, and holds up no other", () =>
    Effect.gen(function* () {
      const { c1, poll } = yield* start([{ method: "GetTask", fault: { kind: "never" } }])
      const call = yield* Effect.forkChild(rpc(poll))
      yield* c1.until(() => c1.calls()["GetTask"] === 1)
      assert.strictEqual((yield* rpc(poll)).task?.taskType.case, "syncFull")
      yield* Fiber.interrupt(call)
    }),
  )

  it.effect("takes effect and loses its reply", () =>
    Effect.gen(function* () {
      const { c1, client, poll } = yield* start([
        { method: "Heartbeat", fault: { kind: "loseReply" } },
        { method: "FinishTask", times: 2, fault: { kind: "loseReply" } },
      ])
      const taskId = (yield* rpc(poll)).task?.id ?? ""
      const beat = (signal: AbortSignal) => client.heartbeat({ hostId, taskId }, { signal })
      assert.strictEqual(yield* codeOf(beat), "Internal")
      assert.strictEqual(c1.task(taskId)?.heartbeats, 1)
      const end = { hostId, taskId, finalState: { case: "success", value: {} } } as const
      const finish = (signal: AbortSignal) => client.finishTask(end, { signal })
      assert.strictEqual(yield* codeOf(finish), "Internal")
      assert.strictEqual(yield* codeOf(finish), "Internal")
      yield* rpc(finish)
      assert.strictEqual(c1.task(taskId)?.finishes.length, 3)
      assert.strictEqual(c1.captured().find(({ call }) => call === "FinishTask")?.answered, "loseReply")
    }),
  )

  it.effect("fails without effect", () =>
    Effect.gen(function* () {
      const { c1, client, poll } = yield* start([
        { method: "FinishTask", fault: { kind: "status", code: "UNAVAILABLE" } },
        { method: "Heartbeat", times: 9, fault: { kind: "resetStream" } },
      ])
      const taskId = (yield* rpc(poll)).task?.id ?? ""
      const end = { hostId, taskId, finalState: { case: "success", value: {} } } as const
      assert.strictEqual(yield* codeOf((signal) => client.finishTask(end, { signal })), "Unavailable")
      assert.strictEqual(yield* codeOf((signal) => client.heartbeat({ hostId, taskId }, { signal })), "Internal")
      assert.deepInclude(c1.task(taskId), { finishes: [], heartbeats: 0, outcome: undefined })
    }),
  )

  it.effect("is told that its task is cancelled", () =>
    Effect.gen(function* () {
      const { client, poll } = yield* start([{ method: "Heartbeat", call: 2, fault: { kind: "cancelled" } }])
      const taskId = (yield* rpc(poll)).task?.id ?? ""
      const beat = () => rpc((signal) => client.heartbeat({ hostId, taskId }, { signal }))
      assert.isFalse((yield* beat()).cancelled)
      assert.isTrue((yield* beat()).cancelled)
      assert.isFalse((yield* beat()).cancelled)
    }),
  )

  it.effect("is answered with bytes that are no message, and no task is lost by it", () =>
    Effect.gen(function* () {
      const { poll } = yield* start([{ method: "GetTask", fault: { kind: "garbage" } }])
      yield* Effect.flip(rpc(poll))
      assert.strictEqual((yield* rpc(poll)).task?.taskType.case, "syncFull")
    }),
  )

  it.effect("is given a task again that it has", () =>
    Effect.gen(function* () {
      const { poll } = yield* start([{ method: "GetTask", call: 2, fault: { kind: "repeatTasks" } }])
      const first = yield* rpc(poll)
      assert.strictEqual((yield* rpc(poll)).task?.id, first.task?.id)
      assert.strictEqual((yield* rpc(poll)).task?.taskType.case, "grant")
    }),
  )

  it.effect("falls with its connection, and every other call on it", () =>
    Effect.gen(function* () {
      const { c1, poll, greet } = yield* start([
        { method: "GetTask", fault: { kind: "never" } },
        { method: "Hello", fault: { kind: "cutConnection" } },
      ])
      const waiting = yield* Effect.forkChild(Effect.exit(rpc(poll)))
      yield* c1.until(() => c1.calls()["GetTask"] === 1)
      yield* Effect.flip(rpc(greet))
      assert.isTrue(Exit.isFailure(yield* Fiber.join(waiting)))
      yield* rpc(greet)
      assert.strictEqual(c1.captured().find(({ call }) => call === "Hello")?.answered, "cutConnection")
    }),
  )
})
