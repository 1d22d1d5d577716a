import { assert, describe, it } from "@effect/vitest"
import { entitlementId, entitlementOf, grantOf, parseEntitlementId, parseGrantId } from "../src/index.ts"

const role = { resourceType: "workspaceRole", resource: "T1:owner" }
const user = { resourceType: "user", resource: "U1" }

describe("the id of an entitlement", () => {
  it("is taken apart into type, resource and slug, whatever the resource's id holds", () => {
    const id = entitlementId(role, "assigned")
    assert.deepStrictEqual(parseEntitlementId(id), { id, resource: role, slug: "assigned" })
  })

  it("that lacks a part is none", () => {
    for (const text of ["", "group", "group:S1", "group::member", ":S1:member", "group:S1:"]) {
      assert.isUndefined(parseEntitlementId(text), text)
    }
  })
})

describe("an entitlement", () => {
  it("has the id of the model, and by default it is an assignment that its name describes", () => {
    const facts = { displayName: "Owner", grantableTo: ["user"] }
    const { id, slug, resource, purpose, description } = entitlementOf(role, "assigned", facts)
    assert.deepStrictEqual([id, slug, resource], [entitlementId(role, "assigned"), "assigned", role])
    assert.deepStrictEqual([purpose, description], ["assignment", "Owner"])
    assert.strictEqual(entitlementOf(role, "assigned", { ...facts, purpose: "ownership" }).purpose, "ownership")
  })
})

describe("the id of a grant", () => {
  it("is taken apart into entitlement and principal", () => {
    const { id, entitlement, principal } = grantOf(role, "assigned", user)
    const parts = parseGrantId(id, ["user"])
    assert.deepStrictEqual([parts?.entitlement.id, parts?.principal], [entitlement, principal])
  })

  it("ends where the last of the principal types stands", () => {
    const odd = grantOf({ resourceType: "group", resource: "a:user:b" }, "member", user)
    assert.deepStrictEqual(parseGrantId(odd.id, ["user"])?.entitlement.resource.resource, "a:user:b")
  })

  it("that names no principal of these types is none", () => {
    assert.isUndefined(parseGrantId("group:S1:member", ["user"]))
    assert.isUndefined(parseGrantId("group:S1:member:user:", ["user"]))
    assert.isUndefined(parseGrantId(grantOf(role, "assigned", user).id, ["group"]))
  })
})
