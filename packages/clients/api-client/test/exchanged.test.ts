import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Fiber } from "effect"
import { createServer, type RequestListener } from "node:http"
import { exchanged, readReply, retryAfterMillis } from "../src/index.ts"

/** The URL of a server that answers so; it ends with the scope. */
const serving = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly end: () => void }>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        const end = () => {
          server.closeAllConnections()
          server.close()
        }
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}/`, end }))
      })
    }),
    ({ end }) => Effect.sync(end),
  )

const ask = (url: string, { timeout = Duration.seconds(20), longestBytes = 1000 } = {}) =>
  exchanged(async (signal) => readReply(await fetch(url, { signal }), longestBytes), { host: "here", timeout })

describe("an exchange", () => {
  it.live("gives the status, the headers and the whole text", () =>
    Effect.gen(function* () {
      const { url } = yield* serving((_, response) => response.writeHead(404, { "x-mark": "7" }).end("not hére"))
      const { status, headers, text } = yield* ask(url)
      assert.deepStrictEqual([status, headers.get("x-mark"), text], [404, "7", "not hére"])
    }),
  )

  it.live("does not read on beyond the bound, and tells the status that came", () =>
    Effect.gen(function* () {
      const { url } = yield* serving((_, response) => {
        // It never ends: only who stops reading comes back.
        response.writeHead(201).write("x".repeat(5000))
      })
      const failure = yield* Effect.flip(ask(url))
      assert.deepInclude(failure, {
        reason: { _tag: "UnexpectedReply", problem: "tooLarge", detail: "More than 1000 bytes." },
        status: 201,
      })
    }),
  )

  it.live("that takes too long fails with the time that was given", () =>
    Effect.gen(function* () {
      const { url } = yield* serving(() => {})
      const failure = yield* Effect.flip(ask(url, { timeout: Duration.millis(20) }))
      assert.deepStrictEqual(failure.reason, { _tag: "TimedOut", afterMillis: 20 })
    }),
  )

  it.live("closes its connection when it is interrupted", () =>
    Effect.gen(function* () {
      const arrived = yield* Deferred.make<void>()
      const closed = yield* Deferred.make<boolean>()
      const { url } = yield* serving((_, response) => {
        response.on("close", () => Effect.runSync(Deferred.succeed(closed, !response.writableEnded)))
        Effect.runSync(Deferred.succeed(arrived, undefined))
      })
      const fiber = yield* Effect.forkChild(ask(url))
      yield* Deferred.await(arrived)
      yield* Fiber.interrupt(fiber)
      assert.isTrue(yield* Deferred.await(closed))
    }),
  )
})

describe("the pause that a reply asks for", () => {
  const pause = (text: string | undefined) =>
    retryAfterMillis({ headers: new Headers(text === undefined ? {} : { "retry-after": text }) })

  it("is told in whole seconds", () => {
    assert.strictEqual(pause("17"), 17_000)
    assert.strictEqual(pause(" 0 "), 0)
  })

  it.each([undefined, "", "soon", "1.5", "-1", "Wed, 21 Oct 2015 07:28:00 GMT"])("is not told by %s", (text) => {
    assert.isUndefined(pause(text))
  })
})
