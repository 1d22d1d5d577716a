// What the records of our files always hold, so that readers of every age understand them. Each test looks at every record
// of a file with the poorest records that a connector may give.
import { assert, describe, it } from "@effect/vitest"
import type { RecordKind } from "@rollcall/c1-protocol"
import { decodeRecord, MalformedMessage, recordToJson } from "@rollcall/c1-protocol"
import type { Records, ResourceType } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { membership, person, resultOf, syncOnce, team, teamType, user, userType } from "./smallSync.ts"
import { freshOutput, openWritten, rowsOf } from "./written.ts"

const role = { resourceType: "role", resource: "T1:owner" }
const roleType: ResourceType = { ...teamType, id: "role", traits: ["role"], skips: "grants", permissions: ["admin"] }
const appType: ResourceType = { ...teamType, id: "app", traits: ["app"] }

const poorest: Records = {
  resources: [
    { id: user("bare") },
    person("rich", { parent: team("red"), createdAt: "2020-02-03T04:05:06Z", status: "deleted" }),
    { id: team("red"), childResourceTypes: ["user", "role"] },
    { id: role, parent: team("red"), profile: { level: 3 } },
    { id: { resourceType: "app", resource: "A1" } },
  ],
  entitlements: [
    membership("red"),
    membership("unlisted"),
    { ...membership("red"), id: entitlementId(role, "assigned"), resource: role, slug: "assigned" },
  ],
  grants: [
    grantOf(team("red"), "member", user("bare")),
    grantOf(team("unlisted"), "member", user("ghost")),
    { ...grantOf(role, "assigned", user("rich")), immutable: true },
  ],
}

// Every annotation that our records can carry.
const known = new Set(
  [
    "UserTrait",
    "GroupTrait",
    "RoleTrait",
    "AppTrait",
    "SkipGrants",
    "SkipEntitlementsAndGrants",
    "CapabilityPermissions",
    "ChildResourceType",
    "GrantImmutable",
  ].map((name) => `type.googleapis.com/c1.connector.v2.${name}`),
)

interface Annotation {
  readonly "@type": string
  readonly profile?: unknown
  readonly status?: unknown
}

/** All records of a kind with the columns of their rows. */
const recordsOf = (db: DatabaseSync, kind: RecordKind, table: string) =>
  rowsOf(db, `select * from ${table}`).map((row) => {
    const data = row["data"]
    const message = decodeRecord(kind, data instanceof Uint8Array ? data : new Uint8Array())
    const json = message instanceof MalformedMessage ? message : recordToJson(kind, message)
    if (json instanceof MalformedMessage) throw json
    return { row, json: JSON.parse(JSON.stringify(json)) }
  })

const written = Effect.gen(function* () {
  const output = yield* freshOutput
  const result = resultOf({ resourceTypes: [userType, teamType, roleType, appType] })
  yield* Effect.provide(syncOnce(poorest, result), workStoreLayer({ output }))
  const db = yield* openWritten(output)
  return {
    types: recordsOf(db, "resourceType", "v1_resource_types"),
    resources: recordsOf(db, "resource", "v1_resources"),
    entitlements: recordsOf(db, "entitlement", "v1_entitlements"),
    grants: recordsOf(db, "grant", "v1_grants"),
  }
})

/** Every annotation at any depth. */
const annotationsIn = (json: unknown): ReadonlyArray<Annotation> => {
  if (typeof json !== "object" || json === null) return []
  return [...(isAnnotation(json) ? [json] : []), ...Object.values(json).flatMap(annotationsIn)]
}

const isAnnotation = (json: object): json is Annotation => "@type" in json

const all = Effect.map(written, ({ types, resources, entitlements, grants }) =>
  [...types, ...resources, ...entitlements, ...grants].map(({ json }) => json),
)

