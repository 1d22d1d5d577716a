// What is told of a signal before the work has come to its end.
import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { Readiness, untilStopped } from "../src/health/Readiness.ts"

it.effect("a worker that is interrupted is stopping immediately, and ends when its work has ended", () =>
  Effect.gen(function* () {
    const { state, set } = yield* Readiness
    yield* set({ _tag: "Ready" })
    const cutOff = yield* Deferred.make<void>()
    const lastWords = yield* Deferred.make<void>()
    const work = Effect.onInterrupt(Effect.never, () =>
      Effect.andThen(Deferred.succeed(cutOff, undefined), Deferred.await(lastWords)),
    )
    const worker = yield* Effect.forkChild(untilStopped(work))
    yield* Effect.yieldNow
    assert.deepStrictEqual(yield* state, { _tag: "Ready" })

    const stopped = yield* Effect.forkChild(Fiber.interrupt(worker))
    yield* Deferred.await(cutOff)
    assert.deepStrictEqual(yield* state, { _tag: "Stopping" })
    assert.isUndefined(worker.pollUnsafe())
    yield* Deferred.succeed(lastWords, undefined)
    yield* Fiber.join(stopped)
    assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(worker)))
  }).pipe(Effect.provide(Readiness.layer)),
)

it.effect("work that fails does not stop the worker", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* Effect.flip(untilStopped(Effect.fail("broken"))), "broken")
    assert.strictEqual((yield* (yield* Readiness).state)._tag, "Starting")
  }).pipe(Effect.provide(Readiness.layer)),
)
