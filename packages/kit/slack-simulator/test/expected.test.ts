import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { makeSimulator, readWorkspaceFile, startSimulator } from "../src/index.ts"
import { call, fixture, request, walk, type Untyped } from "./calling.ts"

const oracle = fixture("oracle/workspace.json")
const records = fixture("oracle/pro.ndjson")

describe("the truth about the oracle workspace", () => {
  it.effect.skipIf(oracle === undefined || records === undefined)(
    "is what the Go connector stored: every resource, entitlement and grant id, IdP groups aside",
    () =>
      Effect.gen(function* () {
        const stored = readFileSync(records!, "utf8")
          .trim()
          .split("\n")
          .map((line): { kind: string; id: string } => JSON.parse(line))
          .filter(({ kind, id }) => kind !== "resourceType" && !id.startsWith("group:"))
          .map(({ kind, id }) => `${kind} ${id}`)
        const slack = yield* makeSimulator({ workspace: yield* readWorkspaceFile(oracle!) })
        const expected = [...slack.expected()].map(({ kind, id }) => `${kind} ${id}`)
        assert.isAbove(stored.length, 100)
        assert.deepStrictEqual(expected.toSorted(), stored.toSorted())
      }),
  )
})

/** The ids again, told from what users.list and usergroups.list show rather than from what the simulator knows. */
const told = (team: string, members: ReadonlyArray<Untyped>, groups: ReadonlyArray<Untyped>): Array<string> => {
  const ids = [`resource workspace:${team}`, `entitlement workspace:${team}:member`]
  const role = (name: string) => `workspaceRole:${team}:${name}`
  for (const name of ["primary_owner", "owner", "admin", "multi_channel_guest", "single_channel_guest"]) {
    ids.push(`resource ${role(name)}`, `entitlement ${role(name)}:assigned`)
  }
  for (const name of ["invited_member", "bot", "member"]) {
    ids.push(`resource ${role(name)}`, `entitlement ${role(name)}:assigned`)
  }
  for (const user of members) {
    ids.push(`resource user:${user.id}`)
    if (user.is_stranger) continue
    const held = [`workspace:${team}:member`]
    if (user.is_primary_owner) held.push(`${role("primary_owner")}:assigned`)
    if (user.is_owner) held.push(`${role("owner")}:assigned`)
    if (user.is_admin) held.push(`${role("admin")}:assigned`)
    if (user.is_restricted) {
      held.push(`${role(user.is_ultra_restricted ? "single_channel_guest" : "multi_channel_guest")}:assigned`)
    }
    if (user.is_invited_user) held.push(`${role("invited_member")}:assigned`)
    if (user.is_bot) held.push(`${role("bot")}:assigned`)
    const isPlain = !user.is_restricted && !user.is_ultra_restricted && !user.is_invited_user && !user.is_bot
    if (isPlain && !user.deleted) held.push(`${role("member")}:assigned`)
    ids.push(...held.map((entitlement) => `grant ${entitlement}:user:${user.id}`))
  }
  for (const group of groups) {
    ids.push(`resource userGroup:${group.id}`, `entitlement userGroup:${group.id}:member`)
    ids.push(...group.users.map((user: string) => `grant userGroup:${group.id}:member:user:${user}`))
  }
  return ids
}

describe("the truth about a seeded workspace", () => {
  it.effect("is what its lists tell, served line by line over HTTP", () =>
    Effect.gen(function* () {
      for (const [seed, users, userGroups] of [
        [1, 0, 0],
        [2, 1, 1],
        [3, 25, 7],
        [4, 3000, 60],
      ] as const) {
        const slack = yield* startSimulator({ rateLimits: "off", seed, users, userGroups })
        const members = (yield* walk(slack, { limit: "999" })).flat()
        const groups = (yield* call(slack, "usergroups.list", { include_users: "1" })).json["usergroups"]
        const { headers, text } = yield* request(slack, "/_simulator/expected")
        assert.include(headers.get("content-type"), "ndjson")
        const served = text
          .trim()
          .split("\n")
          .map((line): { kind: string; id: string } => JSON.parse(line))
          .map(({ kind, id }) => `${kind} ${id}`)
        assert.strictEqual(new Set(served).size, served.length)
        assert.deepStrictEqual(served.toSorted(), told(slack.teamId, members, groups).toSorted())
      }
    }),
  )
})
