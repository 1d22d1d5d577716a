import { create, toBinary } from "@bufbuild/protobuf"
import { anyPack, timestampFromDate } from "@bufbuild/protobuf/wkt"
import type { Grant, Resource, ResourceType, Trait } from "@rollcall/connector"
import { assert, describe, it } from "vitest"
import { ChildResourceTypeSchema, GrantImmutableSchema } from "../src/generated/c1/connector/v2/annotation_pb.ts"
import { GroupTraitSchema, RoleTraitSchema, UserTraitSchema } from "../src/generated/c1/connector/v2/trait_pb.ts"
import type { Encoding } from "../src/index.ts"
import {
  decodeRecord,
  encodeEntitlement,
  encodeGrant,
  encodeGrantHead,
  encodeResource,
  encodeResourceType,
  MalformedMessage,
  recordSchemas,
  recordToJson,
  toResource,
} from "../src/index.ts"
import { bytesOf, decoded } from "./expecting.ts"

const account: Resource = {
  id: { resourceType: "user", resource: "U1" },
  parent: { resourceType: "workspace", resource: "T1" },
  displayName: "ada",
  description: "a mathematician",
  status: "disabled",
  createdAt: "2024-05-06T07:08:09.120Z",
  profile: { zeta: 0, alpha: "", "": null, yes: true, no: false, height: 1.75, name: "Łovelace" },
  account: { accountType: "service", emails: ["ada@example.com", "a@example.org"], mfaEnabled: false },
}

const createdAt = timestampFromDate(new Date("2024-05-06T07:08:09.120Z"))
const sortedProfile = { "": null, alpha: "", height: 1.75, name: "Łovelace", no: false, yes: true, zeta: 0 }

/** The codes of what was put right. */
const warningsOf = (encoding: Encoding) =>
  encoding._tag === "Encoded" ? encoding.warnings.map(({ code }) => code) : undefined

const isRefused = (encoding: Encoding) => encoding._tag === "Refused" && encoding.warning.code === "record-refused"

