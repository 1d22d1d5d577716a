// A write may wait for long between the decision to make it and its sending: whether it may go out still is asked at the last moment.
import { assert, describe, it } from "@effect/vitest"
import { CallWaits, Resilience } from "@rollcall/resilience"
import { Effect, Schema } from "effect"
import { makeJsonClient, toConnectorError, WriteFence } from "../src/index.ts"
import { type JsonReply, jsonServer } from "./jsonServer.ts"

const takenOver = {
  message: "Another worker has taken over the connection sales.",
  hint: "Nothing needs to be done: it goes on there.",
}

/** A client of a server with these replies, whose fence lets nothing through once `close` was called. */
const fenced = Effect.fnUntraced(function* (
  replies: ReadonlyArray<JsonReply> = [],
  close: "onWait" | "onReply" = "onWait",
) {
  let isOver = false
  const server = yield* jsonServer((_, index) => {
    if (close === "onReply") isOver = true
    return replies[index] ?? {}
  })
  const client = yield* makeJsonClient({
    name: "Forge",
    baseUrl: server.baseUrl,
    budgets: [{ name: "all", callsPerMinute: 600 }],
  })
  const inTurn = <A, E>(call: Effect.Effect<A, E>) =>
    call.pipe(
      Effect.provideService(
        WriteFence,
        Effect.suspend(() => (isOver ? Effect.fail(takenOver) : Effect.void)),
      ),
      Effect.provideService(CallWaits, () => Effect.sync(() => void (isOver ||= close === "onWait"))),
    )
  return { client, inTurn, server }
})

describe("a write behind a fence", () => {
  it.live("is not sent where the fence closed while it waited for its limit, and says so; a read is sent", () =>
    Effect.gen(function* () {
      const { client, inTurn, server } = yield* fenced()
      yield* inTurn(client.post("/teams", { name: "Red" }))
      const error = yield* Effect.flip(inTurn(client.patch("/teams/red", { name: "Blue" })))
      assert.strictEqual(
        error.message,
        "Forge's PATCH /teams/red was not sent: Another worker has taken over the connection sales.",
      )
      assert.deepInclude(error, { hint: takenOver.hint, isUncertain: false, isRetryable: false })
      const { uncertain, reason } = toConnectorError(error)
      assert.deepStrictEqual([uncertain, reason], [undefined, { _tag: "Unavailable", scope: "system" }])
      yield* inTurn(client.get("/teams", Schema.Unknown))
      assert.deepStrictEqual(
        server.requests.map(({ method }) => method),
        ["POST", "GET"],
      )
    }).pipe(Effect.provide(Resilience.layer, { local: true })),
  )

  it.live("is not repeated where the fence closed before its next attempt", () =>
    Effect.gen(function* () {
      const { client, inTurn, server } = yield* fenced([{ status: 429, headers: { "retry-after": "0" } }], "onReply")
      const error = yield* Effect.flip(inTurn(client.post("/teams", { name: "Red" })))
      assert.deepInclude(error, { attempts: 2, isUncertain: false })
      assert.include(error.message, takenOver.message.replace(/\.$/u, ""))
      assert.lengthOf(server.requests, 1)
    }).pipe(Effect.provide(Resilience.layer, { local: true })),
  )
})
