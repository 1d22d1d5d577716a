import { existsSync, readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { constants, createZstdDecompress } from "node:zlib"
import { finished } from "node:stream/promises"
import { assert, describe, it } from "@effect/vitest"
import {
  decodeRecord,
  MalformedMessage,
  toEntitlement,
  toGrant,
  toResource,
  toResourceType,
} from "@rollcall/c1-protocol"
import type { Resource, SyncResult } from "@rollcall/connector"
import { grantOf, SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { DatabaseSync } from "node:sqlite"
import { workStoreLayer } from "../../src/WorkStore.ts"
import {
  identity,
  membership,
  person,
  resultOf,
  smallPage,
  stateOf,
  syncOnce,
  team,
  teamType,
  user,
} from "./smallSync.ts"
import { columnOf, decoded, freshOutput, openWritten, rowsOf } from "./written.ts"

const oracle = fileURLToPath(new URL("../../../../../../shared/fixtures/oracle/pro.c1z", import.meta.url))

const publishSmall = Effect.gen(function* () {
  const output = yield* freshOutput
  const { published, open } = yield* Effect.provide(syncOnce(), workStoreLayer({ output }))
  return { output, published, open, db: yield* openWritten(output) }
})

/** What steps tell, each in its turn, published and opened. */
const publishSteps = (
  told: ReadonlyArray<readonly [step: string, records: Parameters<SyncStore["Service"]["commit"]>[0]]>,
  more: Parameters<typeof resultOf>[0] = {},
) =>
  Effect.gen(function* () {
    const output = yield* freshOutput
    const published = yield* Effect.provide(
      Effect.gen(function* () {
        const store = yield* SyncStore
        yield* store.open(identity)
        for (const [step, records] of told) yield* store.commit(records, stateOf(step))
        return yield* store.publish(resultOf(more))
      }),
      workStoreLayer({ output }),
    )
    return { published, db: yield* openWritten(output) }
  })

const resourceIn = (db: DatabaseSync, id: string): Resource => {
  const [row] = rowsOf(db, "select data from v1_resources where external_id = ?", id)
  const message = decodeRecord("resource", row?.["data"] instanceof Uint8Array ? row["data"] : new Uint8Array())
  if (message instanceof MalformedMessage) throw message
  return toResource(message)
}

describe("a published file", () => {
  it.effect("is only for its owner", () =>
    Effect.gen(function* () {
      const { output } = yield* publishSmall
      assert.strictEqual(statSync(output).mode & 0o777, 0o600)
    }),
  )

  it.effect("is the magic and one zstd frame with checksum, content size and a window of at most 8 MiB", () =>
    Effect.gen(function* () {
      const { output } = yield* publishSmall
      const bytes = readFileSync(output)
      assert.strictEqual(bytes.subarray(0, 9).toString("hex"), "43315a460028b52ffd")
      const descriptor = bytes[9] ?? 0
      assert.isAbove(descriptor & 0x04, 0, "checksum")
      assert.isAbove(descriptor >> 6, 0, "content size")
      const bounded = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: 23 } })
      bounded.end(bytes.subarray(5))
      let size = 0
      bounded.on("data", (chunk: Buffer) => (size += chunk.length))
      yield* Effect.promise(() => finished(bounded))
      assert.strictEqual(size, decoded(output).length)
    }),
  )

  it.effect("holds a compact SQLite file in pages of 4096 bytes that needs no side files", () =>
    Effect.gen(function* () {
      const { output, db } = yield* publishSmall
      const head = decoded(output).subarray(0, 100)
      assert.deepStrictEqual([head.readUInt16BE(16), head[18], head[19]], [4096, 1, 1])
      assert.deepStrictEqual(
        [
          columnOf(db, "pragma freelist_count"),
          columnOf(db, "pragma integrity_check"),
          columnOf(db, "pragma encoding"),
        ],
        [[0], ["ok"], ["UTF-8"]],
      )
    }),
  )

  it.effect("has a row for the sync as a finished Go sync leaves it", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 2, 3, 4, 5, 120))
      const { db, open, published } = yield* publishSmall
      const [run] = rowsOf(db, "select * from v1_sync_runs")
      assert.deepStrictEqual(run, {
        id: 1,
        sync_id: open.syncId,
        started_at: "2026-01-02 03:04:05.12",
        ended_at: "2026-01-02 03:04:05.12",
        sync_token: '{"current_action_id":1,"completed_actions_count":1,"ingest_quality":{},"version":1}',
        sync_type: "full",
        parent_sync_id: "",
        linked_sync_id: "",
        supports_diff: 1,
        grants_backfilled: 1,
        stats:
          '{"resource_types":2,"resources":3,"entitlements":1,"grants":1,"resources_by_resource_type":{"team":1,"user":2},"grants_by_resource_type":{"team":1},"entitlements_by_resource_type":{"team":1}}',
        ingest_invariant_generation: "",
        ingest_invariant_coverage: "",
        ingest_invariant_mode: "",
      })
      assert.deepStrictEqual(published, {
        syncId: open.syncId,
        startedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 120),
        endedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 120),
        counts: { resources: { team: 1, user: 2 }, entitlements: { team: 1 }, grants: { team: 1 } },
        notes: [],
        leftOut: 0,
        warnings: [],
      })
    }),
  )

  it.effect("of a sync without entitlements and grants says so", () =>
    Effect.gen(function* () {
      const { db } = yield* publishSteps([["people", { resources: [person("ada")] }]], { kind: "resourcesOnly" })
      assert.deepStrictEqual(rowsOf(db, "select sync_type, supports_diff, stats from v1_sync_runs"), [
        {
          sync_type: "resources_only",
          supports_diff: 0,
          stats: '{"resource_types":2,"resources":1,"resources_by_resource_type":{"team":0,"user":1}}',
        },
      ])
    }),
  )

  it.effect("tells how much of each type it shows", () =>
    Effect.gen(function* () {
      const gap = { resourceType: "team", missing: "teams", reason: "scope" as const, explanation: "No scope." }
      const coverage = [{ resourceType: "team", state: "skipped" as const, gaps: [gap] }]
      const { db, published } = yield* publishSteps([["people", smallPage]], { coverage })
      assert.deepStrictEqual(rowsOf(db, "select sync_id, resource_type_id, state, gaps from rollcall_coverage"), [
        { sync_id: published.syncId, resource_type_id: "team", state: "skipped", gaps: JSON.stringify([gap]) },
      ])
    }),
  )

  it.effect("gives equal records equal bytes", () =>
    Effect.gen(function* () {
      const sql = "select data from v1_resources union all select data from v1_grants"
      const [one, two] = [yield* publishSmall, yield* publishSmall]
      assert.deepStrictEqual(columnOf(one.db, sql), columnOf(two.db, sql))
    }),
  )
})

