import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parseRoles, roleOf } from "../src/roles.ts"

describe("roles of a claim", () => {
  it.effect("are read from values and roles, of which a value may have an equals sign", () =>
    Effect.gen(function* () {
      const mapping = yield* parseRoles(["rollcall-admins=admin", " cn=sec = viewer"])
      assert.deepStrictEqual(
        [...mapping],
        [
          ["rollcall-admins", "admin"],
          ["cn=sec", "viewer"],
        ],
      )
      assert.strictEqual(roleOf("cn=sec", mapping), "viewer")
      assert.strictEqual(roleOf(["cn=sec", "rollcall-admins"], mapping), "admin")
      for (const claim of [undefined, null, "", "sec", ["cn"], {}, true, [["rollcall-admins"]], "__proto__"]) {
        assert.isUndefined(roleOf(claim, mapping), JSON.stringify(claim))
      }
    }),
  )

  it.effect.each([["admins"], ["admins="], ["=admin"], ["admins=owner"], ["admins=Admin"], ["a=admin", "a=viewer"]])(
    "are refused where they are %s",
    (texts) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parseRoles(texts))
        assert.strictEqual(error.kind, "configuration")
        assert.match(error.message, /^BATON_OIDC_ROLES /u)
      }),
  )
})
