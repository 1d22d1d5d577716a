import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import {
  C1zFile,
  describeFile,
  entitlementViewToJson,
  grantViewToJson,
  resourceTypeViewToJson,
  resourceViewToJson,
  syncToJson,
} from "../../src/index.ts"
import { fixture, hasFixtures, oracle } from "./fixtures.ts"

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)

const countsOf = Effect.fnUntraced(function* (name: string) {
  const file = yield* C1zFile.open(fixture(name))
  const reader = yield* file.sync()
  const { resources, entitlements, grants } = yield* reader.counts
  return {
    counted: [sum(resources), sum(entitlements), sum(grants)],
    read: yield* Effect.all([
      Stream.runCount(reader.resourceTypes),
      Stream.runCount(reader.resources()),
      Stream.runCount(reader.entitlements()),
      Stream.runCount(reader.grants()),
    ]),
    sync: reader.sync,
  }
}, Effect.scoped)

describe.skipIf(!hasFixtures)("files that the Go SDK wrote", () => {
  it.effect.each([
    ["c1z/v1-unexpanded.c1z", [4, 1221, 342, 2909]],
    ["c1z/v1-expanded.c1z", [4, 1221, 342, 14981]],
    ["c1z/v1-in-progress.c1z", [5, 79, 0, 0]],
    ["oracle/pro.c1z", [5, 32, 14, 63]],
    ["oracle/business-plus.c1z", [5, 33, 17, 68]],
  ] as const)("MUST be read whole: %s", ([name, expected]) =>
    Effect.gen(function* () {
      const { counted, read } = yield* countsOf(name)
      assert.deepEqual(read, [...expected])
      assert.deepEqual(counted, expected.slice(1))
    }),
  )

  it.effect("MUST tell an unfinished sync of an old file from a finished one", () =>
    Effect.gen(function* () {
      const unfinished = yield* countsOf("c1z/v1-unexpanded.c1z")
      const finished = yield* countsOf("c1z/v1-expanded.c1z")
      const common = { id: "36zfOAoWMxQdISbixanQCRBiX7E", startedAt: "2025-12-17T16:31:25.057185Z", type: "full" }
      assert.deepInclude(unfinished.sync, common)
      assert.isUndefined(unfinished.sync?.endedAt)
      assert.deepInclude(finished.sync, { ...common, endedAt: "2025-12-17T16:33:36.381422Z" })
    }),
  )

  it.effect("MUST print a sync as the Go viewer does", () =>
    Effect.gen(function* () {
      const file = yield* C1zFile.open(fixture("c1z/v1-expanded.c1z"))
      const syncs = yield* Stream.runCollect(file.syncs)
      assert.deepEqual(JSON.parse(JSON.stringify(syncs.map(syncToJson))), [
        {
          id: "36zfOAoWMxQdISbixanQCRBiX7E",
          startedAt: "2025-12-17T16:31:25.057185Z",
          endedAt: "2025-12-17T16:33:36.381422Z",
          syncToken: '{"needs_expansion":true}',
          syncType: "full",
        },
      ])
    }).pipe(Effect.scoped),
  )

  it.effect.each(["pro", "business-plus"])("MUST print every record as the Go SDK does: %s", (name) =>
    Effect.gen(function* () {
      const file = yield* C1zFile.open(fixture(`oracle/${name}.c1z`))
      const reader = yield* file.sync()
      const [types, resources, entitlements, grants] = yield* Effect.all([
        Stream.runCollect(Stream.map(reader.resourceTypes, resourceTypeViewToJson)),
        Stream.runCollect(Stream.map(reader.resources(), resourceViewToJson)),
        Stream.runCollect(Stream.map(reader.entitlements(), entitlementViewToJson)),
        Stream.runCollect(Stream.map(reader.grants(), grantViewToJson)),
      ])
      const record = (kind: string, id: string) =>
        oracle(name).find((line) => line.kind === kind && line.id === id)?.record ?? {}
      const parent = record("resource", "workspace:T0EDGE001")
      const recordsOf = (kind: string) =>
        oracle(name)
          .filter((line) => line.kind === kind)
          .map((line) => line.record)

      assert.sameDeepMembers(
        types.map((view) => view["resourceType"]),
        recordsOf("resourceType"),
      )
      assert.sameDeepMembers(
        resources.map((view) => view["resource"]),
        recordsOf("resource"),
      )
      assert.sameDeepMembers(
        entitlements.map((view) => view["entitlement"]),
        recordsOf("entitlement"),
      )
      assert.sameDeepMembers(
        grants.map((view) => view["grant"]),
        recordsOf("grant"),
      )
      assert.deepInclude(resources, {
        resource: record("resource", "user:U00000001"),
        resourceType: record("resourceType", "user"),
        parent,
      })
      assert.deepInclude(grants, {
        grant: record("grant", "workspace:T0EDGE001:member:user:U00000001"),
        entitlement: record("entitlement", "workspace:T0EDGE001:member"),
        resource: parent,
        resourceType: record("resourceType", "workspace"),
        principal: record("resource", "user:U00000001"),
      })
    }).pipe(Effect.scoped),
  )

  it.effect("MUST work out for each principal what the Go SDK stored when it expanded the same sync", () =>
    Effect.gen(function* () {
      const accessIn = Effect.fnUntraced(function* (name: string) {
        const reader = yield* Effect.flatMap(C1zFile.open(fixture(name)), (file) => file.sync())
        const held = yield* Stream.runCollect(
          Stream.mapEffect(reader.resources(), ({ resource: { id } }) => {
            const principal = { resourceType: id?.resourceType ?? "", resource: id?.resource ?? "" }
            return Effect.map(Stream.runCollect(reader.access(principal)), (access) => [
              principal,
              access.flatMap((view) => view.held.map(({ entitlement }) => entitlement.id)).toSorted(),
            ])
          }),
        )
        return { held, ...(yield* reader.incompleteness) }
      }, Effect.scoped)
      const open = yield* accessIn("c1z/v1-unexpanded.c1z")
      const done = yield* accessIn("c1z/v1-expanded.c1z")
      assert.deepInclude(open, { unfinished: true, unexpandedGrants: 408 })
      assert.deepInclude(done, { unfinished: false, unexpandedGrants: 0 })
      assert.deepEqual(open.held, done.held)
    }),
  )

  it.effect("MUST recognise a v3 file and say what it holds", () =>
    Effect.gen(function* () {
      assert.deepEqual(yield* describeFile(fixture("c1z/v3-pebble.c1z")), {
        format: "v3",
        engine: "pebble2",
        syncs: [
          {
            id: "36zGvJw3uxU1QMJKU2yPVQ1hBOC",
            type: "full",
            startedAt: "2026-06-15T16:23:25.906424Z",
            endedAt: "2026-06-15T16:23:26.295713Z",
            parentId: "",
            token: "",
            stats: {
              resourceTypes: 4,
              resources: 35217,
              entitlements: 334,
              grants: 66601,
              resourcesByResourceType: { group: 17, project: 100, role: 100, user: 35000 },
              entitlementsByResourceType: { group: 34, project: 200, role: 100 },
              grantsByResourceType: { group: 65816, project: 393, role: 392 },
            },
          },
        ],
      })
    }),
  )

  it.effect("MUST refuse to open a v3 file with a sentence that names its engine", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Effect.scoped(C1zFile.open(fixture("c1z/v3-pebble.c1z"))))
      assert.strictEqual(failure.kind, "unreadable")
      assert.include(failure.message, "v3 file (engine pebble2, with 35217 resources and 66601 grants")
      assert.include(failure.hint, "--storage-engine sqlite")
    }),
  )
})
