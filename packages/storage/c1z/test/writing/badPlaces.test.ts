import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import { isMountPoint } from "../../src/output.ts"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { attempt } from "../../src/WorkStore/storeFailure.ts"
import { sqlite } from "../reader/forge.ts"
import { childPath, runChild } from "./runChild.ts"
import { identity, person, syncOnce } from "./smallSync.ts"
import { columnOf, freshOutput, openWritten } from "./written.ts"

const v3 = fileURLToPath(new URL("../../../../../../shared/fixtures/c1z/v3-pebble.c1z", import.meta.url))

const failureOf = (output: string, tempDirectory?: string) =>
  SyncStore.use((store) => store.open(identity)).pipe(
    Effect.provide(workStoreLayer({ output, ...(tempDirectory === undefined ? {} : { tempDirectory }) })),
    Effect.flip,
  )

// A superuser may do everything everywhere, so the child is then somebody else.
const notRoot = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

describe("a path that cannot be written is told before anything begins:", () => {
  it.effect("a directory", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      mkdirSync(output)
      const error = yield* failureOf(output)
      assert.deepStrictEqual([error.reason, error.kind], ["NotAFile", "configuration"])
      assert.include(error.message, `${output} is not a file`)
      const opened = yield* Effect.flip(attempt(output, () => readFileSync(output)))
      assert.strictEqual(opened.message, `${output} is not a file: it is a directory.`)
    }),
  )

  it.effect("a file in a folder that does not exist", () =>
    Effect.gen(function* () {
      const error = yield* failureOf(join(yield* freshOutput, "deeper", "sync.c1z"))
      assert.deepStrictEqual([error.reason, error.kind], ["NotFound", "configuration"])
    }),
  )

  it.effect.runIf(process.platform === "linux")("a folder that takes no new files, in words about the output", () =>
    Effect.gen(function* () {
      const error = yield* failureOf("/proc/sync.c1z")
      assert.deepStrictEqual([error.reason, error.kind], ["NotFound", "configuration"])
      assert.strictEqual(error.message, "No file can be created at /proc/sync.c1z: its folder accepts no files.")
    }),
  )

  it.effect("a file below another file", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      writeFileSync(output, "")
      assert.strictEqual((yield* failureOf(join(output, "sync.c1z"))).reason, "NotFound")
    }),
  )

  it.effect("a folder for temporary files that does not exist", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      assert.strictEqual((yield* failureOf(output, join(output, "nowhere"))).reason, "NotFound")
    }),
  )

  it.live("a folder that this user may not write to", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      chmodSync(dirname(output), 0o555)
      const ended = yield* Effect.promise(() => runChild([output, "sync"], {}, notRoot))
      chmodSync(dirname(output), 0o755)
      const error = JSON.parse(ended.stdout)
      assert.strictEqual(error.reason, "NoPermission")
      assert.include(error.message, "permission is denied")
    }),
  )
})

describe("a folder that this user may write to and not read", () => {
  it.live("gets its file, though it cannot be asked to remember it", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const tempDirectory = dirname(yield* freshOutput)
      chmodSync(tempDirectory, 0o777)
      chmodSync(dirname(output), 0o333)
      const ended = yield* Effect.promise(() => runChild([output, "sync"], { tempDirectory }, notRoot))
      chmodSync(dirname(output), 0o755)
      assert.strictEqual(ended.code, 0, ended.stdout)
      assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z"])
    }),
  )
})

