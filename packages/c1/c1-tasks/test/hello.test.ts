import { assert, describe, it } from "@effect/vitest"
import { type Fault, SimulatedC1 } from "@rollcall/c1-simulator"
import { Cause, Effect, Exit, Option } from "effect"
import { clubhouse } from "./clubhouse.ts"
import { inC1, startLoop } from "./running.ts"

describe("the first hello", () => {
  for (const [what, fault, reason, kind] of [
    [
      "its permission",
      { kind: "status", code: "PERMISSION_DENIED", message: "connector is deleted" },
      "Refused",
      "refused",
    ],
    ["its credential", { kind: "status", code: "UNAUTHENTICATED" }, "CredentialRejected", "refused"],
    ["its arguments", { kind: "status", code: "INVALID_ARGUMENT" }, "Rejected", "unexpected"],
    ["its method", { kind: "status", code: "UNIMPLEMENTED" }, "Rejected", "unexpected"],
    ["its time", { kind: "status", code: "FAILED_PRECONDITION" }, "Rejected", "unexpected"],
    ["its tenant", { kind: "status", code: "NOT_FOUND" }, "Rejected", "unexpected"],
  ] as const) {
    it.live(`that C1 refuses for ${what} ends the loop with the reason, and no task is requested`, () =>
      inC1(
        Effect.gen(function* () {
          const { ended, told } = yield* startLoop(clubhouse().connector)
          const exit = yield* ended
          const error = Exit.isFailure(exit) ? Option.getOrThrow(Cause.findErrorOption(exit.cause)) : undefined
          assert.deepStrictEqual([error?._tag, error?.reason, error?.kind], ["C1Error", reason, kind])
          if ("message" in fault) assert.include(error?.message ?? "", fault.message)
          assert.isAbove(error?.hint.length ?? 0, 10)
          assert.isUndefined((yield* SimulatedC1).calls()["GetTask"])
          assert.lengthOf(told("HelloAccepted"), 0)
        }),
        { c1: { faults: [{ method: "Hello", times: "always", fault }] } },
      ),
    )
  }

  const unavailable: ReadonlyArray<readonly [what: string, fault: Fault]> = [
    ["C1 is unavailable", { method: "Hello", times: 3, fault: { kind: "status", code: "UNAVAILABLE" } }],
    ["C1 fails", { method: "Hello", times: 3, fault: { kind: "status", code: "INTERNAL" } }],
    ["the connection is cut", { method: "Hello", times: 3, fault: { kind: "cutConnection" } }],
    ["the stream is reset", { method: "Hello", times: 3, fault: { kind: "resetStream" } }],
    ["the token endpoint fails", { method: "token", times: 3, fault: { kind: "httpStatus", status: 500 } }],
    [
      "a page comes for a token",
      { method: "token", times: 3, fault: { kind: "httpStatus", status: 200, body: "html" } },
    ],
  ]
  for (const [what, fault] of unavailable) {
    it.live(
      `is sent again, less and less often, while ${what}; until it is accepted nothing is ready and no task is requested`,
      () =>
        inC1(
          Effect.gen(function* () {
            const c1 = yield* SimulatedC1
            const { events, told } = yield* startLoop(clubhouse().connector)
            yield* c1.until(() => (c1.calls()["GetTask"] ?? 0) > 0)
            assert.deepStrictEqual(
              told("HelloFailed").map(({ retryMillis }) => retryMillis),
              [1000, 2000, 4000],
            )
            assert.deepStrictEqual(
              events.slice(0, 4).map(({ _tag }) => _tag),
              ["HelloFailed", "HelloFailed", "HelloFailed", "HelloAccepted"],
            )
          }),
          { c1: { faults: [fault] } },
        ),
    )
  }

  it.live("that waits for C1 ends when the loop is stopped", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { stop, ended } = yield* startLoop(clubhouse().connector)
        yield* c1.until(() => (c1.calls()["Hello"] ?? 0) > 20)
        yield* stop
        assert.isTrue(Exit.hasInterrupts(yield* ended))
      }),
      { c1: { faults: [{ method: "Hello", times: "always", fault: { kind: "status", code: "UNAVAILABLE" } }] } },
    ),
  )
})

describe("a hello task", () => {
  it.live("is answered with a hello of its id, is not finished, and does not end the loop if C1 refuses it", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* SimulatedC1
        const { told } = yield* startLoop(clubhouse().connector)
        yield* c1.until(() => (c1.calls()["GetTask"] ?? 0) > 0)
        yield* c1.addFaults([{ method: "Hello", fault: { kind: "status", code: "PERMISSION_DENIED" } }])
        const [refused = ""] = yield* c1.addTasks([{ hello: {} }])
        yield* c1.until(() => told("TaskFinished").length === 1)
        const [taken = ""] = yield* c1.addTasks([{ hello: {} }])
        yield* c1.until(() => told("TaskFinished").length === 2)
        assert.deepStrictEqual(
          [refused, taken].map((id) => c1.task(id)?.hellos.length),
          [0, 1],
        )
        assert.deepStrictEqual(
          [refused, taken].map((id) => c1.task(id)?.finishes.length),
          [0, 0],
        )
        assert.strictEqual(told("HelloFailed")[0]?.taskId, refused)
      }),
    ),
  )
})