describe("what two steps tell of one resource", () => {
  const people = { resources: [person("ada", { displayName: "Ada", status: "enabled" })] }
  const directory = {
    resources: [{ id: user("ada"), displayName: "A. L.", status: "disabled", profile: { cost: 7 } }],
  } as const
  const merge: SyncResult["merge"] = [{ id: "people" }, { id: "directory", authorityOn: ["status"] }]

  for (const order of [
    ["people", "directory"],
    ["directory", "people"],
  ]) {
    it.effect(`is one resource, the same when ${order.join(" comes before ")}`, () =>
      Effect.gen(function* () {
        const told = { people, directory }
        const steps = order.map((step) => [step, step === "people" ? told.people : told.directory] as const)
        const { db, published } = yield* publishSteps(steps, { merge })
        const ada = resourceIn(db, "user:ada")
        assert.deepStrictEqual(
          [published.counts.resources["user"], ada.displayName, ada.status, ada.profile],
          [1, "Ada", "disabled", { first_name: "ada", is_admin: false, cost: 7 }],
        )
      }),
    )
  }

  it.effect("finds what belongs together among thousands, in whichever order they were told", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 1501 }, (_, at) => `p${at}`)
      const { db } = yield* publishSteps([
        ["people", { resources: ids.map((id) => person(id)) }],
        ["directory", { resources: ids.toReversed().map((id) => ({ id: user(id), description: `about ${id}` })) }],
      ])
      for (const id of ids) {
        const { displayName, description } = resourceIn(db, `user:${id}`)
        assert.deepStrictEqual([displayName, description], [id, `about ${id}`])
      }
    }),
  )

  it.effect("leaves resources told once as they are", () =>
    Effect.gen(function* () {
      const { db } = yield* publishSteps([
        ["people", { resources: [person("ada"), person("bob")] }],
        ["directory", { resources: [{ id: user("bob"), description: "Second" }, person("cy")] }],
      ])
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_resources order by 1"), [
        "user:ada",
        "user:bob",
        "user:cy",
      ])
      assert.strictEqual(resourceIn(db, "user:bob").description, "Second")
    }),
  )
})

