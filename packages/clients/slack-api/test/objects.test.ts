import { assert, describe, it } from "@effect/vitest"
import { listDecoder, longestText } from "@rollcall/api-client"
import { Result, Schema } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { SlackIdentityBody, SlackTeam, SlackUser } from "../src/index.ts"
import { SlackUserGroupRecord } from "../src/objects.ts"

const fixtures = new URL("../../../../../shared/fixtures/", import.meta.url)
const recorded = existsSync(fixtures)
if (!recorded) console.warn("Skipped: recorded replies are not in ../shared/fixtures.")

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, fixtures), "utf8"))

describe.skipIf(!recorded)("what an SDK recorded from Slack", () => {
  it.each([
    ["auth.test", SlackIdentityBody],
    ["auth.teams.list", Schema.Struct({ teams: Schema.Array(SlackTeam) })],
    ["team.info", Schema.Struct({ team: SlackTeam })],
    ["users.list", Schema.Struct({ members: Schema.Array(SlackUser) })],
    ["users.info", Schema.Struct({ user: SlackUser })],
    ["usergroups.list", Schema.Struct({ usergroups: Schema.Array(SlackUserGroupRecord) })],
    ["usergroups.users.list", Schema.Struct({ users: Schema.Array(Schema.String) })],
  ] as const)("can be read: %s", (name, schema) => {
    const result = Schema.decodeUnknownResult<Schema.ConstraintDecoder<unknown>>(schema)(read(`slack/api/${name}.json`))
    assert.isTrue(Result.isSuccess(result), String(result))
  })

  it("loses no field of a member that connectors use", () => {
    const sample = Schema.decodeUnknownSync(
      Schema.Struct({ members: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) }),
    )(read("slack/api/users.list.json")).members[0]
    const decoded = Schema.decodeUnknownSync(SlackUser)(sample)
    for (const field of ["id", "name", "deleted", "is_admin", "is_owner", "has_2fa", "tz"] as const) {
      assert.strictEqual(decoded[field], sample?.[field])
    }
  })
})

describe.skipIf(!recorded)("a workspace of odd cases", () => {
  const World = Schema.Struct({
    team: SlackTeam,
    users: Schema.Array(Schema.Unknown),
    usergroups: Schema.Array(Schema.Unknown),
  })

  it("can be read whole, without a record left out", () => {
    const { team, users, usergroups } = Schema.decodeUnknownSync(World)(read("oracle/workspace.json"))
    assert.strictEqual(team.id, "T0EDGE001")
    const members = listDecoder(SlackUser)(users)
    const groups = listDecoder(SlackUserGroupRecord)(usergroups)
    assert.deepStrictEqual([members.rejected, members.records.length], [0, users.length])
    assert.deepStrictEqual([groups.rejected, groups.records.length], [0, usergroups.length])
  })
})

describe("a member", () => {
  const decode = Schema.decodeUnknownSync(SlackUser)

  it("needs no more than an id", () => {
    assert.deepStrictEqual(decode({ id: "U1" }), { id: "U1" })
  })

  it("may have null or an empty text in any other field", () => {
    const fields = Object.keys(SlackUser.fields).filter((field) => field !== "id")
    const nulls = { id: "U1", ...Object.fromEntries(fields.map((field) => [field, null])) }
    assert.deepStrictEqual<unknown>(decode(nulls), nulls)
    assert.strictEqual(decode({ id: "U1", profile: { email: "" } }).profile?.email, "")
  })

  it("may write its flags as numbers", () => {
    assert.deepStrictEqual(decode({ id: "U1", is_admin: 1, deleted: 0 }), { id: "U1", is_admin: true, deleted: false })
  })

  it("may write its numbers as texts", () => {
    const profile = { guest_expiration_ts: "1800000000" }
    assert.strictEqual(decode({ id: "U1", profile }).profile?.guest_expiration_ts, 1_800_000_000)
  })

  it.each([
    ["a text that is a number", { name: 7 }, { name: null }],
    ["a text that is a list", { tz: [] }, { tz: null }],
    ["a text beyond all measure", { name: "x".repeat(longestText + 1) }, { name: null }],
    ["a number that is none", { profile: { guest_expiration_ts: "soon" } }, { profile: { guest_expiration_ts: null } }],
    ["a text of the profile that is none", { profile: { title: {} } }, { profile: { title: null } }],
    ["a profile that is none", { profile: "none" }, { profile: null }],
    ["what nobody reads", { updated: "150", color: [], is_email_confirmed: "yes" }, {}],
  ])("loses no more than the field by %s", (_, odd, left) => {
    assert.deepStrictEqual<unknown>(decode({ id: "U1", is_owner: true, ...odd }), { id: "U1", is_owner: true, ...left })
  })

  it("is read without what nobody asked for", () => {
    assert.deepStrictEqual(decode({ id: "U1", color: "9f69e7", profile: { skype: "x", fields: { Xf1: {} } } }), {
      id: "U1",
      profile: {},
    })
  })

  it("keeps a name of ten thousand characters as it stands", () => {
    const name = "長\u0000\u202E".repeat(3334)
    assert.strictEqual(decode({ id: "U1", name }).name, name)
  })
})

describe("a list of records", () => {
  const decode = listDecoder(SlackUser)

  it.each([
    ["without an id", {}],
    ["with an empty id", { id: "" }],
    ["with an id longer than any", { id: "U".repeat(256) }],
    ["with a flag that is no flag", { id: "U2", deleted: "yes" }],
    ["that is no object", "U2"],
    ["that is null", null],
  ])("leaves out a record %s, and no other", (_, bad) => {
    const { problem, ...list } = decode([{ id: "U1" }, bad, { id: "U3" }])
    assert.deepStrictEqual(list, { records: [{ id: "U1" }, { id: "U3" }], rejected: 1 })
    assert.match(problem ?? "", /^\w/u)
  })

  it("may be empty", () => {
    assert.deepStrictEqual(decode([]), { records: [], rejected: 0 })
  })
})
