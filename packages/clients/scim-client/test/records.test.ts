import { assert, describe, it } from "@effect/vitest"
import { listDecoder } from "@rollcall/api-client"
import { Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { groupOf, ScimGroupRecord, ScimUserRecord, userOf } from "../src/resources/records.ts"
import { ServiceProviderConfig } from "../src/ScimClient.ts"

const fixtures = new URL("../../../../../shared/fixtures/slack/scim/", import.meta.url)
const recorded = existsSync(fixtures)
if (!recorded) console.warn("Skipped: recorded replies are not in ../shared/fixtures.")

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, fixtures), "utf8"))
const List = Schema.Struct({ Resources: Schema.Array(Schema.Unknown) })
const resourcesOf = (path: string) => Schema.decodeUnknownSync(List)(read(path)).Resources

const decodeUser = (value: unknown) => userOf(Schema.decodeUnknownSync(ScimUserRecord)(value))
const decodeGroup = (value: unknown) => groupOf(Schema.decodeUnknownSync(ScimGroupRecord)(value))

describe.skipIf(!recorded).each(["v1", "v2"])("what an SDK recorded from Slack's SCIM %s", (version) => {
  it("can be read: users, with what only some of them have", () => {
    const list = listDecoder(ScimUserRecord)(resourcesOf(`${version}/Users.json`))
    assert.deepStrictEqual([list.rejected, list.records.length], [0, 1])
    assert.deepStrictEqual(list.records.map(userOf), [
      {
        id: "W00000000",
        active: false,
        emails: [],
        groups: [{ id: "S00000000" }],
        roles: [],
        enterprise: {},
        guest: { channels: ["C00000000"] },
      },
    ])
    assert.strictEqual(decodeUser(read(`${version}/Users/00000000000.json`)).id, "W00000000")
  })

  it("can be read: groups with their members", () => {
    const list = listDecoder(ScimGroupRecord)(resourcesOf(`${version}/Groups.json`))
    assert.deepStrictEqual(list.records.map(groupOf), [
      // The recording blanks most values, so that the second member has no id.
      { id: "S00000000", members: [{ id: "U00000000" }], unreadableMembers: 1 },
    ])
    assert.strictEqual(decodeGroup(read(`${version}/Groups/00000000000.json`)).id, "S00000000")
  })

  it("can be read: what the service says it can do", () => {
    const config = Schema.decodeUnknownSync(ServiceProviderConfig)(read(`${version}/ServiceProviderConfigs.json`))
    assert.deepStrictEqual(config.filter, { supported: false, maxResults: 12_345 })
  })
})

const attributes = {
  id: "U1",
  externalId: "",
  userName: "ada",
  nickName: "ada",
  name: { givenName: "Ada", familyName: "Byron", honorificPrefix: "" },
  displayName: "Ada B",
  title: "Countess",
  timezone: "Europe/London",
  active: true,
  emails: [
    { value: "ada@example.com", primary: true },
    { value: "ada@example.org", type: "home" },
  ],
  groups: [{ value: "S1", display: "Crew" }],
  userType: "Employee",
  roles: [{ value: "Tech Lead", primary: true }, { primary: false }],
  meta: { created: "2024-01-02T03:04:05-08:00", location: "https://api.slack.com/scim/v2/Users/U1" },
}
const enterprise = { employeeNumber: "7", costCenter: null, organization: "", division: "D", department: "E" }
const ada = {
  id: "U1",
  userName: "ada",
  nickName: "ada",
  displayName: "Ada B",
  givenName: "Ada",
  familyName: "Byron",
  title: "Countess",
  timezone: "Europe/London",
  active: true,
  emails: [{ value: "ada@example.com", primary: true }, { value: "ada@example.org" }],
  groups: [{ id: "S1", display: "Crew" }],
  userType: "Employee",
  roles: ["Tech Lead"],
  created: "2024-01-02T03:04:05-08:00",
  enterprise: { employeeNumber: "7", division: "D", department: "E", managerId: "U9" },
  guest: { type: "multi", expiration: "2030-01-01T00:00:00Z", channels: ["C1"] },
  startDate: "2020-02-03",
}
const guest = { type: "multi", expiration: "2030-01-01T00:00:00Z", channels: [{ value: "C1", display: "general" }] }

