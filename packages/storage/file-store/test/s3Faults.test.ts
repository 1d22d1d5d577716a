// What S3's answers and failures mean, by a server that answers so.
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { assert, describe, it } from "@effect/vitest"
import type { StoreError } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { leapingClock } from "@rollcall/test-kit/virtual-time"
import { Clock, Effect, Layer, Redacted } from "effect"
import { generate } from "selfsigned"
import { FileStore, s3FileStore } from "../src/index.ts"
import type { Answer } from "./faultyS3.ts"
import { give, scripted } from "./faultyS3.ts"

const credentials = { accessKeyId: "AKIASECRET", secretAccessKey: Redacted.make("a-secret-of-the-tests") }

/** Runs work on a store whose server answers so, in time that leaps over the waits between attempts. */
const answered = <A, E>(
  answers: ReadonlyArray<Answer>,
  work: (store: FileStore["Service"], path: string) => Effect.Effect<A, E>,
) =>
  Effect.gen(function* () {
    const { endpoint, asked } = yield* scripted(undefined, ...answers)
    const path = join(yield* scratchFolder("s3"), "mine")
    writeFileSync(path, "mine")
    const outcome = yield* Effect.result(FileStore.use((store) => work(store, path))).pipe(
      Effect.provide(s3FileStore({ bucket: "published", prefix: "", region: "eu-central-1", endpoint }, credentials)),
      Effect.provideService(Clock.Clock, leapingClock()),
    )
    return { outcome, path, asked }
  }).pipe(Effect.scoped)

/** What a call fails with. */
const failing = (
  answers: ReadonlyArray<Answer>,
  work: (store: FileStore["Service"], path: string) => Effect.Effect<unknown, StoreError>,
) =>
  Effect.gen(function* () {
    const { outcome, asked } = yield* answered(answers, work)
    if (outcome._tag === "Success") return assert.fail("It did not fail.")
    const error = outcome.failure
    assert.notInclude(JSON.stringify(error), "a-secret-of-the-tests")
    assert.notInclude(JSON.stringify(error), "AKIASECRET")
    return { error, calls: asked.length }
  })

const put = (store: FileStore["Service"], path: string) => store.put("acme/e1.c1z", path)
const get = (store: FileStore["Service"], path: string) => store.get("acme/e1.c1z", path)

const cut: Answer = (request) => request.socket.resetAndDestroy()

const object =
  (
    content: string,
    { sha256 = createHash("sha256").update(content).digest("hex"), size = content.length } = {},
  ): Answer =>
  (_, response) => {
    response.writeHead(200, { "content-length": size, "x-amz-meta-rollcall-sha256": sha256 })
    response.write(content)
    if (size === content.length) response.end()
    else setImmediate(() => response.destroy())
  }