describe("an encoded resource", () => {
  it("has the bytes of the generated code, with profile, status and creation time in both places", () => {
    const trait = create(UserTraitSchema, {
      emails: [{ address: "ada@example.com", isPrimary: true }, { address: "a@example.org" }],
      status: { status: 2 },
      profile: sortedProfile,
      accountType: 2,
      createdAt,
      mfaStatus: {},
    })
    const expected = create(recordSchemas.resource, {
      id: account.id,
      parentResourceId: account.parent!,
      displayName: "ada",
      description: "a mathematician",
      annotations: [anyPack(UserTraitSchema, trait)],
      profile: sortedProfile,
      status: { status: 2 },
      createdAt,
    })
    assert.deepStrictEqual(
      bytesOf(encodeResource(account, { traits: ["user"] })),
      toBinary(recordSchemas.resource, expected),
    )
  })

  it("has its traits after the child types, and leaves an empty trait's value out", () => {
    const expected = create(recordSchemas.resource, {
      id: { resourceType: "workspace", resource: "T1" },
      annotations: [
        anyPack(ChildResourceTypeSchema, create(ChildResourceTypeSchema, { resourceTypeId: "user" })),
        anyPack(ChildResourceTypeSchema, create(ChildResourceTypeSchema, { resourceTypeId: "userGroup" })),
        anyPack(GroupTraitSchema, create(GroupTraitSchema)),
        anyPack(RoleTraitSchema, create(RoleTraitSchema)),
      ],
    })
    const workspace = { id: { resourceType: "workspace", resource: "T1" }, childResourceTypes: ["user", "userGroup"] }
    assert.deepStrictEqual(
      bytesOf(encodeResource(workspace, { traits: ["group", "role"] })),
      toBinary(recordSchemas.resource, expected),
    )
  })

  it("repeats a group's profile in its trait, for viewers that look nowhere else", () => {
    const group = { id: { resourceType: "group", resource: "G1" }, profile: { group_id: "G1" } }
    const message = decoded("resource", bytesOf(encodeResource(group, { traits: ["group"] })))
    assert.deepStrictEqual(recordToJson("resource", message), {
      id: { resourceType: "group", resource: "G1" },
      annotations: [{ "@type": "type.googleapis.com/c1.connector.v2.GroupTrait", profile: { group_id: "G1" } }],
      profile: { group_id: "G1" },
    })
  })

  it("of an account of which nothing is known has a profile and a status all the same", () => {
    const message = decoded(
      "resource",
      bytesOf(encodeResource({ id: { resourceType: "user", resource: "U1" } }, { traits: ["user"] })),
    )
    assert.deepStrictEqual(recordToJson("resource", message), {
      id: { resourceType: "user", resource: "U1" },
      annotations: [
        {
          "@type": "type.googleapis.com/c1.connector.v2.UserTrait",
          status: { status: "STATUS_ENABLED" },
          profile: {},
          accountType: "ACCOUNT_TYPE_HUMAN",
        },
      ],
      status: { status: "RESOURCE_STATUS_ENABLED" },
    })
  })

  it("has its profile keys in the order of their UTF-8 bytes, not of their UTF-16 units", () => {
    // U+FF5E sorts after U+1F600 by UTF-16 units, and before it by bytes.
    const keys = ["\u{1F600}", "～", "b", "a"]
    const resource = {
      id: { resourceType: "user", resource: "U1" },
      profile: Object.fromEntries(keys.map((key) => [key, true])),
    }
    const message = decoded("resource", bytesOf(encodeResource(resource, { traits: [] })))
    assert.deepStrictEqual(Object.keys(message.profile!), ["a", "b", "～", "\u{1F600}"])
  })

  it("has the same bytes whatever the order in which the keys of its profile come", () => {
    const one = encodeResource({ ...account, profile: { a: 1, b: 2 } }, { traits: ["user"] })
    const two = encodeResource({ ...account, profile: { b: 2, a: 1 } }, { traits: ["user"] })
    assert.deepStrictEqual(bytesOf(one), bytesOf(two))
  })

  it("is the same resource after decoding", () => {
    const message = decoded("resource", bytesOf(encodeResource(account, { traits: ["user"] })))
    assert.deepStrictEqual(toResource(message), { ...account, createdAt: "2024-05-06T07:08:09.12Z" })
  })

  it("keeps the nanoseconds of an instant before 1970", () => {
    const message = decoded(
      "resource",
      bytesOf(encodeResource({ ...account, createdAt: "1969-12-31T23:59:58.000000001+00:00" }, { traits: [] })),
    )
    assert.strictEqual(toResource(message).createdAt, "1969-12-31T23:59:58.000000001Z")
  })

  it.for(["yesterday", "2024-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "2024-05-06"])(
    "lacks a creation time that is no instant, with a warning: %s",
    (text) => {
      const encoding = encodeResource({ ...account, createdAt: text }, { traits: [] })
      assert.isUndefined(decoded("resource", bytesOf(encoding)).createdAt)
      assert.deepStrictEqual(warningsOf(encoding), ["instant-unreadable"])
    },
  )
})

describe("what is written is fit to be read", () => {
  const encodedWith = (profile: Resource["profile"]) =>
    encodeResource({ id: account.id, ...(profile === undefined ? {} : { profile }) }, { traits: ["user"] })

  it("so a text of a profile is cut at 16 KiB, with a warning", () => {
    const encoding = encodedWith({ title: "ß".repeat(400_000), name: "n".repeat(16_384) })
    assert.deepStrictEqual(decoded("resource", bytesOf(encoding)).profile, {
      title: "ß".repeat(8192),
      name: "n".repeat(16_384),
    })
    assert.deepStrictEqual(warningsOf(encoding), ["text-truncated"])
    assert.include(JSON.stringify(encoding), "the profile's title of the resource")
  })

  it("so a resource is refused that would leave no room for its entitlements and their grants", () => {
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, field) => [`field${field}`, "x".repeat(16_384)]))
    const largest = bytesOf(encodedWith(fields(15)))
    const held = bytesOf(
      encodeGrant(
        { id: "g", entitlement: "e", resource: account.id, principal: account.id },
        encodeGrantHead("e", largest),
      ),
    )
    assert.notInstanceOf(decodeRecord("grant", held), MalformedMessage)
    assert.isTrue(isRefused(encodedWith(fields(16))))
  })

  it("so a grant is refused that a reader would not take", () => {
    const grant = { id: "g", entitlement: "e", resource: account.id, principal: account.id }
    assert.isTrue(isRefused(encodeGrant(grant, encodeGrantHead("e", new Uint8Array(1024 * 1024)))))
  })
})

