// Copies in a folder: real files, and processes that die while they write them.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { keepInArchive, listArchive, pruneArchive } from "../src/index.ts"
import { addSmall } from "./addSmall.ts"

const child = fileURLToPath(new URL("./archiveChild.ts", import.meta.url))

const world = Effect.map(scratchFolder("archive"), (folder) => {
  const file = join(folder, "sync.c1z")
  writeFileSync(file, "the first sync", { mode: 0o644 })
  return { file, archive: join(folder, "history") }
})

const idsIn = (archive: string) => Effect.map(listArchive(archive), (copies) => copies.map(({ id }) => id))

const filesIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted() : []

describe("a copy in the archive", () => {
  it.effect("is the file as it was, for this user alone, whatever is written to the file later", () =>
    Effect.gen(function* () {
      const { file, archive } = yield* world
      const path = yield* addSmall(archive, file, { id: "one" })
      appendFileSync(file, " and more")
      assert.strictEqual(readFileSync(path, "utf8"), "the first sync")
      assert.strictEqual(statSync(path).nlink, 1)
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(statSync(join(archive, "T1")).mode & 0o777, 0o700)
      const [copy] = yield* listArchive(archive)
      assert.strictEqual(copy?.summary?.sha256, createHash("sha256").update("the first sync").digest("hex"))
      assert.deepStrictEqual([copy?.summary?.size, copy?.endedAt], [14, "2026-10-01T03:00:00.000Z"])
    }).pipe(Effect.scoped),
  )

  it.effect("stands beside one that ended at the same time, and narrowed ones stand apart", () =>
    Effect.gen(function* () {
      const { file, archive } = yield* world
      yield* addSmall(archive, file, { id: "one" })
      yield* addSmall(archive, file, { id: "two" })
      yield* addSmall(archive, file, { id: "part", type: "partial" })
      yield* addSmall(archive, file, { id: "other", workspace: "../T2" })
      const copies = yield* listArchive(archive)
      assert.sameMembers(
        copies.map(({ id, type }) => `${id} ${type}`),
        ["one full", "two full", "part partial", "other full"],
      )
      assert.match(copies.find(({ id }) => id === "other")?.workspaceFolder ?? "", /^w-[0-9a-f]{32}$/u)
    }).pipe(Effect.scoped),
  )

  for (const moment of ["copied", "summary"]) {
    it.live(`is not there where the process dies before it is whole: ${moment}; a later one removes what it left`, () =>
      Effect.gen(function* () {
        const { file, archive } = yield* world
        const { signal } = spawnSync(process.execPath, [child, archive, file, "dead", moment])
        assert.strictEqual(signal, "SIGKILL")
        assert.deepStrictEqual(yield* idsIn(archive), [])
        const left = filesIn(join(archive, "T1")).filter((name) => name !== "narrowed")
        assert.isNotEmpty(left)

        // It may be the work of a process that is still there.
        yield* addSmall(archive, file, { id: "soon" })
        assert.includeMembers([...filesIn(join(archive, "T1"))], [...left])
        for (const name of left) utimesSync(join(archive, "T1", name), 0, 0)
        yield* addSmall(archive, file, { id: "later" })
        const rest = filesIn(join(archive, "T1"))
        for (const name of left) assert.notInclude(rest, name)
        assert.sameMembers([...(yield* idsIn(archive))], ["soon", "later"])
      }).pipe(Effect.scoped),
    )
  }

  it.effect("leaves nothing behind where it cannot be written, and says why", () =>
    Effect.gen(function* () {
      const { file, archive } = yield* world
      const missing = yield* Effect.flip(addSmall(archive, join(file, "none"), { id: "one" }))
      assert.deepInclude(missing, { _tag: "StoreError" })
      assert.deepStrictEqual(filesIn(join(archive, "T1")), ["narrowed"])
      const inFile = yield* Effect.flip(addSmall(file, file, { id: "one" }))
      assert.match(inFile.message, /The archive cannot use .*no folder/u)
    }).pipe(Effect.scoped),
  )

  it.effect("is listed without its summary where that is lost, damaged or of another copy", () =>
    Effect.gen(function* () {
      const { file, archive } = yield* world
      const path = yield* addSmall(archive, file, { id: "one" })
      const other = yield* addSmall(archive, file, { id: "two" })
      const summaryOf = (copy: string) => copy.replace(/\.c1z$/u, ".json")
      for (const text of ["{", readFileSync(summaryOf(other), "utf8"), "x".repeat(2 * 1024 * 1024)]) {
        writeFileSync(summaryOf(path), text)
        const copy = (yield* listArchive(archive)).find(({ id }) => id === "one")
        assert.deepStrictEqual(
          [copy?.type, copy?.endedAt, copy?.summary],
          ["full", "2026-10-01T03:00:00.000Z", undefined],
        )
      }
    }).pipe(Effect.scoped),
  )
})

describe("the retention of an archive", () => {
  it.effect("removes copies with their summaries, of full and narrowed ones apart, and not those that are kept", () =>
    Effect.gen(function* () {
      const { file, archive } = yield* world
      for (const day of [1, 2, 3]) {
        yield* addSmall(archive, file, { id: `full${day}`, endedAt: `2026-10-0${day}T03:00:00.000Z` })
        yield* addSmall(archive, file, { id: `part${day}`, endedAt: `2026-10-0${day}T04:00:00.000Z`, type: "partial" })
      }
      yield* addSmall(archive, file, { id: "other", workspace: "T2", endedAt: "2020-01-01T00:00:00.000Z" })
      const first = (yield* listArchive(archive)).find(({ id }) => id === "full1")
      if (first !== undefined) yield* keepInArchive(first)
      const removed = yield* pruneArchive(archive, "T1", { daily: 1, weekly: 0, monthly: 0 })
      assert.strictEqual(removed, 3)
      assert.deepStrictEqual(yield* idsIn(archive), ["other", "full1", "full3", "part3"])
      assert.lengthOf(
        filesIn(join(archive, "T1")).filter((name) => name.endsWith(".json")),
        3,
      )
      assert.strictEqual((yield* listArchive(archive))[1]?.kept, true)
    }).pipe(Effect.scoped),
  )
})

describe("a folder that is no archive", () => {
  it.effect("is empty where it is not there, and has no copies where other files are in it", () =>
    Effect.gen(function* () {
      const { archive } = yield* world
      assert.deepStrictEqual(yield* listArchive(archive), [])
      mkdirSync(join(archive, "T1"), { recursive: true })
      writeFileSync(join(archive, "T1", "sync.c1z"), "")
      writeFileSync(join(archive, "note.txt"), "")
      assert.deepStrictEqual(yield* listArchive(archive), [])
    }).pipe(Effect.scoped),
  )

  it.effect.skipIf(process.getuid?.() === 0)("says that it may not be read", () =>
    Effect.gen(function* () {
      const { archive } = yield* world
      mkdirSync(archive)
      chmodSync(archive, 0)
      assert.match((yield* Effect.flip(listArchive(archive))).message, /permission is denied/u)
    }).pipe(Effect.scoped),
  )
})
