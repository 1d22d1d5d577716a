import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { zstdCompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import { decodeEnvelope } from "../../src/envelope/decode.ts"
import type { C1zFileOptions } from "../../src/index.ts"
import { C1zFile } from "../../src/index.ts"
import { reading } from "../../src/reader/readFailure.ts"
import { c1z, emptyTables, file, outOfOrder, packed, Rows, sqlite, v1 } from "./forge.ts"

/** Opens a file and reads all that is in it. */
const readAll = Effect.fnUntraced(function* (path: string, options?: C1zFileOptions) {
  const opened = yield* C1zFile.open(path, options)
  yield* Stream.runDrain(opened.syncs)
  const reader = yield* opened.sync()
  yield* Stream.runDrain(reader.resourceTypes)
  yield* Stream.runDrain(reader.resources())
  yield* Stream.runDrain(reader.entitlements())
  yield* Stream.runDrain(reader.grants())
  yield* reader.counts
}, Effect.scoped)

const failureOf = (content: Uint8Array, options?: C1zFileOptions) =>
  file(content).pipe(
    Effect.flatMap((path) => Effect.flip(readAll(path, options))),
    Effect.scoped,
  )

const wellFormed = (rows: Rows): void => {
  rows.sync("sync1")
  rows.resource("user", "U1")
}

const manifest = (length: number, rest: Uint8Array): Buffer => {
  const head = Buffer.from("C1Z3\0\0\0\0\0")
  head.writeUInt32BE(length, 5)
  return Buffer.concat([head, rest])
}

describe("a damaged or hostile file MUST end as Unreadable, with a sentence and a hint", () => {
  const whole = c1z(wellFormed)
  const flipped = Buffer.from(whole)
  flipped[whole.length - 30]! ^= 0xff
  const anyResource = { resource_type_id: "user", external_id: "user:U1", sync_id: "sync1", discovered_at: "" }

  it.effect.each([
    ["another format", Buffer.from("PK\u0003\u0004 this is a zip")],
    ["fewer bytes than a magic number", Buffer.from("C1Z")],
    ["nothing after the magic number", v1()],
    ["garbage after the magic number", v1(Buffer.from("no zstd at all"))],
    ["a file cut in the middle", whole.subarray(0, whole.length / 2)],
    ["a file without its last byte", whole.subarray(0, -1)],
    ["one byte flipped", flipped],
    ["something packed that is no database", packed(Buffer.from("hello"))],
    ["an empty database file", packed(Buffer.alloc(0))],
    ["a database cut in the middle", packed(sqlite(emptyTables).subarray(0, 5000))],
    ["a database whose pages are out of order", packed(outOfOrder())],
    [
      "a view in a table's place",
      packed(
        sqlite((database) =>
          database.exec("create view v1_sync_runs as select 1 as id, 's' as sync_id, 's' as started_at"),
        ),
      ),
    ],
    [
      "a computed column",
      packed(
        sqlite((database) =>
          database.exec(
            "create table v1_sync_runs (id integer primary key, sync_id text as (hex(zeroblob(1000))), started_at text)",
          ),
        ),
      ),
    ],
    [
      "a virtual table",
      packed(
        sqlite((database) => {
          emptyTables(database)
          new Rows(database).sync("sync1")
          database.exec("drop table v1_resources")
          database.exec(
            "create virtual table v1_resources using fts5(id, resource_type_id, external_id, data, sync_id)",
          )
        }),
      ),
    ],
    [
      "a table that lacks its columns",
      packed(sqlite((database) => database.exec("create table v1_sync_runs (id integer primary key)"))),
    ],
    [
      "a sync whose id is a number",
      packed(
        sqlite((database) => {
          database.exec("create table v1_sync_runs (id integer primary key, sync_id, started_at)")
          database.exec("insert into v1_sync_runs values (1, 7, '')")
        }),
      ),
    ],
    [
      "a record that is text",
      c1z((rows) => {
        wellFormed(rows)
        rows.insert("v1_resources", { ...anyResource, external_id: "user:U2", data: "text" })
      }),
    ],
    [
      "a record that is no message",
      c1z((rows) => {
        wellFormed(rows)
        rows.insert("v1_resources", { ...anyResource, external_id: "user:U2", data: Buffer.from([0x1a, 0xff, 0xff]) })
      }),
    ],
    [
      "a record of millions of empty members",
      c1z((rows) => {
        wellFormed(rows)
        const data = Buffer.alloc(2 * 1024 * 1024).fill(Buffer.from([0x22, 0x00]))
        rows.insert("v1_resources", { ...anyResource, external_id: "user:U2", data })
      }),
    ],
    [
      "a text of 20 MiB",
      c1z((rows) => {
        wellFormed(rows)
        rows.database.exec("update v1_sync_runs set sync_token = hex(zeroblob(10 * 1024 * 1024))")
      }),
    ],
    [
      "tokens of syncs that together would fill the memory",
      c1z((rows) => {
        for (let sync = 0; sync < 80; sync++) rows.sync(`sync${sync}`)
        rows.database.exec("update v1_sync_runs set sync_token = hex(zeroblob(512 * 1024))")
      }),
    ],
    [
      "resource types that together would fill the memory",
      c1z((rows) => {
        rows.sync("sync1")
        for (let type = 0; type < 80; type++) rows.resourceType(`type${type}`, "x".repeat(1_000_000))
      }),
    ],
    ["a v3 file that ends within its head", Buffer.from("C1Z3\0\0\0")],
    ["a v3 file that ends within its manifest", manifest(100, Buffer.alloc(50))],
    ["a v3 file with a manifest of four gigabytes", manifest(0xffff_ffff, Buffer.alloc(50))],
    [
      "a v3 file whose manifest lists millions of empty syncs",
      // Field 40, as a message without bytes.
      manifest(5 * 1024 * 1024, Buffer.alloc(5 * 1024 * 1024).fill(Buffer.from([0xc2, 0x02, 0x00]))),
    ],
    ["a v3 file whose manifest is no message", manifest(4, Buffer.from([0xff, 0xff, 0xff, 0xff]))],
  ] as const)("%s", ([, content]) =>
    Effect.gen(function* () {
      const failure = yield* failureOf(content)
      assert.strictEqual(failure._tag, "StoreError")
      assert.strictEqual(failure.reason, "Unreadable", failure.message)
      assert.match(failure.message, /^\S+sync\.c1z (cannot be read: [^\n]+|is a v3 file [^\n]+)\.$/)
      assert.notStrictEqual(failure.hint, "")
    }),
  )

  it.effect("a file that unpacks to more than is allowed, and does not say so", () =>
    Effect.gen(function* () {
      const frame = zstdCompressSync(Buffer.alloc(768 * 1024))
      const failure = yield* failureOf(v1(frame, frame), { decodedLimit: 1024 * 1024 })
      assert.strictEqual(failure.reason, "Unreadable")
      assert.include(failure.message, "unpacks to more than the 1 MiB")
      assert.include(failure.hint, "--decoder-max-decoded-size-mb")
    }),
  )
})

describe("a principal that holds more than anybody can", () => {
  it.effect("MUST be refused before it fills the memory", () =>
    Effect.gen(function* () {
      const path = yield* file(
        c1z((rows) => {
          rows.sync("sync1")
          for (let i = 0; i < 10; i++) {
            rows.grant("team", "red", `slug${i}`, "U1")
            rows.insert("v1_entitlements", {
              resource_type_id: "team",
              resource_id: "red",
              external_id: `team:red:slug${i}`,
              // A message that repeats one empty member.
              data: Buffer.alloc(1_000_000).fill(Buffer.from([0x2a, 0x00])),
              sync_id: "sync1",
              discovered_at: "",
            })
          }
        }),
      )
      const reader = yield* (yield* C1zFile.open(path)).sync()
      const access = Stream.runDrain(reader.access({ resourceType: "user", resource: "U1" }))
      assert.strictEqual((yield* Effect.flip(access)).reason, "Unreadable")
    }).pipe(Effect.scoped),
  )
})

describe("a file that says itself that it unpacks to more than is allowed", () => {
  it.effect("MUST be refused before anything is unpacked", () =>
    Effect.gen(function* () {
      const head = packed(Buffer.alloc(8 * 1024 * 1024)).subarray(0, 20)
      const failure = yield* failureOf(head, { decodedLimit: 1024 * 1024 })
      assert.include(failure.message, "unpacks to more than the 1 MiB")
    }),
  )
})

describe("a file that MUST be read all the same", () => {
  it.effect.each([
    [
      "one that holds more frames than one",
      (database: Buffer) => v1(zstdCompressSync(database.subarray(0, 4096)), zstdCompressSync(database.subarray(4096))),
    ],
    [
      "one that keeps a log beside itself",
      () =>
        packed(
          sqlite((database) => {
            database.exec("pragma journal_mode = wal")
            emptyTables(database)
          }),
        ),
    ],
    ["one with bytes after its frame", (database: Buffer) => v1(zstdCompressSync(database), Buffer.from("junk"))],
  ] as const)("%s", ([, pack]) =>
    Effect.gen(function* () {
      yield* readAll(yield* file(pack(sqlite(emptyTables))))
    }).pipe(Effect.scoped),
  )

  it.effect("one of an old writer, without the newer columns and tables", () =>
    Effect.gen(function* () {
      const old = sqlite((database) => {
        database.exec("create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime)")
        database.exec("insert into v1_sync_runs values (1, 's', '2026-01-02 03:04:05')")
      })
      const opened = yield* C1zFile.open(yield* file(packed(old)))
      const [sync, ...others] = yield* Stream.runCollect(opened.syncs)
      assert.deepInclude(sync, { id: "s", type: "full", startedAt: "2026-01-02T03:04:05Z", parentId: "", token: "" })
      assert.deepStrictEqual([sync?.endedAt, sync?.source, others], [undefined, undefined, []])
    }).pipe(Effect.scoped),
  )
})

describe("a path that names no readable file", () => {
  it.effect("MUST end as NotFound where nothing stands there", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(readAll(join(yield* scratchFolder("c1z"), "none", "sync.c1z")))
      assert.strictEqual(failure.reason, "NotFound")
    }).pipe(Effect.scoped),
  )

  it.effect("MUST end as NotAFile where a folder stands there", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("c1z")
      assert.strictEqual((yield* Effect.flip(readAll(folder))).reason, "NotAFile")
      const failure = yield* Effect.flip(reading(folder, () => readFileSync(folder)))
      assert.strictEqual(failure.message, `${folder} cannot be read: it is a directory.`)
    }).pipe(Effect.scoped),
  )

  it.effect("MUST end as NotAFile where a pipe stands there, without waiting for somebody to write to it", () =>
    Effect.gen(function* () {
      const path = join(yield* scratchFolder("c1z"), "pipe")
      execFileSync("mkfifo", [path])
      assert.strictEqual((yield* Effect.flip(readAll(path))).reason, "NotAFile")
    }).pipe(Effect.scoped),
  )

  it.effect.skipIf(process.getuid?.() === 0)("MUST end as NoPermission where it may not be read", () =>
    Effect.gen(function* () {
      const path = yield* file(c1z(wellFormed))
      chmodSync(path, 0)
      assert.strictEqual((yield* Effect.flip(readAll(path))).reason, "NoPermission")
    }).pipe(Effect.scoped),
  )
})