describe("the limits that C1 has in bytes", () => {
  const displayNameOf = (displayName: string) => {
    const encoding = encodeResource({ id: account.id, displayName }, { traits: [] })
    const message = decoded("resource", bytesOf(encoding))
    return { displayName: message.displayName, warnings: warningsOf(encoding) }
  }

  it("leave a display name of exactly 1024 bytes as it is", () => {
    assert.deepStrictEqual(displayNameOf("ß".repeat(512)), { displayName: "ß".repeat(512), warnings: [] })
  })

  it("cut a longer display name at the end of a character, with a warning", () => {
    const { displayName, warnings } = displayNameOf(`x${"😀".repeat(300)}`)
    assert.strictEqual(displayName, `x${"😀".repeat(255)}`)
    assert.deepStrictEqual(warnings, ["text-truncated"])
  })

  it("cut a description at 2048 bytes", () => {
    const encoding = encodeResource({ id: account.id, description: "d".repeat(10_000) }, { traits: [] })
    assert.strictEqual(decoded("resource", bytesOf(encoding)).description, "d".repeat(2048))
  })

  it.for([
    ["an empty resource id", { resourceType: "user", resource: "" }],
    ["an empty type", { resourceType: "", resource: "U1" }],
    ["a resource id of 1025 bytes", { resourceType: "user", resource: "x".repeat(1025) }],
    ["a resource id of 513 characters and 1026 bytes", { resourceType: "user", resource: "ß".repeat(513) }],
  ] as const)("refuse %s", ([, id]) => {
    assert.isTrue(isRefused(encodeResource({ id }, { traits: [] })))
  })

  it("refuse an entitlement or a grant whose id is too long", () => {
    const resource = new Uint8Array(0)
    const id = "x".repeat(1025)
    const entitlement = { id, resource: account.id, slug: "", displayName: "", description: "", grantableTo: [] }
    const parts = { resource, grantableTo: [] }
    assert.isTrue(isRefused(encodeEntitlement({ ...entitlement, purpose: "assignment" }, parts)))
    const grant: Grant = { id, entitlement: "e", resource: account.id, principal: account.id }
    assert.isTrue(isRefused(encodeGrant(grant, encodeGrantHead("e", resource))))
  })

  it("cut a resource type's description at 4096 bytes", () => {
    const type: ResourceType = {
      id: "t",
      displayName: "T",
      description: "d".repeat(5000),
      traits: ["app", "app"],
      capabilities: [],
      permissions: [],
    }
    const message = decoded("resourceType", bytesOf(encodeResourceType(type)))
    assert.deepStrictEqual([message.description, message.traits], ["d".repeat(4096), [4]])
  })
})

describe("an encoded grant", () => {
  it("is marked where it cannot be revoked, and has the bytes of the generated code", () => {
    const resource = bytesOf(encodeResource(account, { traits: ["user"] }))
    const grant: Grant = { id: "g", entitlement: "e", resource: account.id, principal: account.id, immutable: true }
    const whole = decoded("resource", resource)
    const expected = create(recordSchemas.grant, {
      entitlement: { id: "e", resource: whole },
      principal: { id: account.id },
      id: "g",
      annotations: [anyPack(GrantImmutableSchema, create(GrantImmutableSchema))],
    })
    assert.deepStrictEqual(
      bytesOf(encodeGrant(grant, encodeGrantHead("e", resource))),
      toBinary(recordSchemas.grant, expected),
    )
  })

  it("is whole after a record that could not be encoded", () => {
    const before = bytesOf(encodeResource(account, { traits: ["user"] }))
    const alien: ReadonlyArray<Trait> = JSON.parse('["no such trait"]')
    assert.throws(() => encodeResource(account, { traits: alien }), "not a function")
    assert.deepStrictEqual(bytesOf(encodeResource(account, { traits: ["user"] })), before)
  })
})