describe("what a step tells twice", () => {
  it.effect("is stored once, as it was told first", () =>
    Effect.gen(function* () {
      const grant = grantOf(team("red"), "member", user("ada"))
      const { db, published } = yield* publishSteps([
        ["people", smallPage],
        ["people", { resources: [person("ada", { displayName: "Later" })], entitlements: [membership("red")] }],
        ["people", { grants: [{ ...grant, immutable: true }] }],
      ])
      assert.deepStrictEqual(published.counts, {
        resources: { team: 1, user: 2 },
        entitlements: { team: 1 },
        grants: { team: 1 },
      })
      assert.strictEqual(resourceIn(db, "user:ada").displayName, "ada")
      const [blob] = columnOf(db, "select data from v1_grants")
      const message = decodeRecord("grant", blob instanceof Uint8Array ? blob : new Uint8Array())
      assert.deepStrictEqual(message instanceof MalformedMessage ? message : toGrant(message), grant)
    }),
  )

  it.effect("of grants by two steps, the one of the connector's first step counts, whichever ran first", () =>
    Effect.gen(function* () {
      const grant = grantOf(team("red"), "member", user("ada"))
      const told = [
        ["people", { ...smallPage, grants: [grant] }],
        ["directory", { grants: [{ ...grant, immutable: true }] }],
      ] as const
      const blobs = yield* Effect.forEach([told, told.toReversed()], (steps) =>
        Effect.map(publishSteps(steps), ({ db }) => columnOf(db, "select data from v1_grants")),
      )
      for (const [blob, ...others] of blobs) {
        const message = decodeRecord("grant", blob instanceof Uint8Array ? blob : new Uint8Array())
        assert.deepStrictEqual(message instanceof MalformedMessage ? message : toGrant(message), grant)
        assert.isEmpty(others)
      }
    }),
  )
})

