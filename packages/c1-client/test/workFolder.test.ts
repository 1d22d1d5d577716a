import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { openWorkFolder } from "../src/tasks/WorkFolder.ts"
import { freshFolder } from "./running.ts"

const day = 86_400

/** A sync that leaves this work behind, and gives its output's path. */
const leaving = (work: string | undefined) => (output: string) =>
  Effect.sync(() => {
    writeFileSync(output, "whole")
    if (work !== undefined) writeFileSync(`${output}.work`, work)
    return output
  })

describe("a work folder", () => {
  it.live("is made where it is missing, for this user alone", () =>
    Effect.gen(function* () {
      const root = join(freshFolder(), "a", "b")
      const folder = yield* openWorkFolder(root)
      const output = yield* folder.use("people", leaving("half"))
      assert.deepStrictEqual([statSync(root).mode & 0o777, statSync(dirname(output)).mode & 0o777], [0o700, 0o700])
    }),
  )

  it.live("keeps what a sync left for the next one of its kind, without its output, and nothing of a whole one", () =>
    Effect.gen(function* () {
      const root = freshFolder()
      const folder = yield* openWorkFolder(root)
      const first = yield* folder.use("people", leaving("half"))
      assert.deepStrictEqual([existsSync(first), existsSync(`${first}.work`)], [false, true])
      const other = yield* folder.use("groups", leaving(undefined))
      assert.notStrictEqual(other, first)
      // Another process finds it as well.
      const again = yield* openWorkFolder(root)
      assert.strictEqual(yield* again.use("people", (output) => Effect.succeed(output)), first)
      assert.deepStrictEqual(readdirSync(root), [first.split("/").at(-2)])
    }),
  )

  it.live("gives two syncs of a kind at once a path each, what was left first", () =>
    Effect.gen(function* () {
      const folder = yield* openWorkFolder(freshFolder())
      const both = folder.use("people", (one) => folder.use("people", (other) => Effect.succeed([one, other])))
      const [one = "", other = ""] = yield* both
      assert.notStrictEqual(one, other)
      // Only the second was left unfinished: the next sync goes there.
      mkdirSync(dirname(other), { recursive: true })
      writeFileSync(`${other}.work`, "half")
      assert.strictEqual(yield* folder.use("people", (output) => Effect.succeed(output)), other)
    }),
  )

  it.live("loses what is too old to be taken up when it is opened, and nothing that is not its own", () =>
    Effect.gen(function* () {
      const root = freshFolder()
      const folder = yield* openWorkFolder(root)
      const old = yield* folder.use("people", leaving("half"))
      const fresh = yield* folder.use("groups", leaving("half"))
      writeFileSync(join(root, "notes.txt"), "mine")
      const then = Date.now() / 1000 - day - 60
      utimesSync(`${old}.work`, then, then)
      yield* openWorkFolder(root)
      assert.deepStrictEqual(
        [existsSync(dirname(old)), existsSync(fresh), existsSync(`${fresh}.work`)],
        [false, false, true],
      )
      assert.include(readdirSync(root), "notes.txt")
    }),
  )

  it.live("that is there and takes no files is told as that", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(openWorkFolder("/proc"))
      assert.deepStrictEqual([error.reason, error.kind], ["CannotWrite", "cannotWrite"])
    }),
  )

  it.live.skipIf(process.getuid?.() === 0)("that may not be written is a matter of configuration", () =>
    Effect.gen(function* () {
      const root = freshFolder()
      chmodSync(root, 0o500)
      const error = yield* Effect.flip(openWorkFolder(join(root, "work")))
      assert.deepStrictEqual([error.reason, error.kind], ["NoPermission", "configuration"])
    }),
  )

  it.live("that cannot be one is told as that", () =>
    Effect.gen(function* () {
      const file = join(freshFolder(), "file")
      writeFileSync(file, "")
      const error = yield* Effect.flip(openWorkFolder(join(file, "inside")))
      assert.deepStrictEqual([error.reason, error.kind], ["CannotWrite", "cannotWrite"])
      assert.include(error.message, "ENOTDIR")
    }),
  )
})
