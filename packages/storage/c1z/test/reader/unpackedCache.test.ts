// The cache of unpacked files, by real processes and real files.
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { clearCache } from "../../src/index.ts"
import { c1z } from "./forge.ts"

const script = fileURLToPath(new URL("cacheChild.ts", import.meta.url))

const started = (file: string, folder: string, task = "read", mostBytes = 1e9, describedBy = "on") =>
  spawn(process.execPath, [script, file, folder, String(mostBytes), task, describedBy], {
    stdio: ["ignore", "pipe", "pipe"],
  })

/** Reads the file in a process of its own. */
const read = (...of: Parameters<typeof started>) =>
  Effect.promise(async () => {
    const child = started(...of)
    const [out, err] = ["", ""].map(() => [] as Array<Buffer>)
    child.stdout.on("data", (chunk: Buffer) => out?.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => err?.push(chunk))
    const [code, signal]: ReadonlyArray<unknown> = await once(child, "close")
    return { code, signal, out: Buffer.concat(out ?? []).toString(), err: Buffer.concat(err ?? []).toString() }
  })

/** A file with so many resources, and a folder for its cache that is not there yet. */
const world = Effect.fnUntraced(function* (resources = 3) {
  const scratch = yield* scratchFolder("cache")
  const folder = join(scratch, "kept")
  const file = join(scratch, "sync.c1z")
  write(file, resources)
  return { scratch, folder, file }
})

const write = (file: string, resources: number): void =>
  writeFileSync(
    file,
    c1z((rows) => {
      rows.sync("sync1")
      for (let at = 0; at < resources; at++) rows.resource("user", `U${at}`)
    }),
  )

const entries = (folder: string) => readdirSync(folder).filter((name) => /^[0-9a-f]{64}$/u.test(name))
/** The indexes beside the database of the only entry. */
const indexes = (folder: string) =>
  entries(folder).flatMap((entry) =>
    readdirSync(join(folder, entry))
      .filter((name) => name.startsWith("index-"))
      .map((name) => join(folder, entry, name)),
  )
const leftovers = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("making"))

describe("the cache", () => {
  it.live("keeps a file for its owner alone, and reads it again without the packed content", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      assert.deepInclude(yield* read(file, folder), { code: 0, out: "3\n" })
      const [entry = ""] = entries(folder)
      const modes = [folder, join(folder, entry), join(folder, entry, "db")].map((path) => statSync(path).mode & 0o777)
      assert.deepStrictEqual(modes, [0o700, 0o700, 0o600])
      assert.deepStrictEqual([entries(folder).length, leftovers(folder)], [1, []])
      // What is read the second time is the kept database: one resource less is in it.
      const db = new DatabaseSync(join(folder, entry, "db"))
      db.exec("delete from v1_resources where id = 1")
      db.close()
      assert.strictEqual((yield* read(file, folder)).out, "2\n")
    }),
  )

  it.live("unpacks a file again that changed, under the same name", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder)
      write(file, 5)
      assert.strictEqual((yield* read(file, folder)).out, "5\n")
      assert.lengthOf(entries(folder), 2)
    }),
  )

  it.live("is made by one of two at once, and serves both", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world(2000)
      const both = yield* Effect.all([read(file, folder), read(file, folder)], { concurrency: 2 })
      assert.deepStrictEqual(
        both.map(({ out }) => out),
        ["2000\n", "2000\n"],
      )
      assert.deepStrictEqual([entries(folder).length, leftovers(folder)], [1, []])
    }),
  )

  it.live("has nothing of a process that was killed while it made an entry, after the next one", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      assert.strictEqual((yield* read(file, folder, "die")).signal, "SIGKILL")
      assert.deepStrictEqual([entries(folder), leftovers(folder).length], [[], 1])
      assert.strictEqual((yield* read(file, folder)).out, "3\n")
      assert.deepStrictEqual([entries(folder).length, leftovers(folder)], [1, []])
    }),
  )

  it.live("is cleared of all but what is in use", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      const holder = started(file, folder, "hold")
      yield* Effect.promise(() => once(holder.stdout, "data"))
      const [held] = entries(folder)
      write(file, 4)
      yield* read(file, folder)
      assert.deepStrictEqual(yield* clearCache(folder), { removed: 1, inUse: 1 })
      assert.deepStrictEqual(entries(folder), [held])
      holder.kill("SIGKILL")
      yield* Effect.promise(() => once(holder, "close"))
      assert.deepStrictEqual(yield* clearCache(folder), { removed: 1, inUse: 0 })
    }),
  )

  it.live("stays within its bound: what was not used for longest goes, and what is larger is not kept", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder)
      const [first = ""] = entries(folder)
      const size = statSync(join(folder, first, "db")).size
      write(file, 4)
      yield* read(file, folder, "read", size * 1.5)
      assert.lengthOf(entries(folder), 1)
      assert.notInclude(entries(folder), first)
      write(file, 5)
      assert.strictEqual((yield* read(file, folder, "read", size / 2)).out, "5\n")
      assert.lengthOf(entries(folder), 1)
    }),
  )

  it.live.each([
    ["that others may read", (folder: string) => chmodSync(folder, 0o755)],
    ["of another user", (folder: string) => chownSync(folder, 12_345, 12_345)],
  ] as const)("refuses a folder %s, and writes nothing there", ([what, spoil]) =>
    Effect.gen(function* () {
      if (what === "of another user" && process.getuid?.() !== 0) return
      const { folder, file } = yield* world()
      mkdirSync(folder, { mode: 0o700 })
      spoil(folder)
      const { code, err } = yield* read(file, folder)
      assert.strictEqual(code, 1)
      assert.match(err, /^NoPermission: The cache cannot use .*others may read it/u)
      assert.deepStrictEqual(readdirSync(folder), [])
    }),
  )

  it.live("refuses an entry that others may write", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder)
      chmodSync(join(folder, entries(folder)[0] ?? "", "db"), 0o666)
      assert.match((yield* read(file, folder)).err, /^NoPermission: The cache cannot use .*db/u)
    }),
  )

  it.live("keeps nothing of a file that cannot be read", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      writeFileSync(file, readFileSync(file).subarray(0, -10))
      assert.match((yield* read(file, folder)).err, /^Unreadable/u)
      assert.deepStrictEqual([entries(folder), leftovers(folder)], [[], []])
      assert.isTrue(existsSync(folder))
    }),
  )
})

