import { assert, describe, it } from "vitest"
import type { Encoding } from "../src/index.ts"
import { encodeResource, encodeResourceType } from "../src/index.ts"

const hex = (encoding: Encoding): string =>
  encoding._tag === "Encoded" ? Buffer.from(encoding.bytes).toString("hex") : encoding.warning.message

describe("the bytes of the Go SDK", () => {
  it("are those of a resource type", () => {
    const type = encodeResourceType({
      id: "user",
      displayName: "User",
      traits: ["user"],
      capabilities: ["sync"],
      permissions: [],
      skips: "entitlementsAndGrants",
    })
    const url = Buffer.from("type.googleapis.com/c1.connector.v2.SkipEntitlementsAndGrants").toString("hex")
    assert.strictEqual(hex(type), `0a04757365721204557365721a0101223f0a3d${url}`)
  })

  it("are those of a resource without traits", () => {
    const resource = encodeResource(
      { id: { resourceType: "project", resource: "project-0000000" }, displayName: "Project 0000000" },
      { traits: [] },
    )
    assert.strictEqual(
      hex(resource),
      "0a1a0a0770726f6a656374120f70726f6a6563742d303030303030301a0f50726f6a6563742030303030303030",
    )
  })
})
