// The contract suite of stores: one call makes the tests that every store of a sync passes, so that an interrupted sync is
// resumed, and a whole one published, by the same rules wherever it is kept.
import { describe } from "@effect/vitest"
import { finding } from "./storeContract/finding.ts"
import { publishing } from "./storeContract/publishing.ts"
import { resuming } from "./storeContract/resuming.ts"
import type { StoreWorld } from "./storeContract/tinySync.ts"

export type { StoreWorld }

/** Declares the contract's tests for one kind of store. Call it at the top level of a test file. */
export const storeContract = ({ name, output }: StoreWorld): void => {
  describe(`${name}: a store`, () => {
    resuming(output)
    finding(output)
    publishing(output)
  })
}
