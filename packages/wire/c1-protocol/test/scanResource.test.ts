import { create, toBinary } from "@bufbuild/protobuf"
import { anyPack } from "@bufbuild/protobuf/wkt"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { recordSchemas, scanGrant, scanGrantIds, scanResource, toGrant, toResource } from "../src/index.ts"
import { UserTraitSchema } from "../src/generated/c1/connector/v2/trait_pb.ts"
import { decoded } from "./expecting.ts"
import { hasOracle, readOracle } from "./oracle.ts"

/** What decoding tells of it. */
const expected = (bytes: Uint8Array) => {
  const message = decoded("resource", bytes)
  const { id, parent, status, createdAt, account } = toResource(message)
  return { id, parent, displayName: message.displayName, status, createdAt, account }
}

const scanned = (bytes: Uint8Array) => {
  const found = scanResource(bytes)
  return found === undefined ? undefined : { ...found, createdAt: found.createdAt() }
}

const Instant = Schema.Struct({
  seconds: Schema.Literals([0, 1, 1_619_881_750, 2_147_483_647, 2_147_483_648, -1]),
  nanos: Schema.Literals([0, 5_000_000, 999_999_999]),
})
const Status = Schema.Struct({ status: Schema.Literals([0, 1, 2, 3]), details: Schema.String })

const Account = Schema.Struct({
  displayName: Schema.String,
  parentResourceId: Schema.UndefinedOr(Schema.Struct({ resourceType: Schema.String, resource: Schema.String })),
  profile: Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Boolean])),
  status: Schema.UndefinedOr(Status),
  createdAt: Schema.UndefinedOr(Instant),
  trait: Schema.UndefinedOr(
    Schema.Struct({
      emails: Schema.Array(Schema.Struct({ address: Schema.String, isPrimary: Schema.Boolean })),
      status: Schema.UndefinedOr(Status),
      accountType: Schema.Literals([0, 1, 2, 3]),
      createdAt: Schema.UndefinedOr(Instant),
      mfa: Schema.UndefinedOr(Schema.Boolean),
      login: Schema.String,
    }),
  ),
  others: Schema.Array(Schema.Literals(["type.googleapis.com/c1.connector.v2.GroupTrait", "", "x/y"])),
})

const instant = (at: typeof Instant.Type | undefined) =>
  at === undefined ? undefined : { seconds: BigInt(at.seconds), nanos: at.nanos }

const encode = ({ trait, others, createdAt, ...account }: typeof Account.Type): Uint8Array => {
  const packed =
    trait === undefined
      ? []
      : [
          anyPack(
            UserTraitSchema,
            create(UserTraitSchema, {
              ...trait,
              emails: [...trait.emails],
              createdAt: instant(trait.createdAt),
              mfaStatus: trait.mfa === undefined ? undefined : { mfaEnabled: trait.mfa },
              profile: account.profile,
            }),
          ),
        ]
  const annotations = [...others.map((typeUrl) => ({ typeUrl })), ...packed, ...packed]
  const message = {
    ...account,
    annotations,
    createdAt: instant(createdAt),
    id: { resourceType: "user", resource: "U1" },
  }
  return toBinary(recordSchemas.resource, create(recordSchemas.resource, message))
}

describe("a resource at a glance", () => {
  it.prop(
    "is what decoding tells of it",
    { account: Account },
    ({ account }) => {
      const bytes = encode(account)
      const isOdd = [account.createdAt, account.trait?.createdAt].some(
        (at) => at !== undefined && (at.seconds < 0 || at.seconds > 2_147_483_647),
      )
      assert.deepStrictEqual(scanned(bytes), isOdd ? undefined : expected(bytes))
    },
    { arbitrary: { seed: 11, runs: 500 } },
  )

  it("is left to decoding where a message stands twice, or bytes are damaged", () => {
    const bytes = encode({
      displayName: "Grace",
      parentResourceId: undefined,
      profile: {},
      status: { status: 1, details: "" },
      createdAt: { seconds: 1, nanos: 0 },
      trait: undefined,
      others: [],
    })
    assert.isUndefined(scanResource(Buffer.concat([bytes, bytes])))
    assert.isUndefined(scanResource(Uint8Array.of(0x1a, 0x02, 0xc3, 0x28)))
    assert.isUndefined(scanResource(Uint8Array.of(0x0b)))
    assert.isUndefined(scanResource(bytes.subarray(0, -1)))
    assert.isUndefined(scanGrant(Uint8Array.of(0x1a, 0x7f)))
  })

  it.skipIf(!hasOracle).each(["pro", "business-plus"])(
    "is what decoding tells of what the Go connector stored: %s",
    (name) => {
      const records = hasOracle ? readOracle(name) : []
      const resources = records.filter(({ kind }) => kind === "resource")
      assert.isAbove(resources.length, 20)
      for (const { bytes } of resources) assert.deepStrictEqual(scanned(bytes), expected(bytes))
      for (const { bytes } of records.filter(({ kind }) => kind === "grant")) {
        const message = decoded("grant", bytes)
        assert.deepStrictEqual(scanGrant(bytes), {
          id: toGrant(message).id,
          namesAll: message.entitlement?.resource !== undefined && message.principal !== undefined,
          hasSources: message.sources !== undefined,
        })
      }
    },
  )
})

describe("the ids in a stored grant", () => {
  const resource = (id: string, displayName = "") => ({ id: { resourceType: "team", resource: id }, displayName })
  const grant = { id: "g", entitlement: { id: "e", resource: resource("t1") }, principal: resource("p") }
  type Init = NonNullable<Parameters<typeof create<typeof recordSchemas.grant>>[1]>
  const idsOf = (init: Init) => scanGrantIds(toBinary(recordSchemas.grant, create(recordSchemas.grant, init)))

  it("are the same whatever copies of what it names say", () => {
    const copies = { ...grant, entitlement: { id: "e", slug: "member", resource: resource("t1", "Web") } }
    assert.isString(idsOf(grant))
    assert.strictEqual(idsOf({ ...copies, principal: resource("p", "Ada") }), idsOf(grant))
  })

  it("differ with each id", () => {
    const others: ReadonlyArray<Init> = [
      { ...grant, id: "h" },
      { ...grant, entitlement: { id: "f", resource: resource("t1") } },
      { ...grant, entitlement: { id: "e", resource: resource("t2") } },
      { ...grant, principal: resource("q") },
      { ...grant, principal: { id: { resourceType: "p", resource: "team" } } },
    ]
    const all = [grant, ...others].map(idsOf)
    assert.lengthOf([...new Set(all)], all.length)
  })

  it("are not all that it says where it has an annotation or a source, or names not all", () => {
    const annotation = anyPack(UserTraitSchema, create(UserTraitSchema, { login: "ada" }))
    assert.isUndefined(idsOf({ ...grant, annotations: [annotation] }))
    assert.isUndefined(idsOf({ ...grant, sources: { sources: { e: {} } } }))
    assert.isUndefined(idsOf({ id: "g", principal: resource("p") }))
    assert.isUndefined(scanGrantIds(Uint8Array.of(0x1a, 0x7f)))
  })
})
