import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf"
import { toBinary } from "@bufbuild/protobuf"
import { assert, describe, it } from "vitest"
import type { RecordKind } from "../src/index.ts"
import {
  encodeEntitlement,
  encodeGrant,
  encodeGrantHead,
  encodeResource,
  encodeResourceType,
  MalformedMessage,
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

/** A resource whose annotations tell no more than what they do in `theirs`, and not their own status. */
const asFarAs = (theirs: JsonObject, { annotations, ...rest }: JsonObject) => {
  const told = list(theirs["annotations"])
  const isTold = (at: number, key: string) => key !== "status" && Object.keys(told[at] ?? {}).includes(key)
  return {
    ...rest,
    annotations: list(annotations).map((annotation, at) =>
      Object.fromEntries(Object.entries(annotation).filter(([key]) => isTold(at, key))),
    ),
  }
}

describe.skipIf(!hasOracle).for(["pro", "business-plus"])("records that the Go connector stored: %s", (name) => {
  const records = hasOracle ? readOracle(name) : []
  const ofKind = (kind: RecordKind) => records.filter((record) => record.kind === kind)

  it("give the same JSON as with the Go SDK, also after decoding and encoding", () => {
    assert.isAbove(records.length, 100)
    for (const { kind, bytes, json } of records) {
      const schema: DescMessage = recordSchemas[kind]
      const again = toBinary(schema, decoded(kind, bytes))
      assert.deepStrictEqual(recordToJson(kind, decoded(kind, again)), json)
    }
  })

  it("have the same bytes where ours encodes them: resource types", () => {
    for (const { bytes } of ofKind("resourceType")) {
      assert.deepStrictEqual(bytesOf(encodeResourceType(toResourceType(decoded("resourceType", bytes)))), bytes)
    }
  })

  it("have the same bytes where ours encodes them: entitlements around their resources", () => {
    for (const { bytes } of ofKind("entitlement")) {
      const message = decoded("entitlement", bytes)
      const parts = {
        resource: toBinary(recordSchemas.resource, message.resource!),
        grantableTo: message.grantableTo.map((type) => bytesOf(encodeResourceType(toResourceType(type)))),
      }
      assert.deepStrictEqual(bytesOf(encodeEntitlement(toEntitlement(message), parts)), bytes)
    }
  })

  it("have the same bytes where ours encodes them: grants", () => {
    for (const { bytes } of ofKind("grant")) {
      const message = decoded("grant", bytes)
      const head = encodeGrantHead(
        message.entitlement!.id,
        toBinary(recordSchemas.resource, message.entitlement!.resource!),
      )
      assert.deepStrictEqual(bytesOf(encodeGrant(toGrant(message), head)), bytes)
    }
  })

  it("keep every value where ours encodes them: resources, but for the trait's own status, which the Go connector never sets", () => {
    const types = new Map(
      ofKind("resourceType").map(({ id, bytes }) => [id, toResourceType(decoded("resourceType", bytes))]),
    )
    for (const { bytes, json } of ofKind("resource")) {
      const message = decoded("resource", bytes)
      const ours = bytesOf(encodeResource(toResource(message), types.get(message.id!.resourceType)!))
      const again = recordToJson("resource", decoded("resource", ours))
      if (again instanceof MalformedMessage) throw again
      assert.deepStrictEqual(asFarAs(json, again), asFarAs(json, json))
    }
  })
})
