// Asking a worker for its connections: here one that takes the question and gives no answer.
import { assert, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { createServer } from "node:net"
import { askWorker, controlSocket } from "../src/connections/askWorker.ts"

it.effect("a worker that takes the question and gives no answer is given up, to be asked again", () =>
  Effect.gen(function* () {
    const folder = yield* scratchFolder("silent")
    let asked = (): void => undefined
    const arrived = new Promise<void>((done) => (asked = done))
    const silent = createServer((socket) => void socket.once("data", asked))
    yield* Effect.acquireRelease(
      Effect.promise(() => new Promise<void>((done) => silent.listen(controlSocket(folder), done))),
      () => Effect.sync(() => silent.close()),
    )
    const asking = yield* Effect.forkChild(Effect.flip(askWorker(folder, { name: "sales", request: "pause" })))
    yield* Effect.promise(() => arrived)
    yield* TestClock.adjust("15 seconds")
    const error = yield* Fiber.join(asking)
    assert.deepStrictEqual([error.reason, error.kind], ["NoAnswer", "busy"])
    assert.include(error.message, "it is not known whether it did pause for sales")
  }).pipe(Effect.scoped),
)
