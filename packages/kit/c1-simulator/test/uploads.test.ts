import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { startC1 } from "../src/index.ts"
import { codeOf, connect, data, eof, framed, hostId, metadata, rpc, streamOf } from "./calling.ts"

const start = Effect.fnUntraced(function* (options: Parameters<typeof startC1>[0] = {}) {
  const c1 = yield* startC1({ tasks: [{ syncFull: {} }], ...options })
  const client = yield* connect(c1)
  const { task } = yield* rpc((signal) => client.getTask({ hostId }, { signal }))
  const taskId = task?.id ?? ""
  const upload = (messages: Parameters<typeof streamOf>[0]) => (signal: AbortSignal) =>
    client.uploadAsset(streamOf(messages), { signal })
  return { c1, client, taskId, upload }
})

const c1z = (length: number) => {
  const asset = new Uint8Array(length).fill(7)
  asset.set(Buffer.from("C1ZF"))
  return asset
}

describe("an upload", () => {
  it.effect("becomes a file, by what it begins with, once its checksum is right", () =>
    Effect.gen(function* () {
      const { c1, taskId, upload } = yield* start()
      const asset = c1z(600_000)
      yield* rpc(upload(framed(taskId, asset)))
      yield* rpc(upload(framed(taskId, Buffer.from('{"level":"debug"}\n'))))
      const [first, second] = c1.task(taskId)?.assets ?? []
      assert.match(first?.path ?? "", /\.c1z$/)
      assert.match(second?.path ?? "", /\.asset$/)
      assert.deepStrictEqual(new Uint8Array(readFileSync(first?.path ?? "")), asset)
      assert.deepInclude(first, {
        bytes: 600_000,
        pieces: [524_288, 75_712],
        sha256: createHash("sha256").update(asset).digest("hex"),
      })
      const [entry] = c1.captured().filter(({ call }) => call === "UploadAsset")
      assert.deepStrictEqual(entry, {
        at: 0,
        call: "UploadAsset",
        message: { hostId, taskId },
        asset: first?.path ?? "",
        bytes: 600_000,
        pieces: [524_288, 75_712],
      })
    }),
  )

  it.effect("may be of nothing at all", () =>
    Effect.gen(function* () {
      const { c1, taskId, upload } = yield* start()
      yield* rpc(upload(framed(taskId, new Uint8Array())))
      assert.deepInclude(c1.task(taskId)?.assets[0], { bytes: 0, pieces: [] })
    }),
  )

  it.effect("is refused where its frames are not C1's, and leaves no file", () =>
    Effect.gen(function* () {
      const { c1, taskId, upload } = yield* start()
      const asset = c1z(10)
      const part = asset.subarray(0, 5)
      const refused = {
        "no metadata": [data(asset), eof(asset)],
        "metadata twice": [metadata(taskId), metadata(taskId), eof(part)],
        "nothing at all": [],
        "no eof": [metadata(taskId), data(asset)],
        "data after eof": [metadata(taskId), data(part), eof(part), data(part)],
        "an empty piece": [metadata(taskId), data(new Uint8Array()), eof(new Uint8Array())],
        "a piece over 1 MiB": [metadata(taskId), data(c1z(1024 * 1024 + 1)), eof(asset)],
        "a message without an arm": [metadata(taskId), {}, eof(part)],
        "a short checksum": [metadata(taskId), { msg: { case: "eof", value: { sha256Checksum: new Uint8Array(31) } } }],
        "a task id that is none": [metadata("nope"), eof(part)],
      } as const
      for (const [what, messages] of Object.entries(refused)) {
        assert.strictEqual(yield* codeOf(upload(messages)), "InvalidArgument", what)
      }
      assert.deepStrictEqual(c1.task(taskId)?.assets, [])
      assert.deepStrictEqual(readdirSync(c1.assetsFolder), [])
    }),
  )

  it.effect("is refused where the checksum is another's, or the asset too large", () =>
    Effect.gen(function* () {
      const { c1, taskId, upload } = yield* start({ largestAsset: 100 })
      assert.strictEqual(yield* codeOf(upload([metadata(taskId), data(c1z(50)), eof(c1z(51))])), "DataLoss")
      assert.strictEqual(yield* codeOf(upload(framed(taskId, c1z(101)))), "ResourceExhausted")
      yield* rpc(upload(framed(taskId, c1z(100))))
      assert.strictEqual(c1.task(taskId)?.assets.length, 1)
    }),
  )
})

