import { expect, it } from "vitest"
import { traitNames } from "../src/index.ts"
import { decoded } from "./expecting.ts"

it("MUST name traits as the format does, and show an unknown one by its number", () => {
  const type = decoded("resourceType", Uint8Array.of(0x1a, 0x03, 1, 2, 99))
  expect(traitNames(type)).toEqual(["TRAIT_USER", "TRAIT_GROUP", "99"])
})