const made = "found 1, with status 3, described 3\n"
const kept = "found 1, with status 3, described 0\n"

describe("a read index in the cache", () => {
  it.live("is kept for its owner alone, and used by the next process, which describes nothing", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      assert.deepInclude(yield* read(file, folder, "index"), { code: 0, out: made })
      assert.deepStrictEqual(
        indexes(folder).map((path) => statSync(path).mode & 0o777),
        [0o600],
      )
      assert.strictEqual((yield* read(file, folder, "index")).out, kept)
      assert.deepStrictEqual([indexes(folder).length, leftovers(folder)], [1, []])
    }),
  )

  it.live("is made again for those who describe resources by something else", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder, "index")
      assert.strictEqual((yield* read(file, folder, "index", 1e9, "other")).out, made)
      assert.lengthOf(indexes(folder), 2)
      for (const by of ["on", "other"]) assert.strictEqual((yield* read(file, folder, "index", 1e9, by)).out, kept)
    }),
  )

  it.live.each<readonly [string, (path: string) => void]>([
    [
      "whose content changed",
      (path) => {
        const bytes = readFileSync(path)
        bytes.write("U9@", bytes.indexOf("U1@"))
        writeFileSync(path, bytes)
      },
    ],
    ["that ends early", (path) => writeFileSync(path, readFileSync(path).subarray(0, 5000))],
    [
      "that is another program's",
      (path) => {
        const other = Buffer.from("no database")
        const name = basename(path).replace(/[0-9a-f]{64}$/u, createHash("sha256").update(other).digest("hex"))
        rmSync(path)
        writeFileSync(join(path, "..", name), other, { mode: 0o600 })
      },
    ],
  ])("is made again in the place of one %s", ([, spoil]) =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder, "index")
      for (const path of indexes(folder)) spoil(path)
      assert.deepInclude(yield* read(file, folder, "index"), { out: made, err: "" })
      assert.strictEqual((yield* read(file, folder, "index")).out, kept)
    }),
  )

  it.live("is refused where others may write it", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder, "index")
      for (const path of indexes(folder)) chmodSync(path, 0o666)
      assert.match((yield* read(file, folder, "index")).err, /^NoPermission: The cache cannot use .*index/u)
    }),
  )

  it.live("is kept only where it stays within the bound, and counts with its entry", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      yield* read(file, folder)
      const [first = ""] = entries(folder)
      const size = statSync(join(folder, first, "db")).size
      for (const _ of [1, 2]) assert.strictEqual((yield* read(file, folder, "index", size + 100)).out, made)
      assert.deepStrictEqual([indexes(folder), leftovers(folder)], [[], []])
      yield* read(file, folder, "index")
      const [index = ""] = indexes(folder)
      write(file, 4)
      yield* read(file, folder, "read", 2 * size + statSync(index).size - 1)
      assert.notInclude(entries(folder), first)
      assert.isFalse(existsSync(index))
    }),
  )

  it.live("may be made by two at once", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      const both = yield* Effect.all([read(file, folder, "index"), read(file, folder, "index")], { concurrency: 2 })
      for (const { out } of both) assert.include([made, kept], out)
      assert.strictEqual((yield* read(file, folder, "index")).out, kept)
      assert.deepStrictEqual(leftovers(folder), [])
    }),
  )

  it.live("is not used where the process that made it was killed before it was in its place", () =>
    Effect.gen(function* () {
      const { folder, file } = yield* world()
      assert.strictEqual((yield* read(file, folder, "die-in-index")).signal, "SIGKILL")
      assert.deepStrictEqual([indexes(folder), leftovers(folder).length], [[], 1])
      assert.strictEqual((yield* read(file, folder, "index")).out, made)
      assert.deepStrictEqual([indexes(folder).length, leftovers(folder)], [1, []])
    }),
  )
})
