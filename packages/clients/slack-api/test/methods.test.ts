import { assert, describe, it } from "@effect/vitest"
import { callsPerMinuteOf, slackMethod, slackMethods, unlistedMethod } from "../src/index.ts"

describe("the table of methods", () => {
  it.each([
    ["auth.test", 600, []],
    ["auth.teams.list", 20, []],
    ["team.info", 50, ["team:read"]],
    ["users.list", 20, ["users:read"]],
    ["users.info", 100, ["users:read"]],
    ["users.profile.get", 100, ["users.profile:read"]],
    ["users.lookupByEmail", 50, ["users:read.email"]],
    ["usergroups.list", 20, ["usergroups:read"]],
    ["usergroups.users.list", 20, ["usergroups:read"]],
    ["bots.info", 50, ["users:read"]],
    ["team.profile.get", 50, ["users.profile:read"]],
    ["team.billing.info", 50, ["team.billing:read"]],
    ["conversations.list", 20, ["channels:read", "groups:read", "im:read", "mpim:read"]],
    ["conversations.members", 100, ["channels:read", "groups:read", "im:read", "mpim:read"]],
    ["admin.roles.listAssignments", 50, ["admin.roles:read"]],
    ["apps.manifest.validate", 50, []],
    ["apps.manifest.export", 50, []],
  ] as const)("gives %s %i calls a minute", (name, perMinute, scopes) => {
    assert.strictEqual(callsPerMinuteOf[slackMethods[name].tier], perMinute)
    assert.deepStrictEqual(slackMethods[name].scopes, [...scopes])
  })

  it("asks for no larger page than Slack documents", () => {
    const ceilings = Object.entries(slackMethods).flatMap(([name, { largestPage }]) =>
      largestPage === undefined ? [] : [[name, largestPage]],
    )
    assert.deepStrictEqual(ceilings, [
      ["auth.teams.list", 1000],
      ["users.list", 999],
      ["conversations.list", 999],
      ["conversations.members", 999],
      ["admin.roles.listAssignments", 200],
    ])
  })

  it("holds reads only, all of which can be repeated", () => {
    for (const [name, { idempotent }] of Object.entries(slackMethods)) assert.isTrue(idempotent, name)
  })

  it("assumes of any other method that it is slow and must not be repeated", () => {
    assert.strictEqual(slackMethod("chat.postMessage"), unlistedMethod)
    assert.strictEqual(slackMethod("toString"), unlistedMethod)
    assert.isFalse(unlistedMethod.idempotent)
  })
})