describe("faults of uploads", () => {
  it.effect("reject the first attempts and take the next", () =>
    Effect.gen(function* () {
      const fault = { kind: "status", code: "UNAVAILABLE", afterBytes: 1_000_000 } as const
      const { c1, taskId, upload } = yield* start({ faults: [{ method: "UploadAsset", times: 2, fault }] })
      const messages = framed(taskId, c1z(600_000))
      assert.strictEqual(yield* codeOf(upload(messages)), "Unavailable")
      assert.strictEqual(yield* codeOf(upload(messages)), "Unavailable")
      yield* rpc(upload(messages))
      assert.strictEqual(c1.task(taskId)?.assets.length, 1)
      assert.deepStrictEqual(
        c1.captured().flatMap(({ call, answered, message }) => (call === "UploadAsset" ? [[answered, message]] : [])),
        [
          ["UNAVAILABLE", { hostId, taskId }],
          ["UNAVAILABLE", { hostId, taskId }],
          [undefined, { hostId, taskId }],
        ],
      )
    }),
  )

  it.effect("reset the stream in the middle, and leave the connection", () =>
    Effect.gen(function* () {
      const fault = { kind: "resetStream", afterBytes: 524_288 } as const
      const { c1, taskId, upload } = yield* start({ faults: [{ method: "UploadAsset", fault }] })
      const messages = framed(taskId, c1z(2_000_000))
      assert.strictEqual(yield* codeOf(upload(messages)), "Internal")
      yield* c1.until(() => c1.captured().some(({ call }) => call === "UploadAsset"))
      assert.deepStrictEqual(readdirSync(c1.assetsFolder), [])
      yield* rpc(upload(messages))
      assert.strictEqual(c1.task(taskId)?.assets[0]?.bytes, 2_000_000)
      assert.strictEqual(c1.captured().find(({ call }) => call === "UploadAsset")?.answered, "resetStream")
    }),
  )

  it.effect("cut the connection in the middle, and let the worker come back", () =>
    Effect.gen(function* () {
      const fault = { kind: "cutConnection", afterBytes: 1 } as const
      const { c1, taskId, upload } = yield* start({ faults: [{ method: "UploadAsset", fault }] })
      const messages = framed(taskId, c1z(2_000_000))
      yield* Effect.flip(rpc(upload(messages)))
      yield* c1.until(() => c1.captured().some(({ answered }) => answered === "cutConnection"))
      yield* rpc(upload(messages))
      assert.strictEqual(c1.task(taskId)?.assets.length, 1)
    }),
  )

  it.effect("show before the first byte unless they are told when", () =>
    Effect.gen(function* () {
      const { taskId, upload } = yield* start({
        faults: [{ method: "UploadAsset", fault: { kind: "status", code: "ABORTED", message: "not now" } }],
      })
      // A stream that never ends by itself: only a refusal ends the call.
      const endless = [metadata(taskId), ...Array.from({ length: 200 }, () => data(new Uint8Array(500_000)))]
      const error = yield* Effect.flip(rpc(upload(endless)))
      assert.strictEqual(error.rawMessage, "not now")
    }),
  )

  it.effect("lose the reply to an upload that was taken", () =>
    Effect.gen(function* () {
      const { c1, taskId, upload } = yield* start({ faults: [{ method: "UploadAsset", fault: { kind: "loseReply" } }] })
      assert.strictEqual(yield* codeOf(upload(framed(taskId, c1z(10)))), "Internal")
      assert.strictEqual(c1.task(taskId)?.assets.length, 1)
    }),
  )
})
