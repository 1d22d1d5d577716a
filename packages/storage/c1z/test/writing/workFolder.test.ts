import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer } from "effect"
import type { StoreError } from "@rollcall/connector"
import { openWorkFolder, type WorkFolder } from "../../src/WorkFolder.ts"

const day = 86_400

/** A sync that is interrupted after it has read something; gives its output's path. */
const interrupted = (folder: WorkFolder, kind: string, meanwhile: Effect.Effect<unknown, StoreError> = Effect.void) =>
  folder
    .use(kind, ({ path: output }) =>
      Effect.andThen(
        meanwhile,
        Effect.suspend(() => {
          writeFileSync(output, "whole")
          writeFileSync(`${output}.work`, "half")
          return Effect.fail({ output })
        }),
      ),
    )
    .pipe(
      Effect.flip,
      Effect.map((end) => ("output" in end ? end.output : assert.fail(end.message))),
    )

/** A sync that ends well; gives its output's path. */
const endWell = (folder: WorkFolder, kind: string) =>
  folder.use(kind, ({ path: output }) =>
    Effect.sync(() => {
      rmSync(`${output}.work`, { force: true })
      return output
    }),
  )

describe("a work folder", () => {
  it.live("is made where it is missing, for this user alone", () =>
    Effect.gen(function* () {
      const root = join(yield* scratchFolder("work"), "a", "b")
      const folder = yield* openWorkFolder(root)
      const output = yield* interrupted(folder, "people")
      assert.deepStrictEqual([statSync(root).mode & 0o777, statSync(dirname(output)).mode & 0o777], [0o700, 0o700])
    }),
  )

  it.live("gives a sync another place than the one that another worker holds, as where that one is paused", () =>
    Effect.gen(function* () {
      const root = yield* scratchFolder("work")
      const paused = yield* openWorkFolder(root)
      const successor = yield* openWorkFolder(root)
      const [first, second] = yield* paused.use("people", ({ path, store }) =>
        Effect.gen(function* () {
          yield* Layer.build(store)
          return [path, yield* successor.use("people", (other) => Effect.as(Layer.build(other.store), other.path))]
        }).pipe(Effect.scoped),
      )
      assert.notStrictEqual(first, second)
    }).pipe(Effect.scoped),
  )

  it.live("keeps what a sync left for the next one of its kind, without its output, and nothing of a whole one", () =>
    Effect.gen(function* () {
      const root = yield* scratchFolder("work")
      const folder = yield* openWorkFolder(root)
      const first = yield* interrupted(folder, "people")
      assert.deepStrictEqual([existsSync(first), existsSync(`${first}.work`)], [false, true])
      const other = yield* endWell(folder, "groups")
      assert.notStrictEqual(other, first)
      // Another process finds it as well.
      const again = yield* openWorkFolder(root)
      assert.strictEqual(yield* again.use("people", ({ path: output }) => Effect.succeed(output)), first)
      assert.deepStrictEqual(readdirSync(root), [first.split("/").at(-2)])
    }),
  )

  it.live("gives two syncs of a kind at once a path each, what was left first", () =>
    Effect.gen(function* () {
      const folder = yield* openWorkFolder(yield* scratchFolder("work"))
      const both = folder.use("people", (one) =>
        folder.use("people", (other) => Effect.succeed([one.path, other.path])),
      )
      const [one = "", other = ""] = yield* both
      assert.notStrictEqual(one, other)
      // Only the second was left unfinished: the next sync goes there.
      mkdirSync(dirname(other), { recursive: true })
      writeFileSync(`${other}.work`, "half")
      assert.strictEqual(yield* folder.use("people", ({ path: output }) => Effect.succeed(output)), other)
    }),
  )

  it.live("loses what was left of a kind once one has ended well, as it is older than what was published", () =>
    Effect.gen(function* () {
      const root = yield* scratchFolder("work")
      const folder = yield* openWorkFolder(root)
      const groups = yield* interrupted(folder, "groups")
      yield* interrupted(folder, "people", interrupted(folder, "people"))
      assert.lengthOf(readdirSync(root), 3)
      yield* endWell(folder, "people")
      assert.deepStrictEqual(readdirSync(root), [groups.split("/").at(-2)])
    }),
  )

  it.live("keeps nothing of a sync beside which one of its kind has ended well", () =>
    Effect.gen(function* () {
      const root = yield* scratchFolder("work")
      const folder = yield* openWorkFolder(root)
      yield* interrupted(folder, "people", endWell(folder, "people"))
      assert.deepStrictEqual(readdirSync(root), [])
    }),
  )

  it.live("keeps what a later sync leaves, where two of its kind have ended well side by side", () =>
    Effect.gen(function* () {
      const folder = yield* openWorkFolder(yield* scratchFolder("work"))
      yield* folder.use("people", () => endWell(folder, "people"))
      const left = yield* interrupted(folder, "people")
      assert.isTrue(existsSync(`${left}.work`))
    }),
  )

  it.live("that cannot be tidied does not fail a sync that has ended well", () =>
    Effect.gen(function* () {
      const root = yield* scratchFolder("work")
      const folder = yield* openWorkFolder(root)
      const sync = folder.use("people", ({ path: output }) =>
        Effect.sync(() => {
          rmSync(root, { recursive: true })
          writeFileSync(root, "no folder any more")
          return output
        }),
      )
      assert.include(yield* sync, root)
    }),
  )

  it.live("loses what is too old to be resumed when it is opened, and nothing that is not its own", () =>
    Effect.gen(function* () {
      const root = yield* scratchFolder("work")
      const folder = yield* openWorkFolder(root)
      const old = yield* interrupted(folder, "people")
      const fresh = yield* interrupted(folder, "groups")
      writeFileSync(join(root, "notes.txt"), "mine")
      // Of a process that was killed while it tried whether it may write here.
      mkdirSync(join(root, "try-a1B2c3"))
      const then = Date.now() / 1000 - day - 60
      utimesSync(`${old}.work`, then, then)
      yield* openWorkFolder(root)
      assert.deepStrictEqual(
        [existsSync(dirname(old)), existsSync(fresh), existsSync(`${fresh}.work`)],
        [false, false, true],
      )
      assert.sameMembers(readdirSync(root), ["notes.txt", fresh.split("/").at(-2) ?? ""])
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
      const root = yield* scratchFolder("work")
      chmodSync(root, 0o500)
      const error = yield* Effect.flip(openWorkFolder(join(root, "work")))
      assert.deepStrictEqual([error.reason, error.kind], ["NoPermission", "configuration"])
    }),
  )

  it.live("that cannot be one is told as that", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("work"), "file")
      writeFileSync(file, "")
      const error = yield* Effect.flip(openWorkFolder(join(file, "inside")))
      assert.deepStrictEqual([error.reason, error.kind], ["CannotWrite", "cannotWrite"])
      assert.include(error.message, "ENOTDIR")
    }),
  )
})
