// Addresses of stores, and what is wrong with them.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { filePlaceOf } from "../src/fileStoreOf.ts"

describe("the address of a store of published files", () => {
  for (const [address, folder] of [
    ["/var/lib/rollcall", "/var/lib/rollcall"],
    ["published", "published"],
    ["./a:b", "./a:b"],
    ["file:///var/lib/roll%20call", "/var/lib/roll call"],
  ] as const) {
    it.effect(`can be a folder: ${address}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* filePlaceOf(address), { folder })
      }),
    )
  }

  for (const [address, says] of [
    [" ", "is empty"],
    ["gs://bucket", "begins with gs:, which is not known"],
    ["file://host/path", "has more than a path"],
    ["file:///path?a=b", "has more than a path"],
    ["file:///a%2Fb", "is not the URL of a file"],
  ] as const) {
    it.effect(`is refused, and not quoted, when it ${says}: ${address}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(filePlaceOf(address))
        assert.deepStrictEqual([error.reason, error.kind], ["Invalid", "configuration"])
        assert.strictEqual(error.message, `The address of the store of published files ${says}.`)
        assert.isNotEmpty(error.hint)
      }),
    )
  }
})
