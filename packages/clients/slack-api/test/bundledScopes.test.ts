import { assert, describe, it } from "@effect/vitest"
import { bundledScopes, lacksScope } from "../src/index.ts"

describe("the scopes of a token", () => {
  it.each([
    [undefined, false],
    [["users:read"], false],
    [["team:read"], true],
    [["admin"], false],
    [["identify"], false],
    [["admin", "team:read"], true],
    [["identify", "admin", "team:read"], true],
    [["identify", "commands"], true],
    [[], true],
    [["identify", "bot:basic"], false],
    [["identify", "bot", "commands"], false],
    [["read"], false],
    [["client"], false],
    [["identify", "admin"], false],
    [["identify", "read", "post", "client", "apps", "admin"], false],
    [["identify", "team:read"], true],
  ] as const)("%j lack users:read for sure: %s", (scopes, lacks) => {
    assert.strictEqual(lacksScope(scopes, "users:read"), lacks)
  })

  it("that stand for many are those of older tokens", () => {
    assert.deepStrictEqual(bundledScopes(["identify", "bot:basic", "users:read"]), ["bot:basic"])
    assert.deepStrictEqual(bundledScopes(["identify", "admin"]), ["identify", "admin"])
    assert.deepStrictEqual(bundledScopes(["identify", "admin", "users:read"]), [])
  })
})
