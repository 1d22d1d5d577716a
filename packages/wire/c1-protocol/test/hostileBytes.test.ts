import { create, toBinary } from "@bufbuild/protobuf"
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import { assert, describe, it } from "vitest"
import { decodeRecord, MalformedMessage, recordLimit, recordSchemas, recordToJson } from "../src/index.ts"

const bytes = (fill: (writer: BinaryWriter) => void): Uint8Array => {
  const writer = new BinaryWriter()
  fill(writer)
  return writer.finish()
}

/** A Struct value inside itself, so many times, as the profile of a resource. */
const nestedProfile = (depth: number): Uint8Array =>
  bytes((writer) => {
    writer.uint32(0x4a).fork()
    for (let i = 0; i < depth; i++) writer.uint32(0x0a).fork().uint32(0x12).fork().uint32(0x2a).fork()
    for (let i = 0; i < depth * 3; i++) writer.join()
    writer.join()
  })

describe("bytes from untrusted hands", () => {
  it.for([
    ["a length that runs past the end", Uint8Array.of(0x1a, 0x7f, 0x41)],
    ["a length of four gigabytes", Uint8Array.of(0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ["a number without its last byte", new Uint8Array(16).fill(0xff)],
    ["a field number of zero", Uint8Array.of(0x02, 0x00)],
    ["an unfinished tag", Uint8Array.of(0x80)],
    ["groups that are never closed", new Uint8Array(256).fill(0x7b)],
    ["a profile nested a hundred deep", nestedProfile(100)],
    ["text that is no UTF-8", Uint8Array.of(0x1a, 0x02, 0xc3, 0x28)],
    ["a record over the limit", new Uint8Array(recordLimit + 1)],
  ] as const)("end in MalformedMessage: %s", ([, hostile]) => {
    assert.instanceOf(decodeRecord("resource", hostile), MalformedMessage)
  })

  it("end in a message or in MalformedMessage, whatever one byte of a record becomes", () => {
    const record = toBinary(
      recordSchemas.grant,
      create(recordSchemas.grant, {
        id: "g",
        entitlement: { id: "e", resource: { id: { resourceType: "t", resource: "r" }, profile: { a: 1, b: ["x"] } } },
        sources: { sources: { e: { isDirect: true } } },
      }),
    )
    const outcomes = [...record.keys()].flatMap((at) =>
      [0x00, 0x7f, 0x80, 0xff].map((value) => {
        const message = decodeRecord("grant", record.with(at, value))
        return message instanceof MalformedMessage ? message : recordToJson("grant", message)
      }),
    )
    assert.deepStrictEqual(
      outcomes.filter((outcome) => typeof outcome !== "object"),
      [],
    )
    assert.isTrue(outcomes.some((outcome) => outcome instanceof MalformedMessage))
  })
})

describe("annotations that this package does not know", () => {
  const unknown = { typeUrl: "type.googleapis.com/c1.connector.v9.Sparkle", value: Uint8Array.of(1, 2, 3) }
  const damaged = { typeUrl: "type.googleapis.com/c1.connector.v2.UserTrait", value: Uint8Array.of(0xff) }
  const nameless = { typeUrl: "type.googleapis.com/", value: Uint8Array.of(1) }
  const known = { typeUrl: "type.googleapis.com/c1.connector.v2.RoleTrait" }
  const undecoded = [
    { "@type": unknown.typeUrl, undecoded: "AQID" },
    { "@type": damaged.typeUrl, undecoded: "/w==" },
    { "@type": nameless.typeUrl, undecoded: "AQ==" },
    { "@type": known.typeUrl },
  ]
  const annotations = [unknown, damaged, nameless, known]

  it("stay readable in a grant's JSON, wherever they stand", () => {
    const grant = create(recordSchemas.grant, {
      id: "g",
      annotations,
      principal: { annotations },
      entitlement: { id: "e", annotations, resource: { annotations }, grantableTo: [{ id: "t", annotations }] },
      sources: { sources: { e: { isDirect: true } } },
    })
    assert.deepStrictEqual(recordToJson("grant", grant), {
      id: "g",
      annotations: undecoded,
      principal: { annotations: undecoded },
      entitlement: {
        id: "e",
        annotations: undecoded,
        resource: { annotations: undecoded },
        grantableTo: [{ id: "t", annotations: undecoded }],
      },
      sources: { sources: { e: { isDirect: true } } },
    })
  })

  it("stay in a message that is turned into JSON", () => {
    const resource = create(recordSchemas.resource, { annotations })
    recordToJson("resource", resource)
    assert.lengthOf(resource.annotations, annotations.length)
  })
})