describe("a user", () => {
  it("has one shape, whichever version it comes from, and no member for what is null, empty or absent", () => {
    const v1 = decodeUser({
      ...attributes,
      "urn:scim:schemas:extension:enterprise:1.0": { ...enterprise, manager: { managerId: "U9" } },
      "urn:scim:schemas:extension:slack:guest:1.0": guest,
      "urn:scim:schemas:extension:slack:profile:1.0": { startDate: "2020-02-03" },
    })
    const v2 = decodeUser({
      ...attributes,
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { ...enterprise, manager: { managerId: "U9" } },
      "urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User": guest,
      "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User": { startDate: "2020-02-03" },
    })
    assert.deepStrictEqual(v1, ada)
    assert.deepStrictEqual(v2, ada)
  })

  it("has a manager also where the standard's name for it is used", () => {
    const urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert.deepStrictEqual(decodeUser({ id: "U1", [urn]: { manager: { value: "U9" } } }).enterprise, {
      managerId: "U9",
    })
  })

  it("needs no more than an id", () => {
    assert.deepStrictEqual(decodeUser({ id: "U1" }), { id: "U1", emails: [], groups: [], roles: [] })
  })

  it.each([
    ["True", true],
    ["False", false],
    ["true", true],
    ["false", false],
    [1, true],
    [0, false],
  ])("is active as %j says, which servers write in place of a boolean", (active, expected) => {
    assert.strictEqual(decodeUser({ id: "U1", active }).active, expected)
  })

  it("cannot be read where nobody can say whether it is active", () => {
    assert.throws(() => decodeUser({ id: "U1", active: "no" }))
  })

  it("may have null in any other field", () => {
    const fields = Object.keys(ScimUserRecord.fields).filter((field) => field !== "id")
    const nulls = { id: "U1", ...Object.fromEntries(fields.map((field) => [field, null])) }
    assert.deepStrictEqual(decodeUser(nulls), { id: "U1", emails: [], groups: [], roles: [] })
  })

  it.each([
    ["a text that is a number", { title: 7 }],
    ["a list that is a text", { emails: "ada@example.com" }],
    ["an entry of a list that is none", { emails: ["ada@example.com", { primary: true }, null] }],
    ["a part that is none", { name: "Ada", meta: [] }],
    ["an extension that is none", { "urn:scim:schemas:extension:enterprise:1.0": "none" }],
  ])("loses no more than the field by %s", (_, odd) => {
    const user = decodeUser({ id: "U1", userName: "ada", active: true, ...odd })
    assert.deepStrictEqual(user, { id: "U1", userName: "ada", active: true, emails: [], groups: [], roles: [] })
  })
})

describe("a group", () => {
  it("has a member once that the server stores twice, and counts none of the two as unreadable", () => {
    const members = [{ value: "U1" }, { value: "U2" }, { value: "U1" }, { value: null }]
    const group = decodeGroup({ id: "S1", members })
    assert.deepStrictEqual([group.members.map(({ id }) => id), group.unreadableMembers], [["U1", "U2"], 1])
  })

  it("has its members with their names, and no member for what is null or empty", () => {
    const record = {
      id: "S1",
      displayName: "Crew",
      members: [
        { value: "U1", display: "ada" },
        { value: "U2", display: null },
      ],
    }
    assert.deepStrictEqual(decodeGroup({ ...record, externalId: "", meta: { created: "2024-01-02T03:04:05Z" } }), {
      id: "S1",
      displayName: "Crew",
      members: [{ id: "U1", display: "ada" }, { id: "U2" }],
      unreadableMembers: 0,
      created: "2024-01-02T03:04:05Z",
    })
  })
})
