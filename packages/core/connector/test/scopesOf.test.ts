// Which permissions a connector uses.
import { assert, it } from "@effect/vitest"
import { scopesOf } from "../src/index.ts"

const need = (scope: string, required = false) => ({ scope, required, purpose: `for ${scope}`, without: "less" })

it("names each scope once, in the words of the first step that uses it, the required ones first", () => {
  const again = { ...need("read"), purpose: "for something else" }
  const scopes = scopesOf({ steps: [{ scopes: [need("mail"), need("read")] }, { scopes: [again, need("all", true)] }] })
  assert.deepStrictEqual(scopes, [need("all", true), need("mail"), need("read")])
})
