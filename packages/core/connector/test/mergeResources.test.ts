import { assert, describe, it } from "@effect/vitest"
import { mergeBy } from "../src/index.ts"
import { personResource } from "./tinyConnector.ts"

const merge = mergeBy([{ id: "list" }, { id: "directory", authorityOn: ["status"] }, { id: "archive" }])

const list = {
  step: "list",
  resource: personResource("ada", {
    displayName: "ada",
    status: "enabled",
    profile: { title: "CTO", city: "Turin" },
    account: { accountType: "human" },
  }),
}
const directory = {
  step: "directory",
  resource: personResource("ada", {
    displayName: "Ada L.",
    status: "disabled",
    profile: { title: "Chief", country: "IT" },
    account: { emails: ["ada@example.com"] },
  }),
}
const archive = {
  step: "archive",
  resource: personResource("ada", { createdAt: "2020-01-01T00:00:00Z", status: "deleted" }),
}

describe("what several steps say of one resource", () => {
  it("is merged to the same result in whatever order the steps spoke", () => {
    const orders = [
      [list, directory, archive],
      [archive, directory, list],
      [directory, archive, list],
      [directory, list, archive],
    ]
    const [first, ...others] = orders.map(merge)
    for (const other of others) assert.deepStrictEqual(other, first)
  })

  it("is believed from the first of the connector's steps that tells the field", () => {
    assert.strictEqual(merge([directory, list]).displayName, "ada")
    assert.strictEqual(merge([archive, list]).createdAt, "2020-01-01T00:00:00Z")
  })

  it("is believed from a later step on a field that this step has authority on", () => {
    assert.strictEqual(merge([list, directory, archive]).status, "disabled")
  })

  it("is merged key by key in profile and account facts", () => {
    const { profile, account } = merge([list, directory])
    assert.deepStrictEqual(profile, { title: "CTO", city: "Turin", country: "IT" })
    assert.deepStrictEqual(account, { accountType: "human", emails: ["ada@example.com"] })
  })

  it("is not believed where a step tells nothing: undefined stands above no fact", () => {
    const silent = {
      step: "list",
      resource: personResource("ada", { displayName: undefined, account: { emails: undefined } }),
    }
    const claimed = { step: "directory", resource: personResource("ada", { status: undefined }) }
    const { displayName, account, status } = merge([directory, silent])
    assert.deepStrictEqual([displayName, account?.emails, status], ["Ada L.", ["ada@example.com"], "disabled"])
    assert.strictEqual(merge([list, claimed]).status, "enabled")
  })

  it("is left as it is when only one step spoke", () => {
    assert.deepStrictEqual(merge([directory]), directory.resource)
  })
})