describe("a previous output that could not be carried on is left as it is:", () => {
  const previous: ReadonlyArray<readonly [string, Buffer, string]> = [
    ["a file of another kind", Buffer.from("PK\u0003\u0004 and so on"), "is not a .c1z file"],
    ["a file that is too short to tell", Buffer.from("C1"), "is not a .c1z file"],
  ]
  for (const [what, content, sentence] of previous) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        writeFileSync(output, content)
        const error = yield* failureOf(output)
        assert.deepStrictEqual([error.reason, error.kind], ["CannotReplace", "configuration"])
        assert.include(error.message, sentence)
        assert.include(error.hint, "Move that file away")
        assert.isTrue(readFileSync(output).equals(content))
      }),
    )
  }

  it.effect.skipIf(!existsSync(v3))(
    "a version 3 file, told already when the sync opens (needs ../shared/fixtures)",
    () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        writeFileSync(output, readFileSync(v3))
        const error = yield* failureOf(output)
        assert.include(error.message, "version 3")
        assert.isTrue(readFileSync(output).equals(readFileSync(v3)))
      }),
  )

  it.effect("a damaged one, after which the sync is published once it is moved away", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const damaged = Buffer.concat([Buffer.from("C1ZF\0"), Buffer.alloc(100, 7)])
      writeFileSync(output, damaged)
      const error = yield* Effect.flip(Effect.provide(syncOnce(), workStoreLayer({ output }), { local: true }))
      assert.deepStrictEqual([error.reason, readFileSync(output).equals(damaged)], ["CannotReplace", true])
      rmSync(output)
      const next = yield* Effect.provide(syncOnce(), workStoreLayer({ output }), { local: true })
      assert.isTrue(next.open.resumed)
    }),
  )

  it.effect("a damaged one, told before the sync opens, and a sync that was begun stays", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* Effect.provide(
        SyncStore.use((store) => store.open(identity)),
        workStoreLayer({ output }),
        { local: true },
      )
      writeFileSync(output, Buffer.concat([Buffer.from("C1ZF\0"), Buffer.alloc(100, 7)]))
      const asked = Effect.provide(
        SyncStore.use((store) => store.earlier()),
        workStoreLayer({ output }),
        { local: true },
      )
      const error = yield* Effect.flip(asked)
      assert.deepStrictEqual([error.reason, error.kind], ["CannotReplace", "configuration"])
      assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z", "sync.c1z.work"])
    }),
  )

  const mayMount = process.getuid?.() === 0 && process.platform === "linux"
  it.effect.skipIf(!mayMount)("a file that is mounted by itself, told before the sync opens (needs root)", (context) =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const elsewhere = `${output}.elsewhere`
      writeFileSync(output, "")
      writeFileSync(elsewhere, "")
      if (spawnSync("mount", ["--bind", elsewhere, output]).status !== 0) return context.skip("may not mount here")
      yield* Effect.addFinalizer(() => Effect.sync(() => spawnSync("umount", [output])))
      const asked = Effect.provide(
        SyncStore.use((store) => store.earlier()),
        workStoreLayer({ output }),
        { local: true },
      )
      const error = yield* Effect.flip(asked)
      assert.deepStrictEqual([error.reason, error.kind], ["CannotReplace", "configuration"])
      assert.include(error.hint, "Mount its folder")
    }),
  )

  it.effect("and a mount is told by the table of mounts, whatever its name holds", () =>
    Effect.gen(function* () {
      const table = `${yield* freshOutput}.mounts`
      const lines = [
        "21 28 0:19 / /proc rw,nosuid shared:7 - proc proc rw",
        "90 28 8:1 /host/a\\040file /data/my\\040sync.c1z rw,relatime - ext4 /dev/sda1 rw",
      ]
      writeFileSync(table, lines.join("\n"))
      const found = ["/data/my sync.c1z", "/data", "/host/a file", "/proc"].map((path) => isMountPoint(path, table))
      assert.deepStrictEqual(found, [true, false, false, true])
      assert.isFalse(isMountPoint("/data", `${table}.missing`))
    }),
  )

  it.effect("but an empty file is an empty store", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      writeFileSync(output, "")
      yield* Effect.provide(syncOnce(), workStoreLayer({ output }))
      assert.lengthOf(columnOf(yield* openWritten(output), "select sync_id from v1_sync_runs"), 1)
    }),
  )
})