describe("the unpacked copy", () => {
  it.effect("MUST be refused with both figures before it is written, where there is no space for it", () =>
    Effect.gen(function* () {
      const tempDirectory = yield* scratchFolder("c1z")
      const size = Buffer.alloc(8)
      size.writeBigUInt64LE(2n ** 50n)
      // The head of a frame of 1,125,900 GB: magic, a size of eight bytes, a window.
      const path = yield* file(v1(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x50), size))
      const failure = yield* Effect.flip(
        Effect.scoped(C1zFile.open(path, { tempDirectory, decodedLimit: 2 ** 60, timesItsSpace: 2 })),
      )
      assert.strictEqual(failure.kind, "cannotWrite")
      assert.match(failure.message, /it takes 2,251,799,814 MB there, and [\d,]+ MB are free\.$/u)
      assert.include(failure.message, tempDirectory)
      assert.deepEqual(readdirSync(tempDirectory), [])
    }).pipe(Effect.scoped),
  )

  it.effect("SHOULD be told of while it is written, with how much it is going to be", () =>
    Effect.gen(function* () {
      const told: Array<readonly [bytes: number, all: number | undefined]> = []
      const path = yield* file(c1z(wellFormed))
      yield* C1zFile.open(path, { onProgress: (...progress) => told.push(progress) })
      const [bytes, all] = told.at(-1) ?? []
      assert.isAbove(bytes ?? 0, 4096)
      assert.strictEqual(all, bytes)
    }).pipe(Effect.scoped),
  )

  it.effect("MUST be nobody else's to read", () =>
    Effect.gen(function* () {
      const copy = join(yield* scratchFolder("c1z"), "db")
      assert.strictEqual(yield* decodeEnvelope(yield* file(c1z(wellFormed)), copy, 1024 * 1024), "whole")
      assert.strictEqual(statSync(copy).mode & 0o777, 0o600)
    }).pipe(Effect.scoped),
  )

  it.effect.skipIf(process.platform === "win32")(
    "MUST have no name while the file is open, so that nothing is left of a process that is killed",
    () =>
      Effect.gen(function* () {
        const tempDirectory = yield* scratchFolder("c1z")
        const opened = yield* C1zFile.open(yield* file(c1z(wellFormed)), { tempDirectory })
        assert.deepEqual(readdirSync(tempDirectory), [])
        const reader = yield* opened.sync()
        assert.strictEqual(yield* Stream.runCount(reader.resources()), 1)
      }).pipe(Effect.scoped),
  )

  it.effect("MUST be gone when the file could not be opened", () =>
    Effect.gen(function* () {
      const tempDirectory = yield* scratchFolder("c1z")
      yield* Effect.flip(readAll(yield* file(packed(Buffer.from("hello"))), { tempDirectory }))
      assert.deepEqual(readdirSync(tempDirectory), [])
    }).pipe(Effect.scoped),
  )

  it.effect("MUST say so where no folder can be made for it", () =>
    Effect.gen(function* () {
      const inside = yield* scratchFolder("c1z")
      writeFileSync(join(inside, "file"), "")
      mkdirSync(join(inside, "folder"))
      const path = yield* file(c1z(wellFormed))
      const failure = yield* Effect.flip(readAll(path, { tempDirectory: join(inside, "file") }))
      assert.strictEqual(failure.reason, "NoPermission")
      assert.include(failure.hint, "TMPDIR")
    }).pipe(Effect.scoped),
  )
})
