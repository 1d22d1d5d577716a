import { assert, describe, it } from "@effect/vitest"
import { formatFileTime } from "../src/schema.ts"

describe("instants in a file", () => {
  it("are UTC without a zone", () => {
    assert.strictEqual(formatFileTime(Date.UTC(2025, 11, 17, 16, 31, 25, 57)), "2025-12-17 16:31:25.057")
  })

  it("have no trailing zeros", () => {
    assert.strictEqual(formatFileTime(Date.UTC(2025, 11, 17, 16, 31, 20, 120)), "2025-12-17 16:31:20.12")
  })

  it("have no dot when the second is whole", () => {
    assert.strictEqual(formatFileTime(Date.UTC(2025, 11, 17, 16, 30, 0, 0)), "2025-12-17 16:30:00")
  })
})
