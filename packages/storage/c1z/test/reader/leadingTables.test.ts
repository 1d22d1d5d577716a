// What is told of a file by its first pages alone: the same as by all of it, or nothing.
import { randomBytes } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdCompressSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { grantOf, SyncStore } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import { C1zFile, leadingTablesOf, statsOf } from "../../src/index.ts"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { identity, membership, person, resultOf, smallPage, stateOf, team, user } from "../writing/smallSync.ts"
import { decoded, freshOutput } from "../writing/written.ts"
import { packed } from "./forge.ts"

/** People whose names no compression makes shorter, so that the beginning of the file is not all of it. */
const people = Array.from({ length: 1500 }, (_, number) =>
  person(`p${number}`, { displayName: randomBytes(100).toString("hex") }),
)
const page = {
  resources: [...people, { id: team("red"), displayName: "Red" }],
  entitlements: [membership("red")],
  grants: people.slice(0, 700).map(({ id }) => grantOf(team("red"), "member", user(id.resource))),
}
const gap = { resourceType: "user", missing: "ages", reason: "plan", explanation: "Why. ".repeat(2000) } as const
const result = resultOf({ coverage: [{ resourceType: "user", state: "partial", gaps: [gap] }] })

/** An output with two syncs, the second of which is larger than its beginning. */
const published = Effect.gen(function* () {
  const output = yield* freshOutput
  for (const [records, told] of [[smallPage, resultOf()] as const, [page, result] as const]) {
    const publish = Effect.gen(function* () {
      const store = yield* SyncStore
      yield* store.open(identity)
      yield* store.commit(records, stateOf("people"))
      yield* store.publish(told)
    })
    yield* Effect.provide(publish, workStoreLayer({ output }), { local: true })
  }
  return output
})

/** What the beginning tells. */
const leadingOf = Effect.fnUntraced(function* (path: string, decodedLimit?: number) {
  const leading = yield* leadingTablesOf(path, { decodedLimit })
  if (leading === undefined) return undefined
  const syncs = yield* Stream.runCollect(leading.syncs)
  return { syncs, shown: yield* leading.shown, stated: yield* Effect.forEach(syncs, (sync) => leading.stated(sync)) }
}, Effect.scoped)

/** The same of the whole file, by its records. */
const countedOf = Effect.fnUntraced(function* (path: string) {
  const opened = yield* C1zFile.open(path)
  const syncs = yield* Stream.runCollect(opened.syncs)
  const counted = Effect.fnUntraced(function* (id: string) {
    const reader = yield* opened.sync(id)
    const types = yield* Stream.runCollect(reader.resourceTypes)
    const counts = statsOf(
      types.map(({ resourceType }) => resourceType.id),
      yield* reader.counts,
    )
    return { counts, coverage: yield* reader.coverage }
  })
  const shown = (yield* opened.sync()).sync
  return { syncs, shown, stated: yield* Effect.forEach(syncs, ({ id }) => counted(id)) }
}, Effect.scoped)

/** The file with its database changed. */
const changed = Effect.fnUntraced(function* (output: string, change: (db: DatabaseSync) => void) {
  const folder = yield* scratchFolder("changed")
  const path = join(folder, "db")
  writeFileSync(path, decoded(output))
  const db = new DatabaseSync(path, { defensive: false })
  change(db)
  db.close()
  const file = join(folder, "changed.c1z")
  writeFileSync(file, packed(readFileSync(path)))
  return file
})

describe("the beginning of a file that we wrote", () => {
  it.effect("tells the same as counting all records of it", () =>
    Effect.gen(function* () {
      const output = yield* published
      const leading = yield* leadingOf(output)
      assert.isDefined(leading)
      assert.deepStrictEqual(leading, yield* countedOf(output))
      assert.deepStrictEqual(
        leading?.stated.map((stated) => stated?.counts.grants),
        [1, 700],
      )
    }),
  )

  it.effect("tells it also where the rest is damaged, which opening the file finds", () =>
    Effect.gen(function* () {
      const output = yield* published
      const whole = yield* leadingOf(output)
      const bytes = readFileSync(output)
      bytes.fill(0, bytes.length - 20_000, bytes.length - 10_000)
      writeFileSync(output, bytes)
      assert.deepStrictEqual(yield* leadingOf(output), whole)
      assert.strictEqual((yield* Effect.flip(countedOf(output))).reason, "Unreadable")
    }),
  )

  it.effect("tells nothing where the file may not unpack to so much", () =>
    Effect.gen(function* () {
      const output = yield* published
      assert.isUndefined(yield* leadingOf(output, decoded(output).length - 1))
      assert.isDefined(yield* leadingOf(output, decoded(output).length))
    }),
  )
})

describe("a file whose beginning does not have it all tells nothing by it", () => {
  const cases: ReadonlyArray<readonly [string, (db: DatabaseSync) => void]> = [
    [
      // The last page of a long text is no page of a tree: one of zeros would be taken for the end of the text.
      "with the end of a gap behind its records",
      (db) =>
        db
          .prepare("update rollcall_coverage set gaps = ? where id = 2")
          .run(JSON.stringify([{ ...gap, explanation: "Why. ".repeat(4000) }])),
    ],
    [
      "with many syncs behind its records",
      (db) => {
        const insert = db.prepare(
          "insert into v1_sync_runs (sync_id, started_at, sync_token) values (?, '2026-01-01 00:00:00', ?)",
        )
        for (let sync = 0; sync < 50; sync++) insert.run(`later${sync}`, "x".repeat(1000))
      },
    ],
    ["of another program", (db) => db.exec("drop table rollcall_sources")],
    [
      "of which a table is a view",
      (db) => db.exec("alter table rollcall_sources rename to it; create view rollcall_sources as select * from it"),
    ],
  ]
  it.effect.each(cases)("%s", ([, change]) =>
    Effect.gen(function* () {
      assert.isUndefined(yield* leadingOf(yield* changed(yield* published, change)))
    }),
  )

  it.effect("that is small, so that all of it is read", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const store = Effect.flatMap(SyncStore, (to) => Effect.andThen(to.open(identity), to.publish(resultOf())))
      yield* Effect.provide(store, workStoreLayer({ output }))
      assert.isUndefined(yield* leadingOf(output))
    }),
  )

  it.effect("that is not what it begins as", () =>
    Effect.gen(function* () {
      const path = join(yield* scratchFolder("odd"), "odd.c1z")
      const noise = randomBytes(200_000)
      const frames = [noise, zstdCompressSync(noise), zstdCompressSync(Buffer.alloc(300 * 1024 ** 2))]
      for (const frame of [...frames, Buffer.concat([zstdCompressSync(Buffer.from("SQLite format 3\0")), noise])]) {
        writeFileSync(path, Buffer.concat([Buffer.from("C1ZF\0"), frame, noise]))
        assert.isUndefined(yield* leadingOf(path))
      }
    }),
  )
})

describe("a sync in a file of ours", () => {
  it.effect("has nothing stated where another program began it, or it is not finished", () =>
    Effect.gen(function* () {
      const output = yield* published
      const theirs = yield* changed(output, (db) => db.exec("delete from rollcall_sources where id = 1"))
      const open = yield* changed(output, (db) => db.exec("update v1_sync_runs set ended_at = null where id = 1"))
      const odd = yield* changed(output, (db) => db.exec("update v1_sync_runs set stats = '{}' where id = 1"))
      for (const file of [theirs, open, odd]) {
        const leading = yield* leadingOf(file)
        assert.deepStrictEqual(
          leading?.stated.map((stated) => stated?.counts.grants),
          [undefined, 700],
        )
      }
    }),
  )
})
