import { create, toBinary } from "@bufbuild/protobuf"
import { assert, describe, it } from "@effect/vitest"
import { recordSchemas } from "@rollcall/c1-protocol"
import { GrantSourcesSchema } from "@rollcall/c1-protocol/messages"
import { Effect, Stream } from "effect"
import type { SyncReader } from "../../src/index.ts"
import { C1zFile, grantViewToJson } from "../../src/index.ts"
import { fixture, hasFixtures } from "./fixtures.ts"
import type { Rows } from "./forge.ts"
import { c1z, file } from "./forge.ts"

const stringify = (value: unknown): string => JSON.stringify(value)

/** The lines, and what they are to be: the JSON of each grant. */
const bothWays = Effect.fnUntraced(function* (reader: SyncReader, separator: string) {
  const pieces = yield* Stream.runCollect(
    Stream.map(reader.grantLines({}, {}, { stringify, separator }), (some) => Buffer.from(some).toString()),
  )
  const views = yield* Stream.runCollect(reader.grants())
  return {
    lines: pieces.join(""),
    expected: views.map((view, at) => `${at === 0 ? "" : separator}${stringify(grantViewToJson(view))}\n`).join(""),
  }
})

const whole = (id: string, text = "plain") => {
  const resource = { id: { resourceType: "group", resource: "G" }, displayName: text, profile: { a: text, b: 1 } }
  return create(recordSchemas.grant, {
    id,
    entitlement: { id: "group:G:member", resource },
    principal: { id: { resourceType: "user", resource: "U1" } },
  })
}

const put = (rows: Rows, id: string, data: Uint8Array, columns: Readonly<Record<string, string | Uint8Array>> = {}) =>
  rows.insert("v1_grants", {
    resource_type_id: "group",
    resource_id: "G",
    entitlement_id: "group:G:member",
    principal_resource_type_id: "user",
    principal_resource_id: "U1",
    external_id: id,
    data,
    sync_id: rows.syncId,
    discovered_at: "2026-01-02 03:04:05",
    ...columns,
  })

const encode = (grant: ReturnType<typeof whole>): Uint8Array => toBinary(recordSchemas.grant, grant)

describe("lines of grants in JSON", () => {
  it.effect("MUST be the JSON of each grant, however it is stored and whatever the file lacks", () =>
    Effect.gen(function* () {
      const path = yield* file(
        c1z((rows) => {
          rows.sync("sync1", { endedAt: "2026-01-02 03:04:06" })
          rows.resourceType("group", 'Group "G"')
          rows.resource("group", "G")
          rows.resource("user", "U1", { resourceType: "group", resource: "G" })
          put(rows, "g1", encode(whole("g1")))
          put(rows, "g2", encode(whole("g2", 'line\nbreak "quoted" 👩‍👩‍👧\u0085')))
          put(rows, "g3", encode(whole("g3")), { principal_resource_id: "nobody" })
          put(rows, "names nothing", encode(create(recordSchemas.grant, { id: "g4" })))
          put(rows, "names no resource", encode(create(recordSchemas.grant, { id: "g5", entitlement: { id: "e" } })))
          put(rows, "another entitlement", encode(whole("g6")), { entitlement_id: "group:G:owner" })
          put(rows, "another resource", encode(whole("g7")), { resource_id: "H" })
          const inherited = whole("g8")
          inherited.sources = create(GrantSourcesSchema, { sources: { e: {} } })
          put(rows, "with sources", encode(inherited))
          put(rows, "twice", Buffer.concat([encode(whole("g9")), encode(whole("g9"))]))
          for (let i = 0; i < 200; i++) put(rows, `more ${i}`, encode(whole(`more ${i}`)))
        }),
      )
      const reader = yield* (yield* C1zFile.open(path)).sync()
      for (const separator of ["", ","]) {
        const { lines, expected } = yield* bothWays(reader, separator)
        assert.strictEqual(lines, expected)
        assert.strictEqual(lines.split("\n").length, 210)
      }
    }).pipe(Effect.scoped),
  )

  it.effect("MUST fail where a grant or who holds it is damaged", () =>
    Effect.gen(function* () {
      for (const damaged of ["grant", "principal"]) {
        const path = yield* file(
          c1z((rows) => {
            rows.sync("sync1", { endedAt: "2026-01-02 03:04:06" })
            put(rows, "g1", damaged === "grant" ? Uint8Array.of(0x0a, 0x7f) : encode(whole("g1")))
            rows.insert("v1_resources", {
              resource_type_id: "user",
              external_id: "user:U1",
              data: Uint8Array.of(0x1a, 0x02, 0xc3, 0x28),
              sync_id: "sync1",
              discovered_at: "2026-01-02 03:04:05",
            })
          }),
        )
        const reader = yield* (yield* C1zFile.open(path)).sync()
        const failure = yield* Effect.flip(Stream.runDrain(reader.grantLines({}, {}, { stringify, separator: "" })))
        assert.match(failure.message, damaged === "grant" ? /v1_grants has a damaged/ : /v1_resources has a damaged/)
      }
    }).pipe(Effect.scoped),
  )
})

describe.skipIf(!hasFixtures)("lines of grants of files that the Go SDK wrote", () => {
  it.effect.each(["c1z/v1-unexpanded.c1z", "oracle/pro.c1z", "oracle/business-plus.c1z"])(
    "MUST be the JSON of each grant: %s",
    (name) =>
      Effect.gen(function* () {
        const reader = yield* (yield* C1zFile.open(fixture(name))).sync()
        const { lines, expected } = yield* bothWays(reader, ",")
        assert.isAbove(lines.length, 1000)
        assert.isTrue(lines === expected)
      }).pipe(Effect.scoped),
  )
})
