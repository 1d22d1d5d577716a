// Published files in a folder: real files, and processes that die while they write them.
import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Fiber } from "effect"
import { FileStore, folderFileStore } from "../src/index.ts"
import { fileStoreSuite } from "./fileStoreSuite.ts"
import { growth } from "./growth.ts"

fileStoreSuite("in a folder", Effect.map(scratchFolder("published"), folderFileStore))

const child = fileURLToPath(new URL("./child.ts", import.meta.url))

const inFolder = <A, E>(folder: string, work: (store: FileStore["Service"]) => Effect.Effect<A, E>) =>
  FileStore.use(work).pipe(Effect.provide(folderFileStore(folder)))

describe("a folder of published files", () => {
  it.live("is for this user alone, whatever the local file is, and whatever the plain name was", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("published")
      const mine = join(folder, "mine")
      writeFileSync(mine, "mine")
      chmodSync(mine, 0o666)
      yield* inFolder(folder, (store) => store.put("acme/e1.c1z", mine))
      writeFileSync(join(folder, "acme/sync.c1z"), "older")
      chmodSync(join(folder, "acme/sync.c1z"), 0o666)
      yield* inFolder(folder, (store) => store.show("acme/sync.c1z", "acme/e1.c1z"))
      for (const [path, mode] of [
        ["acme", 0o700],
        [".incoming", 0o700],
        ["acme/e1.c1z", 0o600],
        ["acme/sync.c1z", 0o600],
      ] as const) {
        assert.strictEqual(statSync(join(folder, path)).mode & 0o777, mode, path)
      }
      // Who writes to the one does not write to the other.
      assert.strictEqual(statSync(join(folder, "acme/e1.c1z")).nlink, 1)
      assert.deepStrictEqual(readdirSync(join(folder, ".incoming")), [])
    }).pipe(Effect.scoped),
  )

  for (const [moment, published] of [
    ["before", []],
    ["after", ["acme/e1.c1z"]],
  ] as const) {
    it.live(
      `has the file whole or not at all when a process is killed ${moment} it takes the name; what that left is removed later`,
      () =>
        Effect.gen(function* () {
          const folder = yield* scratchFolder("published")
          const incoming = join(folder, ".incoming")
          const mine = join(folder, "mine")
          writeFileSync(mine, "mine")
          const { signal } = spawnSync(process.execPath, [child, folder, "put", "acme/e1.c1z", mine, moment])
          assert.strictEqual(signal, "SIGKILL")
          const left = readdirSync(incoming)
          assert.lengthOf(left, 1)
          const work = inFolder(folder, (store) =>
            Effect.gen(function* () {
              assert.deepStrictEqual(yield* store.names("acme/"), published)
              for (const name of published) yield* store.get(name, join(folder, "fetched"))
              // It may be the work of a process that is still there.
              yield* store.put("acme/e2.c1z", mine)
              assert.deepStrictEqual(readdirSync(incoming), left)
              for (const name of left) utimesSync(join(incoming, name), 0, 0)
              yield* store.put("acme/e3.c1z", mine)
              assert.deepStrictEqual(readdirSync(incoming), [])
            }),
          )
          yield* work
        }).pipe(Effect.scoped),
    )
  }

  it.live(
    "knows its own file if NFS lost the reply that it was stored, and says if a file system has no hard links",
    () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("published")
        const mine = join(folder, "mine")
        writeFileSync(mine, "mine")
        const put = (name: string, moment: string) =>
          spawnSync(process.execPath, [child, folder, "put", name, mine, moment], { encoding: "utf8" })
        const lost = put("acme/e1.c1z", "lost")
        assert.strictEqual(lost.status, 0, lost.stderr)
        const without = put("acme/e2.c1z", "without")
        assert.match(without.stderr, /its file system has no hard links, by which a name is taken once/u)
        assert.deepStrictEqual(yield* inFolder(folder, (store) => store.names("acme/")), ["acme/e1.c1z"])
      }).pipe(Effect.scoped),
  )

  it.live("leaves nothing behind when it is interrupted while it stores a file", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("published")
      const mine = join(folder, "mine")
      writeFileSync(mine, "")
      truncateSync(mine, 1024 ** 3)
      const put = yield* Effect.forkChild(inFolder(folder, (store) => store.put("acme/e1.c1z", mine)))
      const incoming = join(folder, ".incoming")
      const isWritten = () => existsSync(incoming) && readdirSync(incoming).length > 0
      while (!isWritten()) yield* Effect.yieldNow
      yield* Fiber.interrupt(put)
      assert.deepStrictEqual(readdirSync(incoming), [])
      assert.deepStrictEqual(yield* inFolder(folder, (store) => store.names("acme/")), [])
    }).pipe(Effect.scoped),
  )

  it.live("that is not there is reported, and is not made in place of a volume that is not mounted", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("published")
      const mine = join(folder, "mine")
      writeFileSync(mine, "mine")
      for (const [path, why] of [
        [join(folder, "none"), "it does not exist"],
        [mine, "it does not exist"],
      ] as const) {
        for (const work of [
          (store: FileStore["Service"]) => store.put("e1.c1z", mine),
          (store: FileStore["Service"]) => store.get("e1.c1z", mine),
          (store: FileStore["Service"]) => store.names(""),
        ]) {
          const error = yield* Effect.flip(inFolder(path, work))
          assert.deepStrictEqual([error.reason, error.kind], ["NoPermission", "configuration"])
          assert.strictEqual(error.message, `The folder for published files ${path} cannot be used: ${why}.`)
        }
      }
    }).pipe(Effect.scoped),
  )

  it.live("says what is there instead of a file, and waits for none", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("published")
      mkdirSync(join(folder, "acme"))
      const fetched = yield* Effect.flip(inFolder(folder, (store) => store.get("acme", join(folder, "mine"))))
      assert.match(fetched.message, /^The published file acme in .* cannot be used: it is a directory\.$/u)
      const pipe = join(folder, "pipe")
      execFileSync("mkfifo", [pipe])
      const stored = yield* Effect.flip(inFolder(folder, (store) => store.put("e1.c1z", pipe)))
      assert.strictEqual(stored.message, `The local file ${pipe} cannot be used: it is a socket or a pipe.`)
    }).pipe(Effect.scoped),
  )

  it.live("takes and brings 100 MB in flat memory", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("published")
      assert.isBelow(growth(folder, yield* scratchFolder("local")), 40)
    }).pipe(Effect.scoped),
  )
})
