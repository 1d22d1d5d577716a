import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { makeSimulator, type SimulatedSlack, type SimulatorOptions } from "../../src/index.ts"

const made = (options: SimulatorOptions = {}) =>
  makeSimulator({ plan: "business-plus", users: 30, idpGroups: 3, ...options })

const send = (slack: SimulatedSlack, verbAndPath: string, body = "{}") => {
  const [method = "", path = ""] = verbAndPath.split(" ")
  return slack.handle({
    method,
    target: `/scim/${path}`,
    headers: { authorization: `Bearer ${slack.userToken}` },
    body,
  })
}

/** How many calls in a row pass before one is refused. */
const burst = Effect.fnUntraced(function* (slack: SimulatedSlack, verbAndPath: string) {
  for (let passed = 0; passed < 2000; passed++) {
    if ((yield* send(slack, verbAndPath)).status === 429) return passed
  }
  return Number.POSITIVE_INFINITY
})

describe("published SCIM limits", () => {
  it.effect("let each class's burst pass, and refuse the next in the version's shape", () =>
    Effect.gen(function* () {
      const published = {
        "GET v2/Users": 1000,
        "GET v1/Groups": 1000,
        "GET v2/Users/U1": 300,
        "GET v2/Groups/S1": 300,
        "POST v2/Users": 20,
        "PUT v2/Users/U1": 20,
        "PATCH v1/Users/U1": 20,
        "DELETE v2/Users/U1": 20,
        "POST v1/Groups": 20,
        "PUT v2/Groups/S1": 80,
        "PATCH v2/Groups/S1": 80,
        "DELETE v2/Groups/S1": 20,
      }
      for (const [call, passes] of Object.entries(published)) {
        assert.strictEqual(yield* burst(yield* made(), call), passes, call)
      }
      const slack = yield* made()
      yield* burst(slack, "PATCH v2/Groups/S1")
      const refused = yield* send(slack, "PATCH v2/Groups/S1")
      assert.strictEqual(refused.headers["retry-after"], "1")
      assert.include(refused.body, '"detail":"too_many_requests","status":429')
      assert.include((yield* send(slack, "PATCH v1/Groups/S1")).body, '{"Errors":{"description":"too_many_requests"')
    }),
  )

  it.effect("count PUT and PATCH of a kind together, and other classes apart", () =>
    Effect.gen(function* () {
      const slack = yield* made()
      yield* burst(slack, "PATCH v2/Users/U1")
      assert.strictEqual((yield* send(slack, "PUT v1/Users/U1")).status, 429)
      assert.strictEqual((yield* send(slack, "DELETE v2/Users/U1")).status, 404)
    }),
  )

  it.effect("are those of all together too: 1000 reads, and 180 writes at once", () =>
    Effect.gen(function* () {
      const slack = yield* made()
      let writes = 0
      for (const call of ["POST v2/Users", "PUT v2/Users/U1", "DELETE v2/Users/U1", "POST v2/Groups"]) {
        writes += yield* burst(slack, call)
      }
      writes += yield* burst(slack, "PATCH v2/Groups/S1")
      writes += yield* burst(slack, "DELETE v2/Groups/S1")
      assert.strictEqual(writes, 180)
      assert.strictEqual((yield* burst(slack, "GET v2/Users/U1")) + (yield* burst(slack, "GET v2/Users")), 1000)
    }),
  )

  it.effect("fill evenly, as fast as speed says", () =>
    Effect.gen(function* () {
      for (const [speed, passes] of [
        [1, 3],
        [10, 20],
      ] as const) {
        const slack = yield* made({ speed })
        yield* burst(slack, "POST v2/Groups")
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* burst(slack, "POST v2/Groups"), passes)
      }
    }),
  )

  it.effect("can be off, and cost nothing to who is refused by them", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* burst(yield* made({ rateLimits: "off" }), "POST v2/Groups"), Number.POSITIVE_INFINITY)
      const slack = yield* made()
      yield* burst(slack, "POST v2/Groups")
      for (let refusals = 0; refusals < 500; refusals++) yield* send(slack, "POST v2/Groups")
      assert.strictEqual((yield* send(slack, "PATCH v2/Groups/S1")).status, 404)
    }),
  )
})

describe("an object that is still being written", () => {
  it.effect("refuses a second write, lets others and reads pass, and is free when the first has ended", () =>
    Effect.gen(function* () {
      const slack = yield* made({ rateLimits: "off", writeMillis: 500 })
      const list = yield* send(slack, "GET v2/Groups")
      const [first, second] = JSON.parse(typeof list.body === "string" ? list.body : "").Resources
      const rename = (id: string, displayName: string) =>
        send(slack, `PATCH v1/Groups/${id}`, JSON.stringify({ displayName }))
      const writing = yield* Effect.forkChild(rename(first.id, "one"))
      yield* Effect.yieldNow
      yield* TestClock.adjust(499)
      const locked = yield* rename(first.id, "two")
      assert.strictEqual(locked.status, 429)
      assert.include(locked.body, "resource_locked")
      const other = yield* Effect.forkChild(rename(second.id, "other"))
      assert.include((yield* send(slack, `GET v2/Groups/${first.id}`)).body, '"displayName":"one"')
      assert.isUndefined(writing.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* Fiber.join(writing)).status, 204)
      const again = yield* Effect.forkChild(rename(first.id, "three"))
      yield* TestClock.adjust(500)
      assert.strictEqual((yield* Fiber.join(again)).status, 204)
      assert.strictEqual((yield* Fiber.join(other)).status, 204)
    }),
  )
})