describe("records of a file that we write", () => {
  it.effect("give every account's trait a profile, wherever the account is embedded", () =>
    Effect.gen(function* () {
      const traits = annotationsIn(yield* all).filter((trait) => trait["@type"].endsWith(".UserTrait"))
      assert.isAtLeast(traits.length, 2)
      for (const trait of traits) assert.property(trait, "profile")
    }),
  )

  it.effect("give status and profile of an account on the resource and in its trait", () =>
    Effect.gen(function* () {
      const { resources } = yield* written
      const rich = resources.find(({ row }) => row["external_id"] === "user:rich")?.json
      const [trait] = annotationsIn(rich)
      assert.deepStrictEqual(rich.profile, trait?.profile)
      assert.deepStrictEqual(
        [rich.status.status, trait?.status],
        ["RESOURCE_STATUS_DELETED", { status: "STATUS_DELETED" }],
      )
    }),
  )

  it.effect("name of every grant its entitlement, the entitlement's resource, and its principal", () =>
    Effect.gen(function* () {
      const { grants } = yield* written
      assert.lengthOf(grants, 3)
      for (const { json } of grants) {
        assert.isNotEmpty(json.entitlement.id)
        assert.isNotEmpty(json.entitlement.resource.id.resource)
        assert.isNotEmpty(json.entitlement.resource.id.resourceType)
        assert.isNotEmpty(json.principal.id.resource)
        assert.isNotEmpty(json.principal.id.resourceType)
      }
    }),
  )

  it.effect("name of every entitlement its resource", () =>
    Effect.gen(function* () {
      const { entitlements } = yield* written
      assert.lengthOf(entitlements, 3)
      for (const { json } of entitlements) assert.isNotEmpty(json.resource.id.resource)
    }),
  )

  it.effect("list the type of every principal, with traits", () =>
    Effect.gen(function* () {
      const { types, grants } = yield* written
      const withTraits = types.filter(({ json }) => json.traits?.length > 0).map(({ json }) => json.id)
      for (const { json } of grants) assert.include(withTraits, json.principal.id.resourceType)
    }),
  )

  it.effect("carry, on every resource, the trait that its type declares", () =>
    Effect.gen(function* () {
      const { types, resources } = yield* written
      const traitOf = new Map(types.map(({ json }) => [json.id, json.traits[0]]))
      for (const { json } of resources) {
        const carried = annotationsIn(json).map((annotation) => annotation["@type"].split(".").at(-1)?.toUpperCase())
        const expected = `${String(traitOf.get(json.id.resourceType)).replace("TRAIT_", "")}TRAIT`
        assert.include(carried, expected)
      }
    }),
  )

  it.effect("carry annotations of the kinds that every reader knows, and no others", () =>
    Effect.gen(function* () {
      const types = new Set(annotationsIn(yield* all).map((annotation) => annotation["@type"]))
      assert.isNotEmpty([...types])
      assert.deepStrictEqual(
        [...types].filter((type) => !known.has(type)),
        [],
      )
    }),
  )
})

describe("columns say what the bytes beside them say", () => {
  it.effect("of resource types", () =>
    Effect.gen(function* () {
      for (const { row, json } of (yield* written).types) assert.strictEqual(row["external_id"], json.id)
    }),
  )

  it.effect("of resources", () =>
    Effect.gen(function* () {
      for (const { row, json } of (yield* written).resources) {
        assert.deepStrictEqual(
          [row["external_id"], row["resource_type_id"], row["parent_resource_type_id"], row["parent_resource_id"]],
          [
            `${json.id.resourceType}:${json.id.resource}`,
            json.id.resourceType,
            json.parentResourceId?.resourceType ?? null,
            json.parentResourceId?.resource ?? null,
          ],
        )
      }
    }),
  )

  it.effect("of entitlements", () =>
    Effect.gen(function* () {
      for (const { row, json } of (yield* written).entitlements) {
        assert.deepStrictEqual(
          [row["external_id"], row["resource_type_id"], row["resource_id"]],
          [json.id, json.resource.id.resourceType, json.resource.id.resource],
        )
      }
    }),
  )

  it.effect("of grants", () =>
    Effect.gen(function* () {
      for (const { row, json } of (yield* written).grants) {
        assert.deepStrictEqual(
          [
            row["external_id"],
            row["resource_type_id"],
            row["resource_id"],
            row["entitlement_id"],
            row["principal_resource_type_id"],
            row["principal_resource_id"],
            row["expansion"],
            row["needs_expansion"],
          ],
          [
            json.id,
            json.entitlement.resource.id.resourceType,
            json.entitlement.resource.id.resource,
            json.entitlement.id,
            json.principal.id.resourceType,
            json.principal.id.resource,
            null,
            0,
          ],
        )
      }
    }),
  )
})
