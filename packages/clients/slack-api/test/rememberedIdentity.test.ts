// How long `auth.test` is believed, on a clock that leaps.
import { assert, describe, it } from "@effect/vitest"
import { Resilience } from "@rollcall/resilience"
import { Duration, Effect, Layer, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import { SlackToken, SlackWebApi } from "../src/index.ts"

/** A Slack that counts calls of `auth.test`; `answers` are codes of refusals for the calls of a method, in turn. */
const world = (answers: Readonly<Record<string, ReadonlyArray<string>>> = {}) => {
  const state = { token: "xoxb-1", asked: 0 }
  const calls = new Map<string, number>()
  const api = SlackWebApi.layer({
    speed: Number.POSITIVE_INFINITY,
    timeout: Duration.infinity,
    rememberIdentity: "15 minutes",
    fetch: async (url) => {
      const method = url.slice(url.lastIndexOf("/") + 1)
      const call = calls.get(method) ?? 0
      calls.set(method, call + 1)
      if (method === "auth.test") state.asked += 1
      const error = answers[method]?.[call]
      return Response.json(error === undefined ? { ok: true, user_id: "U1", team_id: "T1" } : { ok: false, error })
    },
  }).pipe(
    Layer.provide([
      Resilience.layer,
      Layer.succeed(SlackToken, { current: Effect.sync(() => Redacted.make(state.token)) }),
    ]),
  )
  return { state, api }
}

const ask = SlackWebApi.use((api) => api.authTest)
const call = SlackWebApi.use((api) => Effect.result(api.call("users.info", { user: "U1" }, Schema.Unknown)))

describe("the answer of auth.test", () => {
  it.effect("is asked for once in 15 minutes, also by many at once", () => {
    const { state, api } = world()
    return Effect.gen(function* () {
      yield* Effect.all(
        Array.from({ length: 20 }, () => ask),
        { concurrency: "unbounded" },
      )
      yield* TestClock.adjust("14 minutes")
      yield* ask
      assert.strictEqual(state.asked, 1)
      yield* TestClock.adjust("1 minute")
      yield* ask
      assert.strictEqual(state.asked, 2)
    }).pipe(Effect.provide(api))
  })

  it.effect("is asked for again at once for another token, and for the one before when it is back", () => {
    const { state, api } = world()
    return Effect.gen(function* () {
      for (const token of ["xoxb-1", "xoxb-2", "xoxb-2", "xoxb-1"]) {
        state.token = token
        yield* ask
      }
      assert.strictEqual(state.asked, 3)
    }).pipe(Effect.provide(api))
  })

  it.effect.each(["invalid_auth", "token_revoked", "account_inactive", "missing_scope"])(
    "is asked for again after any call that answered %s",
    (error) => {
      const { state, api } = world({ "users.info": [error] })
      return Effect.gen(function* () {
        yield* ask
        yield* call
        yield* ask
        assert.strictEqual(state.asked, 2)
        yield* call
        yield* ask
        assert.strictEqual(state.asked, 2)
      }).pipe(Effect.provide(api))
    },
  )

  it.effect("stays after a refusal that is not about the token, and is forgotten on request", () => {
    const { state, api } = world({ "users.info": ["user_not_found"] })
    return Effect.gen(function* () {
      yield* ask
      yield* call
      yield* ask
      assert.strictEqual(state.asked, 1)
      yield* SlackWebApi.use(({ forgetIdentity }) => forgetIdentity)
      yield* ask
      assert.strictEqual(state.asked, 2)
    }).pipe(Effect.provide(api))
  })

  it.effect("is not kept where it is a failure", () => {
    const { state, api } = world({ "auth.test": ["no_permission"] })
    return Effect.gen(function* () {
      yield* Effect.flip(ask)
      yield* ask
      yield* ask
      assert.strictEqual(state.asked, 2)
    }).pipe(Effect.provide(api))
  })

  it.live("that is a failure is shared by those who waited for it, and by nobody after them", () => {
    const { state, api } = world({ "auth.test": ["no_permission"] })
    return Effect.gen(function* () {
      const all = yield* Effect.all(
        Array.from({ length: 5 }, () => Effect.result(ask)),
        { concurrency: "unbounded" },
      )
      assert.deepStrictEqual([all.every(({ _tag }) => _tag === "Failure"), state.asked], [true, 1])
      yield* ask
      assert.strictEqual(state.asked, 2)
    }).pipe(Effect.provide(api))
  })
})
