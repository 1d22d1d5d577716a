// How long a worker that hangs has let its probes wait.
import { once } from "node:events"
import { createServer } from "node:http"
import { assert, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { watchProbes } from "../src/signsOfLife.ts"

/** A worker that answers one probe and hangs, and has let five more wait: one is sent every 100 milliseconds. */
const hanging = Effect.gen(function* () {
  let asked = 0
  const server = yield* Effect.acquireRelease(
    Effect.sync(() =>
      createServer((_, reply) => {
        asked++
        if (asked === 1) reply.end()
      }),
    ),
    (listening) => Effect.sync(() => listening.close().closeAllConnections()),
  )
  yield* Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening"))
  const address = server.address()
  const latestAnswer = yield* watchProbes(typeof address === "object" ? (address?.port ?? 0) : 0)
  yield* Effect.sync(() => asked).pipe(
    Effect.repeat({ schedule: Schedule.spaced("10 millis"), until: (count) => count === 6 }),
  )
  return { server, latestAnswer }
})

it.live("a probe that still waits counts with the time that it has waited", () =>
  Effect.gen(function* () {
    const { latestAnswer } = yield* hanging
    assert.isAbove(latestAnswer(), 300)
  }),
)

it.live("a probe that an error cuts short counts with the time that it had waited", () =>
  Effect.gen(function* () {
    const { server, latestAnswer } = yield* hanging
    const closed = once(server, "close")
    server.close().closeAllConnections()
    yield* Effect.promise(() => closed)
    // The client hears of the cuts a turn later, and of the refusals that follow at once.
    yield* Effect.sleep("50 millis")
    assert.isAbove(latestAnswer(), 300)
  }),
)

it.live("a worker that answered no probe gives no figure", () =>
  Effect.gen(function* () {
    const latestAnswer = yield* watchProbes(1)
    yield* Effect.sleep("150 millis")
    assert.throws(latestAnswer, "no sign of life")
  }),
)
