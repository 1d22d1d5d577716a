import { create, toBinary } from "@bufbuild/protobuf"
import { anyPack, timestampFromDate } from "@bufbuild/protobuf/wkt"
import type { Grant, Resource, ResourceType, Trait } from "@rollcall/connector"
import { describe, expect, it } from "vitest"
import { ChildResourceTypeSchema, GrantImmutableSchema } from "../src/generated/c1/connector/v2/annotation_pb.ts"
import { GroupTraitSchema, RoleTraitSchema, UserTraitSchema } from "../src/generated/c1/connector/v2/trait_pb.ts"
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

describe("encoding a resource", () => {
  it("MUST write the bytes of the generated code, with profile, status and creation time in both places", () => {
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
    expect(bytesOf(encodeResource(account, { traits: ["user"] }))).toEqual(toBinary(recordSchemas.resource, expected))
  })

  it("MUST put the traits after the child types, and leave an empty trait's value out", () => {
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
    expect(bytesOf(encodeResource(workspace, { traits: ["group", "role"] }))).toEqual(
      toBinary(recordSchemas.resource, expected),
    )
  })

  it("MUST repeat a group's profile in its trait, for viewers that look nowhere else", () => {
    const group = { id: { resourceType: "group", resource: "G1" }, profile: { group_id: "G1" } }
    const message = decoded("resource", bytesOf(encodeResource(group, { traits: ["group"] })))
    expect(recordToJson("resource", message)).toMatchObject({
      annotations: [{ "@type": "type.googleapis.com/c1.connector.v2.GroupTrait", profile: { group_id: "G1" } }],
      profile: { group_id: "G1" },
    })
  })

  it("MUST give an account of which nothing is known a profile and a status, which the Go viewer's export needs", () => {
    const message = decoded(
      "resource",
      bytesOf(encodeResource({ id: { resourceType: "user", resource: "U1" } }, { traits: ["user"] })),
    )
    expect(recordToJson("resource", message)).toMatchObject({
      annotations: [{ status: { status: "STATUS_ENABLED" }, profile: {}, accountType: "ACCOUNT_TYPE_HUMAN" }],
      status: { status: "RESOURCE_STATUS_ENABLED" },
    })
  })

  it("MUST order profile keys by their UTF-8 bytes, not by their UTF-16 units", () => {
    // U+FF5E sorts after U+1F600 by UTF-16 units, and before it by bytes.
    const keys = ["\u{1F600}", "～", "b", "a"]
    const resource = {
      id: { resourceType: "user", resource: "U1" },
      profile: Object.fromEntries(keys.map((key) => [key, true])),
    }
    const message = decoded("resource", bytesOf(encodeResource(resource, { traits: [] })))
    expect(Object.keys(message.profile!)).toEqual(["a", "b", "～", "\u{1F600}"])
  })

  it("MUST give equal bytes for profiles whose keys come in another order", () => {
    const one = encodeResource({ ...account, profile: { a: 1, b: 2 } }, { traits: ["user"] })
    const two = encodeResource({ ...account, profile: { b: 2, a: 1 } }, { traits: ["user"] })
    expect(bytesOf(one)).toEqual(bytesOf(two))
  })

  it("MUST tell the same resource after decoding", () => {
    const message = decoded("resource", bytesOf(encodeResource(account, { traits: ["user"] })))
    expect(toResource(message)).toEqual({ ...account, createdAt: "2024-05-06T07:08:09.12Z" })
  })

  it("MUST keep the nanoseconds of an instant before 1970", () => {
    const message = decoded(
      "resource",
      bytesOf(encodeResource({ ...account, createdAt: "1969-12-31T23:59:58.000000001+00:00" }, { traits: [] })),
    )
    expect(toResource(message).createdAt).toBe("1969-12-31T23:59:58.000000001Z")
  })

  it.for(["yesterday", "2024-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "2024-05-06"])(
    "MUST leave out a creation time that is no instant, with a warning: %s",
    (text) => {
      const encoding = encodeResource({ ...account, createdAt: text }, { traits: [] })
      expect(decoded("resource", bytesOf(encoding)).createdAt).toBe(undefined)
      expect(encoding).toMatchObject({ warnings: [{ code: "instant-unreadable" }] })
    },
  )
})

describe("what is written MUST be fit to be read", () => {
  const encodedWith = (profile: Resource["profile"]) =>
    encodeResource({ id: account.id, ...(profile === undefined ? {} : { profile }) }, { traits: ["user"] })

  it("so a text of a profile is cut at 16 KiB, with a warning", () => {
    const encoding = encodedWith({ title: "ß".repeat(400_000), name: "n".repeat(16_384) })
    expect(decoded("resource", bytesOf(encoding)).profile).toEqual({
      title: "ß".repeat(8192),
      name: "n".repeat(16_384),
    })
    expect(encoding).toMatchObject({
      warnings: [{ code: "text-truncated", message: expect.stringContaining("the profile's title of the resource") }],
    })
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
    expect(decodeRecord("grant", held)).not.toBeInstanceOf(MalformedMessage)
    expect(encodedWith(fields(16))).toMatchObject({ _tag: "Refused", warning: { code: "record-refused" } })
  })

  it("so a grant is refused that a reader would not take", () => {
    const grant = { id: "g", entitlement: "e", resource: account.id, principal: account.id }
    expect(encodeGrant(grant, encodeGrantHead("e", new Uint8Array(1024 * 1024)))).toMatchObject({ _tag: "Refused" })
  })
})

describe("C1's byte limits", () => {
  const displayNameOf = (displayName: string) => {
    const encoding = encodeResource({ id: account.id, displayName }, { traits: [] })
    const message = decoded("resource", bytesOf(encoding))
    return { displayName: message.displayName, warnings: encoding._tag === "Encoded" ? encoding.warnings : [] }
  }

  it("MUST keep a display name of exactly 1024 bytes as it is", () => {
    expect(displayNameOf("ß".repeat(512))).toEqual({ displayName: "ß".repeat(512), warnings: [] })
  })

  it("MUST cut a longer display name at the end of a character, with a warning", () => {
    const { displayName, warnings } = displayNameOf(`x${"😀".repeat(300)}`)
    expect(displayName).toBe(`x${"😀".repeat(255)}`)
    expect(warnings).toMatchObject([{ code: "text-truncated" }])
  })

  it("MUST cut a description at 2048 bytes", () => {
    const encoding = encodeResource({ id: account.id, description: "d".repeat(10_000) }, { traits: [] })
    expect(decoded("resource", bytesOf(encoding))).toMatchObject({ description: "d".repeat(2048) })
  })

  it.for([
    ["an empty resource id", { resourceType: "user", resource: "" }],
    ["an empty type", { resourceType: "", resource: "U1" }],
    ["a resource id of 1025 bytes", { resourceType: "user", resource: "x".repeat(1025) }],
    ["a resource id of 513 characters and 1026 bytes", { resourceType: "user", resource: "ß".repeat(513) }],
  ] as const)("MUST refuse %s", ([, id]) => {
    expect(encodeResource({ id }, { traits: [] })).toMatchObject({
      _tag: "Refused",
      warning: { code: "record-refused" },
    })
  })

  it("MUST refuse an entitlement or a grant whose id is too long", () => {
    const resource = new Uint8Array(0)
    const id = "x".repeat(1025)
    const entitlement = { id, resource: account.id, slug: "", displayName: "", description: "", grantableTo: [] }
    const parts = { resource, grantableTo: [] }
    expect(encodeEntitlement({ ...entitlement, purpose: "assignment" }, parts)._tag).toBe("Refused")
    const grant: Grant = { id, entitlement: "e", resource: account.id, principal: account.id }
    expect(encodeGrant(grant, encodeGrantHead("e", resource))._tag).toBe("Refused")
  })

  it("MUST cut a resource type's description at 4096 bytes", () => {
    const type: ResourceType = {
      id: "t",
      displayName: "T",
      description: "d".repeat(5000),
      traits: ["app", "app"],
      capabilities: [],
      permissions: [],
    }
    const message = decoded("resourceType", bytesOf(encodeResourceType(type)))
    expect(message).toMatchObject({ description: "d".repeat(4096), traits: [4] })
  })
})

describe("encoding a grant", () => {
  it("MUST mark a grant that cannot be revoked, and write the bytes of the generated code", () => {
    const resource = bytesOf(encodeResource(account, { traits: ["user"] }))
    const grant: Grant = { id: "g", entitlement: "e", resource: account.id, principal: account.id, immutable: true }
    const whole = decoded("resource", resource)
    const expected = create(recordSchemas.grant, {
      entitlement: { id: "e", resource: whole },
      principal: { id: account.id },
      id: "g",
      annotations: [anyPack(GrantImmutableSchema, create(GrantImmutableSchema))],
    })
    expect(bytesOf(encodeGrant(grant, encodeGrantHead("e", resource)))).toEqual(toBinary(recordSchemas.grant, expected))
  })

  it("MUST encode a record whole after one that could not be encoded", () => {
    const before = bytesOf(encodeResource(account, { traits: ["user"] }))
    const alien: ReadonlyArray<Trait> = JSON.parse('["no such trait"]')
    expect(() => encodeResource(account, { traits: alien })).toThrow("not a function")
    expect(bytesOf(encodeResource(account, { traits: ["user"] }))).toEqual(before)
  })
})
