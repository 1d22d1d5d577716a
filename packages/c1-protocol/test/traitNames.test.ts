import { create } from "@bufbuild/protobuf"
import { expect, it } from "vitest"
import { recordSchemas, traitNames } from "../src/index.ts"

it("MUST name traits as the format does, and show an unknown one by its number", () => {
  expect(traitNames(create(recordSchemas.resourceType, { traits: [1, 2, 99] }))).toEqual([
    "TRAIT_USER",
    "TRAIT_GROUP",
    "99",
  ])
})
