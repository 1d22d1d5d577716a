import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { type Lease, LeaseStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { leaseStoreSuite } from "@rollcall/test-kit/stores"
import { Effect } from "effect"
import { leaseStoreFile, lookIntoLeases } from "../src/index.ts"
import { openPrivately } from "../src/openPrivately.ts"

const freshFile = Effect.map(scratchFolder("leases"), (folder) => join(folder, "leases.db"))

leaseStoreSuite({
  name: "in a file",
  place: Effect.map(freshFile, (file) => ({ layer: leaseStoreFile(file), code: "" })),
})

const lease: Lease = {
  id: "a",
  connector: "slack",
  tenant: "T1",
  entitlement: { id: "group:S1:member", resource: { resourceType: "group", resource: "S1" }, slug: "member" },
  principal: { resourceType: "user", resource: "U1" },
  begunAt: "2026-11-30T01:00:00.000Z",
  endsAt: "2026-11-30T11:00:00.000Z",
  state: "active",
}

describe("a store of leases in a file", () => {
  it.effect("is looked into without being made, and tells who last ended leases", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      assert.deepStrictEqual(yield* lookIntoLeases(file), { leases: [], beats: new Map() })
      assert.isFalse(existsSync(file))
      yield* LeaseStore.use((store) => Effect.andThen(store.put(lease), store.beat("T1", 7))).pipe(
        Effect.provide(leaseStoreFile(file)),
      )
      assert.deepStrictEqual(yield* lookIntoLeases(file), { leases: [lease], beats: new Map([["T1", 7]]) })
    }),
  )

  it.effect("waits until each write is on the disk, so that no crash of the machine forgets a lease", () =>
    Effect.gen(function* () {
      const db = yield* openPrivately(yield* freshFile, "")
      // https://www.sqlite.org/pragma.html#pragma_synchronous: 3 is EXTRA, which is not what SQLite does by itself.
      assert.strictEqual(db.prepare("pragma synchronous").get()?.["synchronous"], 3)
    }),
  )

  it.effect("that cannot be read says what stands there, and of damage that it is damage", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      const folder = dirname(file)
      const pipe = join(folder, "pipe")
      execFileSync("mkfifo", [pipe])
      const text = join(folder, "text")
      writeFileSync(text, "Not a database, but longer than the head of one.".repeat(10))
      const foreign = join(folder, "foreign")
      new DatabaseSync(foreign).exec("create table lease (whose text); create table beat_of (at text)")
      yield* Effect.provide(
        LeaseStore.use((store) => store.put(lease)),
        leaseStoreFile(file),
      )
      new DatabaseSync(file).exec("update lease set lease = '{\"id\":'")
      for (const [path, kind, words] of [
        [folder, "configuration", "is no file: it is a directory"],
        [pipe, "configuration", "is no file: it is a socket or a pipe"],
        [text, "unreadable", "is damaged"],
        [foreign, "unreadable", "is damaged"],
        [file, "unreadable", "is damaged"],
      ] as const) {
        const all = Effect.provide(
          LeaseStore.use((store) => store.all),
          leaseStoreFile(path),
        )
        for (const work of [Effect.asVoid(lookIntoLeases(path)), Effect.asVoid(all)]) {
          const error = yield* Effect.flip(work)
          assert.strictEqual(error.kind, kind, error.message)
          assert.include(error.message, words)
        }
      }
    }),
  )

  it.effect("is read after somebody was killed while they wrote to it", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      yield* Effect.provide(
        LeaseStore.use((store) => store.put(lease)),
        leaseStoreFile(file),
      )
      const dying = `
        const db = new (require("node:sqlite").DatabaseSync)(${JSON.stringify(file)})
        db.exec("pragma cache_size = 1; begin; create table filler (text text)")
        for (let at = 0; at < 200; at++) db.prepare("insert into filler values (?)").run("x".repeat(1000))
        process.kill(process.pid, "SIGKILL")`
      spawnSync(process.execPath, ["--eval", dying])
      assert.isTrue(existsSync(`${file}-journal`))
      assert.deepStrictEqual((yield* lookIntoLeases(file)).leases, [lease])
      assert.isFalse(existsSync(`${file}-journal`))
    }),
  )
})
