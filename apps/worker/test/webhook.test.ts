// One message to a webhook, over real HTTP to this machine.
import { assert, describe, it } from "@effect/vitest"
import type { Secret } from "@rollcall/config"
import { defaultRetryPolicy, Resilience } from "@rollcall/resilience"
import { Effect, Redacted, References } from "effect"
import { WebhookFailed, sendWebhook } from "../src/drift/webhook.ts"
import { isSigned, type ReceiverReply, startReceiver } from "./receiver.ts"

const secret = `whsec_${Buffer.from("a key of thirty two bytes, as is").toString("base64")}`
const body = JSON.stringify({ type: "drift.found", data: { name: "Söhne" } })
const given = (text: string): Secret => Effect.succeed(Redacted.make(text))

/** Retries without waits, within the same bounds. */
const retry = { ...defaultRetryPolicy, backoff: { firstMillis: 1, factor: 1, ceilingMillis: 1, jitter: 0 } }

const send = (url: string, key: Secret | undefined = given(secret)) =>
  sendWebhook({ url: given(url), secret: key, retry }, { id: "drift_1", body }).pipe(
    Effect.provide(Resilience.layer),
    Effect.result,
  )

const sendTo = Effect.fnUntraced(function* (...replies: ReadonlyArray<ReceiverReply>) {
  const receiver = yield* startReceiver(...replies)
  return { ...receiver, result: yield* send(receiver.url) }
})

describe("a message to a webhook", () => {
  it.live("bears id and time, and a signature over both and the body that another implementation takes", () =>
    Effect.gen(function* () {
      const before = Math.floor(Date.now() / 1000)
      const { received, result } = yield* sendTo(200)
      assert.strictEqual(result._tag, "Success")
      assert.lengthOf(received, 1)
      const [message] = received
      assert.strictEqual(message?.body, body)
      assert.strictEqual(message?.headers["webhook-id"], "drift_1")
      assert.match(String(message?.headers["webhook-timestamp"]), /^\d+$/u)
      assert.isAtLeast(Number(message?.headers["webhook-timestamp"]), before)
      assert.isTrue(message !== undefined && isSigned(message, secret))
      assert.isFalse(message !== undefined && isSigned(message, `${secret.slice(0, -4)}AAA=`))
      assert.isUndefined(message?.headers.authorization)
    }).pipe(Effect.scoped),
  )

  it.live("is sent again with the same id where the receiver failed or asks for a pause, each time signed", () =>
    Effect.gen(function* () {
      const { received, result } = yield* sendTo(503, { status: 429, headers: { "retry-after": "0" } }, 500, 202)
      assert.strictEqual(result._tag, "Success")
      assert.deepStrictEqual(
        received.map(({ headers }) => headers["webhook-id"]),
        Array.from({ length: 4 }, () => "drift_1"),
      )
      assert.isTrue(received.every((message) => isSigned(message, secret)))
    }).pipe(Effect.scoped),
  )

  it.live("is given up after four retries, and at once where the receiver refuses it", () =>
    Effect.gen(function* () {
      const failing = yield* sendTo(500, 500, 500, 500, 500, 500)
      assert.lengthOf(failing.received, 5)
      assert.strictEqual(failing.result._tag, "Failure")
      for (const status of [400, 401, 404, 410]) {
        const refusing = yield* sendTo(status)
        assert.lengthOf(refusing.received, 1)
        assert.strictEqual(refusing.result._tag, "Failure")
      }
    }).pipe(Effect.scoped),
  )

  it.live("follows no redirect", () =>
    Effect.gen(function* () {
      const other = yield* startReceiver()
      for (const status of [301, 302, 307, 308]) {
        const { received, result } = yield* sendTo({ status, headers: { location: other.url } })
        assert.lengthOf(received, 1)
        assert.isTrue(result._tag === "Failure" && result.failure.message.includes("redirect"))
      }
      assert.deepStrictEqual(other.received, [])
    }).pipe(Effect.scoped),
  )

  it.live("says what failed, and neither its address nor its secret, whatever fails", () =>
    Effect.gen(function* () {
      const texts: Array<string> = []
      const closed = yield* Effect.scoped(startReceiver())
      const failing = yield* startReceiver(400, 302, 500, 500, 500, 500, 500)
      for (const url of [failing.url, failing.url, failing.url, closed.url, "https://s3cr3tpath.invalid/s3cr3tpath"]) {
        const result = yield* send(url)
        assert.strictEqual(result._tag, "Failure")
        if (result._tag === "Failure")
          texts.push(JSON.stringify(result.failure), result.failure.message, result.failure.hint)
      }
      const all = texts.join("\n")
      assert.match(all, /refuses the message \(HTTP 400\)/u)
      assert.match(all, /failed \(HTTP 500\)\. Gave up after 5 attempts/u)
      assert.match(all, /did not get through to its address: it refuses the connection/u)
      for (const part of ["s3cr3tpath", "127.0.0.1", secret.slice(6)]) assert.notInclude(all, part)
    }).pipe(Effect.scoped, Effect.provideService(References.MinimumLogLevel, "None")),
  )

  it.live("is not sent where the file behind the address or the secret came to hold what cannot be one", () =>
    Effect.gen(function* () {
      const { url, received } = yield* startReceiver()
      for (const result of [
        yield* send(url.replace("127.0.0.1", "192.0.2.1")),
        yield* send("file:///etc/passwd"),
        yield* send(url, given("whsec_short")),
      ]) {
        assert.isTrue(result._tag === "Failure" && result.failure instanceof WebhookFailed)
      }
      assert.deepStrictEqual(received, [])
    }).pipe(Effect.scoped),
  )
})
