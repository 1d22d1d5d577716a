import { randomBytes } from "node:crypto"
import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { SimulatedC1 } from "@rollcall/c1-simulator"
import { Effect } from "effect"
import type { UploadEvent } from "../src/index.ts"
import { C1Service, UploadEvents } from "../src/index.ts"
import { addOne, inC1 } from "./inC1.ts"

const mebibyte = 1024 ** 2

const fileOf = (bytes: Uint8Array) =>
  Effect.map(scratchFolder("upload"), (folder) => {
    const path = join(folder, "sync.c1z")
    writeFileSync(path, bytes)
    return path
  })

/** Uploads a file for a task; gives what C1 has of it. */
const upload = Effect.fnUntraced(function* (path: string) {
  const c1 = yield* SimulatedC1
  const { getTask, uploadAsset } = yield* C1Service
  const id = yield* addOne({ syncFull: {} })
  yield* getTask
  const bytes = yield* uploadAsset(id, path)
  return { bytes, asset: c1.task(id)?.assets[0] }
})

describe("an upload", () => {
  for (const [what, size, pieces] of [
    ["nothing", 0, []],
    ["one byte", 1, [1]],
    ["a whole piece", 524_288, [524_288]],
    ["a byte more than a piece", 524_289, [524_288, 1]],
  ] as const) {
    it.live(`of ${what} sends the file unchanged`, () =>
      inC1(
        Effect.gen(function* () {
          const path = yield* fileOf(randomBytes(size))
          const { bytes, asset } = yield* upload(path)
          assert.deepStrictEqual([bytes, asset?.pieces], [size, [...pieces]])
          assert.isTrue(readFileSync(asset?.path ?? "").equals(readFileSync(path)))
        }),
      ),
    )
  }

  it.live("of a large file lets other work run after each chunk, and reads only a few chunks ahead of C1", () =>
    inC1(
      Effect.gen(function* () {
        const path = yield* fileOf(randomBytes(64 * mebibyte))
        const { assetsFolder } = yield* SimulatedC1
        /** What the simulator has written of the asset so far. */
        const received = () => {
          const part = readdirSync(assetsFolder).find((name) => name.endsWith(".part"))
          return part === undefined ? 0 : statSync(join(assetsFolder, part)).size
        }
        let turns = 0
        const turn = () => {
          turns++
          next = setImmediate(turn)
        }
        let next = setImmediate(turn)
        const turnsAt: Array<number> = []
        const ahead: Array<number> = []
        const watch = (event: UploadEvent) =>
          Effect.sync(() => {
            if (event._tag !== "UploadProgress") return
            turnsAt.push(turns)
            ahead.push(event.sentBytes - received())
          })
        const { asset } = yield* Effect.provideService(upload(path), UploadEvents, watch)
        clearImmediate(next)
        assert.deepStrictEqual([asset?.bytes, turnsAt.length], [64 * mebibyte, 128])
        assert.isTrue(turnsAt.every((at, index) => at > (turnsAt[index - 1] ?? -1)))
        assert.isAtMost(Math.max(...ahead), 4 * mebibyte)
      }),
    ),
  )

  it.live("that fails in the middle closes the file", () =>
    inC1(
      Effect.gen(function* () {
        const path = yield* fileOf(randomBytes(4 * mebibyte))
        const error = yield* Effect.flip(upload(path))
        assert.strictEqual(error.reason, "Unavailable")
        const open = readdirSync("/proc/self/fd").map((fd) => {
          try {
            return readlinkSync(`/proc/self/fd/${fd}`)
          } catch {
            return ""
          }
        })
        assert.notInclude(open, path)
      }),
      {
        c1: {
          faults: [{ method: "UploadAsset", times: "always", fault: { kind: "resetStream", afterBytes: mebibyte } }],
        },
      },
    ),
  )

  it.live("that stalls is started again", () =>
    inC1(
      Effect.gen(function* () {
        // Real time, like the connection's; the second attempt has as long, on however busy a machine.
        const impatient = C1Service.layer({ hostId: "test-host", uploadStallMillis: 1000 })
        const { bytes } = yield* Effect.provide(upload(yield* fileOf(randomBytes(1000))), impatient, { local: true })
        assert.deepStrictEqual([bytes, (yield* SimulatedC1).calls()["UploadAsset"]], [1000, 2])
      }),
      { c1: { faults: [{ method: "UploadAsset", fault: { kind: "never" } }] } },
    ),
  )

  it.live("of a file that does not exist fails with that reason, and is not tried again", () =>
    inC1(
      Effect.gen(function* () {
        const error = yield* Effect.flip(upload("/nowhere/sync.c1z"))
        assert.deepStrictEqual([error.reason, error.kind], ["CannotRead", "cannotWrite"])
        assert.isUndefined((yield* SimulatedC1).calls()["UploadAsset"])
      }),
    ),
  )
})
