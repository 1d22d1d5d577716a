import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { assert, describe, it } from "@effect/vitest"
import { SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { holdOutput, killChild } from "./runChild.ts"
import { identity, stateOf } from "./smallSync.ts"
import { freshOutput } from "./written.ts"

const openStore = (output: string) =>
  Effect.provide(
    SyncStore.use((store) => store.open(identity)),
    workStoreLayer({ output }),
    { local: true },
  )

const held = (output: string) =>
  Effect.acquireRelease(
    Effect.promise(() => holdOutput(output)),
    (child) => Effect.promise(() => (child.signalCode === null ? killChild(child) : Promise.resolve())),
  )

describe("an output that another process writes", () => {
  it.live("is refused at once, and the message says who holds it", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const child = yield* held(output)
      const error = yield* Effect.flip(openStore(output))
      assert.deepStrictEqual([error.reason, error.kind], ["Busy", "busy"])
      assert.include(error.message, `process ${child.pid} on ${hostname()}, since 20`)
      assert.include(error.hint, "sync again")
    }),
  )

  it.live("is free again when that process was killed", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const child = yield* held(output)
      yield* Effect.promise(() => killChild(child))
      assert.isTrue(existsSync(`${output}.work.holder`))
      assert.isTrue((yield* openStore(output)).resumed)
    }),
  )

  it.live("is refused without details when the note names a process that is gone", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* held(output)
      const gone = 2 ** 22 + 1
      const note = { pid: gone, host: hostname(), since: "2026-01-01T00:00:00.000Z" }
      writeFileSync(`${output}.work.holder`, JSON.stringify(note))
      const error = yield* Effect.flip(openStore(output))
      assert.strictEqual(error.message, "Another sync is writing the same output: another process.")
    }),
  )

  it.live("is refused without details when the note is none of ours", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* held(output)
      const note = { pid: process.pid, host: "\u001b[31mevil", since: "2026-01-01T00:00:00.000Z" }
      writeFileSync(`${output}.work.holder`, JSON.stringify(note))
      assert.notInclude((yield* Effect.flip(openStore(output))).message, "evil")
    }),
  )
})

describe("the lock", () => {
  it.effect("keeps out a second store of the same process, and the first goes on", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const steps = yield* Effect.provide(
        Effect.gen(function* () {
          const first = yield* SyncStore
          yield* first.open(identity)
          for (const _ of [1, 2]) assert.strictEqual((yield* Effect.flip(openStore(output))).reason, "Busy")
          yield* first.commit({}, stateOf("people"))
          return yield* first.steps
        }),
        workStoreLayer({ output }),
      )
      assert.lengthOf(steps, 1)
    }),
  )

  it.effect("does not keep out a store of another output in the same folder", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const other = yield* Effect.provide(openStore(`${output}2`), workStoreLayer({ output }))
      assert.isFalse(other.resumed)
    }),
  )

  it.effect("is not held up by a note that a dead process left, which goes with the work file", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const note = { pid: 2 ** 22 + 1, host: hostname(), since: "2026-01-01T00:00:00.000Z" }
      writeFileSync(`${output}.work.holder`, JSON.stringify(note))
      assert.isFalse((yield* openStore(output)).resumed)
      assert.isFalse(existsSync(`${output}.work.holder`))
    }),
  )

  it.effect("is not held up by what stands in the note's place, and leaves it there", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      writeFileSync(`${output}.work.holder`, "notes of mine")
      yield* openStore(output)
      assert.strictEqual(readFileSync(`${output}.work.holder`, "utf8"), "notes of mine")
      rmSync(`${output}.work.holder`)
      mkdirSync(`${output}.work.holder`)
      assert.isTrue((yield* openStore(output)).resumed)
    }),
  )
})