describe("what stands where the work file would and is none is left as it is:", () => {
  const theirs = sqlite((db) => db.exec("create table notes (text); insert into notes values ('mine')"))
  const others: ReadonlyArray<readonly [string, Buffer]> = [
    ["a text", Buffer.from("notes of mine")],
    ["a longer text", Buffer.from("notes of mine, and not a database at all".repeat(40))],
    ["the database of another program", theirs],
    ["a damaged database of another program", theirs.subarray(0, 5000)],
  ]
  for (const [what, content] of others) {
    it.effect(what, () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        writeFileSync(`${output}.work`, content)
        chmodSync(`${output}.work`, 0o644)
        const error = yield* failureOf(output)
        assert.deepStrictEqual([error.reason, error.kind], ["NotAFile", "configuration"])
        assert.include(error.message, `${output}.work is not a work file of Rollcall`)
        assert.isTrue(readFileSync(`${output}.work`).equals(content))
        assert.strictEqual(statSync(`${output}.work`).mode & 0o777, 0o644)
        assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z.work"])
      }),
    )
  }

  it.effect("a folder, or a pipe, which is not waited for", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      mkdirSync(`${output}.work`)
      assert.strictEqual((yield* failureOf(output)).reason, "NotAFile")
      rmdirSync(`${output}.work`)
      execFileSync("mkfifo", [`${output}.work`])
      assert.strictEqual((yield* failureOf(output)).reason, "NotAFile")
      assert.isTrue(statSync(`${output}.work`).isFIFO())
    }),
  )

  it.effect("but an empty file becomes the work file, as a run that was killed early leaves one", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      writeFileSync(`${output}.work`, "")
      yield* Effect.provide(syncOnce(), workStoreLayer({ output }))
      assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z"])
    }),
  )
})

describe("a link as output", () => {
  it.effect("is followed: the file behind it is replaced, and both names share one lock", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const target = join(dirname(output), "target.c1z")
      yield* Effect.provide(syncOnce(), workStoreLayer({ output: target }), { local: true })
      symlinkSync(target, output)
      const error = yield* Effect.provide(failureOf(output), workStoreLayer({ output: target }), { local: true })
      assert.strictEqual(error.reason, "Busy")
      yield* Effect.provide(syncOnce(), workStoreLayer({ output }), { local: true })
      assert.lengthOf(columnOf(yield* openWritten(target), "select sync_id from v1_sync_runs"), 2)
    }),
  )
})

// A file system of its own, small enough to fill, needs a user namespace that allows mounting.
const smallDisk = (folder: string, size: string, command: ReadonlyArray<string>, keep: string) =>
  spawnSync(
    "unshare",
    [
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-c",
      `mount -t tmpfs -o size=${size} tmpfs "$0" && cp -p "$1"/* "$0" && shift && "$@"; code=$?; cp -p "$0"/* "${keep}"; exit $code`,
      folder,
      keep,
      ...command,
    ],
    { encoding: "utf8", env: { ...process.env, STORE_OPTIONS: "{}" } },
  )
const canMount = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "true"]).status === 0

describe.skipIf(!canMount)("a full disk (needs unshare with user namespaces)", () => {
  it.live("ends with DiskFull, the previous output untouched and the work kept", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const disk = mkdtempSync(join(tmpdir(), "rollcall-disk-"))
      const onDisk = join(disk, "sync.c1z")
      // Room for the work file, and not for the database beside it.
      const profile = { note: "n".repeat(16_000) }
      const resources = Array.from({ length: 25 }, (_, at) => person(`old${at}`, { profile }))
      yield* Effect.provide(syncOnce({ resources }), workStoreLayer({ output }))
      const before = readFileSync(output)

      const ended = smallDisk(disk, "700k", [process.execPath, childPath, onDisk, "sync"], dirname(output))
      const error = JSON.parse(ended.stdout)
      assert.deepStrictEqual([error.reason, error.message.includes("The disk is full")], ["DiskFull", true])
      assert.isTrue(readFileSync(output).equals(before))

      const next = yield* Effect.provide(syncOnce({}), workStoreLayer({ output }), { local: true })
      assert.isTrue(next.open.resumed)
      assert.isAbove(next.published.counts.resources["user"] ?? 0, 0)
      rmSync(disk, { recursive: true })
    }),
  )
})
