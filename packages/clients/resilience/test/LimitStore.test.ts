// The seam between what limits are and where their state is kept.
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { CurrentAccount, type LimitAccount, type Limits, LimitStore, Resilience, type Verdict } from "../src/index.ts"

const lists = { key: "lists", budget: { callsPerMinute: 6 } }
const all = { key: "all", budget: { callsPerMinute: 60 } }

/** Two services, as two processes would have them, over one store; and what the store was asked for. */
const twoProcesses = Effect.gen(function* () {
  const memory = Context.get(yield* Layer.build(Layer.fresh(LimitStore.layer)), LimitStore)
  const asked: Array<ReadonlyArray<string>> = []
  const take: LimitStore["Service"]["take"] = (limits, goes) => {
    asked.push(limits.map(({ key }) => key))
    return memory.take(limits, goes)
  }
  const process = Effect.map(
    Layer.build(Layer.fresh(Layer.provide(Resilience.layerWithStore, Layer.succeed(LimitStore, { ...memory, take })))),
    (built) => Context.get(built, Resilience),
  )
  return { asked, first: yield* process, second: yield* process }
})

const logged = () => {
  const log: Array<string> = []
  const call = (resilience: Resilience["Service"], name: string, limits: Limits, verdicts: Array<Verdict> = []) => {
    const send = Effect.flatMap(Clock.currentTimeMillis, (millis) => {
      log.push(`${millis / 1000} s ${name}`)
      const verdict = verdicts.shift()
      return verdict === undefined ? Effect.void : Effect.fail(verdict)
    })
    return resilience.call({ limits, classify: (verdict) => verdict }, send)
  }
  return { log, call }
}

const finish = <A, E>(...calls: ReadonlyArray<Effect.Effect<A, E>>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.all(calls, { concurrency: "unbounded" }))
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("services over one store", () => {
  it.effect("spend one budget together", () =>
    Effect.gen(function* () {
      const { first, second } = yield* twoProcesses
      const { log, call } = logged()
      yield* finish(call(first, "a", [lists]), call(second, "b", [lists]), call(first, "c", [lists]))
      assert.deepStrictEqual(
        log.map((line) => line.split(" ")[0]),
        ["0", "10", "20"],
      )
      assert.deepStrictEqual(
        [...(yield* first.state), ...(yield* second.state)].map(({ calls }) => calls),
        [2, 1],
      )
    }),
  )

  it.effect("rest together when the other side asks one of them for a pause", () =>
    Effect.gen(function* () {
      const { first, second } = yield* twoProcesses
      const { log, call } = logged()
      const pause: Verdict = { retryable: true, throttled: true, retryAfterMillis: 40_000 }
      yield* finish(call(first, "a", [all], [pause]), Effect.delay(call(second, "b", [all]), "2 seconds"))
      assert.strictEqual(log[0], "0 s a")
      assert.sameMembers(
        log.slice(1).map((line) => line.slice(-1)),
        ["a", "b"],
      )
      for (const line of log.slice(1)) assert.isAtLeast(Number(line.split(" ")[0]), 40)
    }),
  )
})

describe("services of several accounts over one store", () => {
  const of = (account: LimitAccount | undefined) => Effect.provideService(CurrentAccount, () => account)
  /** Seconds between two calls. */
  const between = (limit: Limits[0], ...accounts: ReadonlyArray<LimitAccount | undefined>) =>
    Effect.gen(function* () {
      const { first, second } = yield* twoProcesses
      const { log, call } = logged()
      const [one, other] = accounts
      yield* finish(of(one)(call(first, "a", [limit])), of(other)(Effect.delay(call(second, "b", [limit]), 1)))
      const [began = 0, ended = 0] = log.map((line) => Number(line.split(" ")[0]))
      return Math.round(ended - began)
    })

  it.effect("share the budgets of one account, and of two have each its own", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* between(lists, { id: "T1" }, { id: "T1" }), 10)
      assert.strictEqual(yield* between(lists, { id: "T1" }, { id: "T2" }), 0)
      assert.strictEqual(yield* between(lists, { id: "T1" }, undefined), 0)
    }),
  )

  it.effect("share a limit of an organisation, whichever of its accounts they are of", () =>
    Effect.gen(function* () {
      const wide = { ...lists, isWide: true }
      const [t1, t2] = [
        { id: "T1", organisation: "E1" },
        { id: "T2", organisation: "E1" },
      ]
      assert.strictEqual(yield* between(wide, t1, t2), 10)
      assert.strictEqual(yield* between(lists, t1, t2), 0)
      assert.strictEqual(yield* between(wide, t1, { id: "T3" }), 0)
      assert.strictEqual(yield* between(wide, { id: "T3" }, { id: "T3" }), 10)
    }),
  )

  it.effect("are found by the layer where their surroundings have one", () =>
    Effect.gen(function* () {
      const store = Context.get(yield* Layer.build(Layer.fresh(LimitStore.layer)), LimitStore)
      const build = Effect.map(Layer.build(Layer.fresh(Resilience.layer)), (built) => Context.get(built, Resilience))
      const shared = Effect.provideService(build, LimitStore, store)
      const { log, call } = logged()
      const [one, other, alone] = [yield* shared, yield* shared, yield* build]
      yield* finish(...[one, other, alone].map((service) => call(service, "a", [lists])))
      assert.sameMembers(
        log.map((line) => line.split(" ")[0]),
        ["0", "0", "10"],
      )
    }),
  )
})

describe("a store", () => {
  it.effect(
    "is asked for all limits of a call in one step, so that none is paid while another holds the call back",
    () =>
      Effect.gen(function* () {
        const { asked, first } = yield* twoProcesses
        const { call } = logged()
        yield* finish(call(first, "a", [lists, all]))
        assert.deepInclude(asked, ["lists", "all"])
        assert.notDeepInclude(asked, ["all"])
      }),
  )
})
