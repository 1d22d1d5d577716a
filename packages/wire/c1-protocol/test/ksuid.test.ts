import { assert, describe, it } from "@effect/vitest"
import { Effect, Random } from "effect"
import { TestClock } from "effect/testing"
import { formatKsuid, makeKsuid } from "../src/ksuid.ts"

describe("sync ids", () => {
  it("are written as KSUIDs are", () => {
    const bytes = Buffer.from("0669F7EFB5A1CD34B5F99D1154FB6853345C9735", "hex")
    assert.strictEqual(formatKsuid(bytes), "0ujtsYcgvSTl8PAuAdqWYSMnLOv")
  })

  it("are padded to 27 digits", () => {
    assert.strictEqual(formatKsuid(new Uint8Array(20)), "0".repeat(27))
  })

  it.effect("sort by the second in which they were made", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const first = yield* makeKsuid
      yield* TestClock.adjust("1 second")
      const second = yield* makeKsuid
      assert.match(first, /^[0-9A-Za-z]{27}$/)
      assert.isBelow(first < second ? -1 : 1, 0)
    }).pipe(Random.withSeed("ids")),
  )

  it.effect("differ within a second", () =>
    Effect.gen(function* () {
      assert.notStrictEqual(yield* makeKsuid, yield* makeKsuid)
    }).pipe(Random.withSeed("ids")),
  )
})
