import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf"
import { toBinary } from "@bufbuild/protobuf"
import { describe, expect, it } from "vitest"
import type { RecordKind } from "../src/index.ts"
import {
  encodeEntitlement,
  encodeGrant,
  encodeGrantHead,
  encodeResource,
  encodeResourceType,
  recordSchemas,
  recordToJson,
  toEntitlement,
  toGrant,
  toResource,
  toResourceType,
} from "../src/index.ts"
import { bytesOf, decoded } from "./expecting.ts"
import { hasOracle, readOracle } from "./oracle.ts"

const list = (json: JsonValue | undefined): ReadonlyArray<JsonObject> => JSON.parse(JSON.stringify(json))

describe.skipIf(!hasOracle).for(["pro", "business-plus"])("records that the Go connector stored: %s", (name) => {
  const records = hasOracle ? readOracle(name) : []
  const ofKind = (kind: RecordKind) => records.filter((record) => record.kind === kind)

  it("MUST give the same JSON as the Go SDK, also after decoding and encoding", () => {
    expect(records.length).toBeGreaterThan(100)
    for (const { kind, bytes, json } of records) {
      const schema: DescMessage = recordSchemas[kind]
      const again = toBinary(schema, decoded(kind, bytes))
      expect(recordToJson(kind, decoded(kind, again))).toEqual(json)
    }
  })

  it("MUST encode a resource type to the bytes that the Go SDK wrote", () => {
    for (const { bytes } of ofKind("resourceType")) {
      expect(bytesOf(encodeResourceType(toResourceType(decoded("resourceType", bytes))))).toEqual(bytes)
    }
  })

  it("MUST encode an entitlement around its resource to the bytes that the Go SDK wrote", () => {
    for (const { bytes } of ofKind("entitlement")) {
      const message = decoded("entitlement", bytes)
      const parts = {
        resource: toBinary(recordSchemas.resource, message.resource!),
        grantableTo: message.grantableTo.map((type) => bytesOf(encodeResourceType(toResourceType(type)))),
      }
      expect(bytesOf(encodeEntitlement(toEntitlement(message), parts))).toEqual(bytes)
    }
  })

  it("MUST encode a grant to the bytes that the Go SDK wrote", () => {
    for (const { bytes } of ofKind("grant")) {
      const message = decoded("grant", bytes)
      const head = encodeGrantHead(
        message.entitlement!.id,
        toBinary(recordSchemas.resource, message.entitlement!.resource!),
      )
      expect(bytesOf(encodeGrant(toGrant(message), head))).toEqual(bytes)
    }
  })

  it("MUST keep every value of a resource; only the trait's own status may differ, as the Go connector never sets it", () => {
    const types = new Map(
      ofKind("resourceType").map(({ id, bytes }) => [id, toResourceType(decoded("resourceType", bytes))]),
    )
    for (const { bytes, json } of ofKind("resource")) {
      const message = decoded("resource", bytes)
      const ours = bytesOf(encodeResource(toResource(message), types.get(message.id!.resourceType)!))
      const { annotations, ...rest } = json
      const annotationsWithoutStatus = list(annotations).map((annotation) =>
        Object.fromEntries(Object.entries(annotation).filter(([key]) => key !== "status")),
      )
      const expected = { ...rest, annotations: annotationsWithoutStatus }
      expect(recordToJson("resource", decoded("resource", ours))).toMatchObject(expected)
    }
  })
})