describe("a store of published files in S3", () => {
  for (const [answer, why, hint] of [
    [[403, "AccessDenied"], "access is denied (HTTP 403 AccessDenied)", /Allow these credentials/u],
    [[403, "InvalidAccessKeyId"], "the access key is not valid (HTTP 403 InvalidAccessKeyId)", /Check the access key/u],
    [[403, "SignatureDoesNotMatch"], "the access key is not valid (HTTP 403 SignatureDoesNotMatch)", /secret/u],
    [[404, "NoSuchBucket"], "the bucket does not exist (HTTP 404 NoSuchBucket)", /Create the bucket/u],
    [[400, "ExpiredToken"], "the credentials have expired (HTTP 400 ExpiredToken)", /Give new ones/u],
    [[301, "PermanentRedirect"], "the bucket is in another region (HTTP 301 PermanentRedirect)", /region=/u],
  ] as const) {
    it.live(`asks for other settings, and does not call again, if ${why}`, () =>
      Effect.gen(function* () {
        for (const work of [put, get, (store: FileStore["Service"]) => store.names("acme/")]) {
          const { error, calls } = yield* failing([answer], work)
          assert.strictEqual(error.kind, "configuration")
          assert.isTrue(error.message.endsWith(`in the bucket published cannot be used: ${why}.`), error.message)
          assert.match(error.hint, hint)
          assert.strictEqual(calls, 1)
        }
      }),
    )
  }

  for (const [answer, why] of [
    [[503, "SlowDown"], "the storage asks to be called later (HTTP 503 SlowDown)"],
    [[500, "InternalError"], "the storage failed (HTTP 500 InternalError)"],
    [[502], "the storage failed (HTTP 502"],
    [[409, "ConditionalRequestConflict"], "another writer was at the same name (HTTP 409 ConditionalRequestConflict)"],
    [cut, "the connection was closed (ECONNRESET)"],
  ] as const) {
    it.live(`calls again, and says what to wait for if it goes on, when ${why.replace(/ \(.*/u, "")}`, () =>
      Effect.gen(function* () {
        const { error, calls } = yield* failing([[412, "PreconditionFailed"], answer], put)
        assert.deepStrictEqual([error.reason, error.kind], ["Unreachable", "interrupted"])
        assert.include(error.message, why)
        assert.isNotEmpty(error.hint)
        assert.strictEqual(calls, 1 + 5)
        const { outcome } = yield* answered([[412, "PreconditionFailed"], answer, answer, [200]], put)
        assert.strictEqual(outcome._tag, "Success")
      }),
    )
  }

  it.live("knows its own file by its mark if the reply that it was stored was lost", () =>
    Effect.gen(function* () {
      let mark = ""
      const lost: Answer = (request) => {
        mark = String(request.headers["x-amz-meta-rollcall-mark"])
        request.socket.resetAndDestroy()
      }
      const marked =
        (other?: string): Answer =>
        (_, response) =>
          response.writeHead(200, { "x-amz-meta-rollcall-mark": other ?? mark }).end()
      const taken: Answer = [412, "PreconditionFailed"]
      const ours = yield* answered([taken, lost, taken, marked()], put)
      assert.strictEqual(ours.outcome._tag, "Success")
      const { error } = yield* failing([taken, lost, taken, marked("another")], put)
      assert.strictEqual(error.reason, "Exists")
    }),
  )

  it.live("stores nothing in storage that overwrites despite the condition", () =>
    Effect.gen(function* () {
      const { error, calls } = yield* failing([[200]], put)
      assert.deepStrictEqual([error.kind, calls], ["configuration", 2])
      assert.match(error.message, /overwrites an object despite If-None-Match/u)
    }),
  )

  it.live("signs the content, and gives its checksum and the condition, and tries the condition out once", () =>
    Effect.gen(function* () {
      const { asked } = yield* answered([[412, "PreconditionFailed"], [200]], (store, path) =>
        Effect.andThen(store.put("a", path), store.put("b", path)),
      )
      assert.deepStrictEqual(
        asked.map(({ url }) => url?.split("?")[0]),
        ["/published/.names-are-used-once", "/published/a", "/published/b"],
      )
      const hash = createHash("sha256").update("mine").digest()
      for (const { headers } of asked.slice(1)) {
        assert.strictEqual(headers["if-none-match"], "*")
        assert.strictEqual(headers["x-amz-checksum-sha256"], hash.toString("base64"))
        assert.strictEqual(headers["x-amz-content-sha256"], hash.toString("hex"))
        assert.strictEqual(headers["content-length"], "4")
        assert.match(String(headers.authorization), /SignedHeaders=[^,]*x-amz-content-sha256/u)
      }
    }),
  )

  it.live("fetches again what was cut off, and never leaves a part of it", () =>
    Effect.gen(function* () {
      const partial = object("the wh", { size: 9 })
      const { outcome, asked } = yield* answered([partial, object("the whole")], (store, local) =>
        Effect.map(get(store, local), () => readFileSync(local, "utf8")),
      )
      assert.deepStrictEqual([outcome._tag === "Success" && outcome.success, asked.length], ["the whole", 2])
      const { error } = yield* failing([partial], (store, local) =>
        Effect.tapError(get(store, local), () =>
          Effect.sync(() => {
            assert.strictEqual(readFileSync(local, "utf8"), "mine")
            assert.deepStrictEqual(readdirSync(join(local, "..")), ["mine"])
          }),
        ),
      )
      assert.strictEqual(error.reason, "Unreachable")
    }),
  )

  it.live("refuses content that is not what was stored", () =>
    Effect.gen(function* () {
      const { error } = yield* failing([object("thE whole", { sha256: "ab".repeat(32) })], (store, local) =>
        Effect.tapError(get(store, local), () =>
          Effect.sync(() => assert.strictEqual(readFileSync(local, "utf8"), "mine")),
        ),
      )
      assert.strictEqual(error.reason, "Unreadable")
      assert.match(error.message, /SHA-256/u)
    }),
  )

  it.live("goes through the proxy that the environment names, and does not name its password", () =>
    Effect.gen(function* () {
      const before = { ...process.env }
      const proxy = yield* scripted(undefined, (request, response) => {
        request.resume()
        give(response, request.url?.startsWith("http://storage.invalid/") === true ? [407] : [500])
      })
      Object.assign(process.env, { HTTP_PROXY: proxy.endpoint.replace("//", "//user:hunter2@"), NO_PROXY: "" })
      const place = { bucket: "published", prefix: "", region: "x", endpoint: "http://storage.invalid" }
      const error = yield* Effect.flip(FileStore.use((store) => store.names(""))).pipe(
        Effect.provide(s3FileStore(place, credentials)),
        Effect.ensuring(
          Effect.sync(() => {
            process.env = before
          }),
        ),
      )
      assert.strictEqual(proxy.asked.length, 1)
      assert.strictEqual(error.kind, "configuration")
      assert.include(error.message, "the proxy requires a user and a password")
      assert.notInclude(JSON.stringify(error), "hunter2")
    }).pipe(Effect.scoped),
  )

  it.live("speaks TLS with storage whose authority this process trusts, and with no other", () =>
    Effect.gen(function* () {
      const { cert, private: key } = yield* Effect.promise(() =>
        generate([{ name: "commonName", value: "localhost" }], {
          keyType: "ec",
          extensions: [
            { name: "basicConstraints", cA: true },
            { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
          ],
        }),
      )
      const { endpoint } = yield* scripted({ cert, key }, object("the whole"))
      const folder = yield* scratchFolder("s3")
      const place = {
        bucket: "published",
        prefix: "",
        region: "x",
        endpoint: endpoint.replace("127.0.0.1", "localhost"),
      }
      const fetch = () =>
        FileStore.use((store) => get(store, join(folder, "fetched"))).pipe(
          Effect.provide(Layer.fresh(s3FileStore(place, credentials))),
        )
      const error = yield* Effect.flip(fetch())
      assert.strictEqual(error.kind, "configuration")
      assert.include(error.message, "certificate")
      const trusted = getCACertificates("default")
      setDefaultCACertificates([...trusted, cert])
      yield* fetch().pipe(Effect.ensuring(Effect.sync(() => setDefaultCACertificates(trusted))))
      assert.strictEqual(readFileSync(join(folder, "fetched"), "utf8"), "the whole")
    }).pipe(Effect.scoped),
  )
})
