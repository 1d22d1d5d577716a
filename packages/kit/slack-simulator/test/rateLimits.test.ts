import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { makeSimulator, type SimulatedSlack, type SimulatorOptions } from "../src/index.ts"

const post = (slack: SimulatedSlack, method: string, body = "limit=1", token = slack.botToken) =>
  slack.handle({
    method: "POST",
    target: `/api/${method}`,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
    body,
  })

/** How many calls in a row pass before one is refused. */
const burst = Effect.fnUntraced(function* (slack: SimulatedSlack, method: string, body?: string) {
  for (let passed = 0; passed < 1000; passed++) {
    if ((yield* post(slack, method, body)).status === 429) return passed
  }
  return Number.POSITIVE_INFINITY
})
const made = (options: SimulatorOptions = {}) => makeSimulator({ users: 10, rateLimits: "published", ...options })

describe("published limits", () => {
  it.effect("let each method's calls per minute pass, and refuse the next as Slack does", () =>
    Effect.gen(function* () {
      const published = {
        "auth.test": 600,
        "auth.teams.list": 20,
        "team.info": 50,
        "users.list": 20,
        "users.info": 100,
        "usergroups.list": 20,
        "usergroups.users.list": 20,
        "bots.info": 50,
      }
      const slack = yield* made()
      for (const [method, perMinute] of Object.entries(published)) {
        assert.strictEqual(yield* burst(slack, method), perMinute, method)
      }
      const refused = yield* post(slack, "users.list")
      assert.deepStrictEqual(refused, {
        status: 429,
        headers: { "content-type": "application/json; charset=utf-8", "retry-after": "3" },
        body: '{"ok":false,"error":"ratelimited"}',
      })
    }),
  )

  it.effect("let a call pass once Retry-After is over", () =>
    Effect.gen(function* () {
      const slack = yield* made()
      yield* burst(slack, "users.list")
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual((yield* post(slack, "users.list")).headers["retry-after"], "1")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* post(slack, "users.list")).status, 200)
      assert.strictEqual((yield* post(slack, "users.list")).status, 429)
    }),
  )

  it.effect("never refuse calls at an even pace, for hours", () =>
    Effect.gen(function* () {
      const slack = yield* made()
      yield* burst(slack, "users.list")
      for (let call = 0; call < 5000; call++) {
        yield* TestClock.adjust("3 seconds")
        assert.strictEqual((yield* post(slack, "users.list")).status, 200)
      }
    }),
  )

  it.effect("hold for each method and each token by itself", () =>
    Effect.gen(function* () {
      const slack = yield* made()
      yield* burst(slack, "users.list")
      assert.strictEqual((yield* post(slack, "usergroups.list")).status, 200)
      assert.strictEqual((yield* post(slack, "users.list", "limit=1", slack.userToken)).status, 200)
    }),
  )

  it.effect("are stricter for a call that asks for everybody at once", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* burst(yield* made(), "users.list", "include_locale=0"), 5)
    }),
  )

  it.effect("run as many times faster as the speed says", () =>
    Effect.gen(function* () {
      const slack = yield* made({ speed: 60 })
      yield* burst(slack, "users.list")
      yield* TestClock.adjust("49 millis")
      assert.strictEqual((yield* post(slack, "users.list")).status, 429)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual((yield* post(slack, "users.list")).status, 200)
    }),
  )

  it.effect("can let a burst pass that Slack does not publish, and no more than the published rate after it", () =>
    Effect.gen(function* () {
      const slack = yield* made({ hiddenBurst: 60 })
      assert.strictEqual(yield* burst(slack, "users.list"), 60)
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* burst(slack, "users.list"), 1)
    }),
  )

  it.effect("can be off", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* burst(yield* made({ rateLimits: "off" }), "users.list"), Number.POSITIVE_INFINITY)
    }),
  )
})
