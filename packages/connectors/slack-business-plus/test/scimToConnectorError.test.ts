import { assert, it } from "@effect/vitest"
import type { ScimReason } from "@rollcall/scim-client"
import { ScimError } from "@rollcall/scim-client"
import { scimToConnectorError } from "../src/scimToConnectorError.ts"

const met = (reason: ScimReason) => {
  const error = scimToConnectorError(new ScimError({ server: "Slack", verb: "PATCH", path: "Groups/S1", reason }))
  return [error.reason._tag, error.isLocal] as const
}

it("a lock is the group's alone, a server that fails may fail for one object, and a network that is down is down for all", () => {
  assert.deepStrictEqual(met({ _tag: "ResourceLocked" }), ["Locked", false])
  assert.deepStrictEqual(met({ _tag: "ServerError" }), ["Unavailable", true])
  assert.deepStrictEqual(met({ _tag: "UnexpectedReply", problem: "status", detail: "" }), ["Unavailable", true])
  assert.deepStrictEqual(met({ _tag: "TimedOut", afterMillis: 1 }), ["Unavailable", false])
  assert.deepStrictEqual(met({ _tag: "RateLimited", retryAfterMillis: 1 }), ["Unavailable", false])
})
