import { assert, it } from "vitest"
import { traitNames } from "../src/index.ts"
import { decoded } from "./expecting.ts"

it("traits are named as the format names them, an unknown one by its number", () => {
  const type = decoded("resourceType", Uint8Array.of(0x1a, 0x03, 1, 2, 99))
  assert.deepStrictEqual(traitNames(type), ["TRAIT_USER", "TRAIT_GROUP", "99"])
})