describe("what a file cannot hold is left out, counted and told, and never fails a sync:", () => {
  it.effect("grants of an entitlement that no step gave", () =>
    Effect.gen(function* () {
      const { published } = yield* publishSteps([
        ["people", { ...smallPage, grants: ["ada", "bob"].map((id) => grantOf(team("lost"), "member", user(id))) }],
      ])
      assert.deepStrictEqual([published.counts.grants, published.leftOut], [{}, 2])
      assert.deepStrictEqual(published.notes, [
        "2 records were left out, as they are grants of an entitlement that no step gave: for example, the grant team:lost:member:user:ada.",
      ])
    }),
  )

  it.effect("ids over 1024 bytes", () =>
    Effect.gen(function* () {
      const long = "ä".repeat(513)
      const { published, db } = yield* publishSteps([
        ["people", { ...smallPage, resources: [...(smallPage.resources ?? []), person(long)] }],
      ])
      assert.deepStrictEqual(columnOf(db, "select count(*) from v1_resources"), [3])
      assert.strictEqual(published.leftOut, 1)
      assert.match(published.notes.join(), /^1 record was left out, as a \.c1z file cannot hold them: .*1024 bytes/)
    }),
  )

  it.effect("records of a type that is not published", () =>
    Effect.gen(function* () {
      const { published, db } = yield* publishSteps([["people", smallPage]], { resourceTypes: [teamType] })
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_resources"), ["team:red"])
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_grants"), [])
      // Nobody asked for them.
      assert.strictEqual(published.leftOut, 0)
      assert.match(published.notes.join(), /^3 records were left out, as their resource type is not part of the sync/)
    }),
  )

  it.effect("but a name that is too long is cut, and the record kept", () =>
    Effect.gen(function* () {
      const { published, db } = yield* publishSteps([
        ["people", { resources: [person("ada", { displayName: "x".repeat(10_000) })] }],
      ])
      assert.lengthOf(resourceIn(db, "user:ada").displayName ?? "", 1024)
      assert.match(published.notes.join(), /^1 record was stored with a text cut/)
    }),
  )

  it.effect("but an entitlement on a resource that no step gave is kept", () =>
    Effect.gen(function* () {
      const { published, db } = yield* publishSteps([
        ["people", { entitlements: [membership("ghost")], grants: [grantOf(team("ghost"), "member", user("x"))] }],
      ])
      assert.deepStrictEqual(
        [columnOf(db, "select external_id from v1_entitlements"), columnOf(db, "select resource_id from v1_grants")],
        [["team:ghost:member"], ["ghost"]],
      )
      assert.match(published.notes.join(), /^1 record was stored though/)
    }),
  )
})

describe.skipIf(!existsSync(oracle))(
  "what the Go connector stored, stored again by us (needs ../shared/fixtures)",
  () => {
    const sortedRows = (db: DatabaseSync, table: string, columns: string) =>
      rowsOf(db, `select ${columns} from ${table} order by external_id`)

    const again = Effect.gen(function* () {
      const theirs = yield* openWritten(oracle)
      const messages = (table: string) =>
        columnOf(theirs, `select data from ${table}`).filter((data) => data instanceof Uint8Array)
      const read = <A>(message: A | MalformedMessage): A => {
        if (message instanceof MalformedMessage) throw message
        return message
      }
      const told = {
        resources: messages("v1_resources").map((data) => toResource(read(decodeRecord("resource", data)))),
        entitlements: messages("v1_entitlements").map((data) => toEntitlement(read(decodeRecord("entitlement", data)))),
        grants: messages("v1_grants").map((data) => toGrant(read(decodeRecord("grant", data)))),
      }
      const types = messages("v1_resource_types").map((data) =>
        toResourceType(read(decodeRecord("resourceType", data))),
      )
      const { db, published } = yield* publishSteps([["people", told]], { resourceTypes: types })
      return { theirs, ours: db, published }
    })

    const columns = {
      v1_resource_types: "external_id, data",
      v1_resources: "external_id, resource_type_id, parent_resource_type_id, parent_resource_id",
      v1_entitlements: "external_id, resource_type_id, resource_id",
      v1_grants:
        "external_id, resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, expansion, needs_expansion",
    }
    for (const [table, list] of Object.entries(columns)) {
      it.effect(`${table} has the same rows`, () =>
        Effect.gen(function* () {
          const { theirs, ours, published } = yield* again
          assert.deepStrictEqual(sortedRows(ours, table, list), sortedRows(theirs, table, list))
          assert.isNotEmpty(sortedRows(ours, table, list))
          assert.deepStrictEqual(published.notes, [])
        }),
      )
    }

    it.effect("the stats say the same numbers", () =>
      Effect.gen(function* () {
        const { theirs, ours } = yield* again
        const statsOf = (db: DatabaseSync) => JSON.parse(String(columnOf(db, "select stats from v1_sync_runs")[0]))
        const { sync_id: _, ...expected } = statsOf(theirs)
        for (const [name, value] of Object.entries(statsOf(ours))) assert.deepStrictEqual(value, expected[name], name)
      }),
    )
  },
)
