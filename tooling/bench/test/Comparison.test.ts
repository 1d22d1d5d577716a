import { describe, expect, it } from "@effect/vitest"
import type { Compared } from "../src/Comparison.ts"
import { compare, comparedTable, isWithin } from "../src/Comparison.ts"

/** A program that works for so long, in seconds of processor time. */
const burning = (seconds: number) => ({
  command: [process.execPath, "-e", `for (let took = 0; took < ${seconds * 1e6}; took = ${cpu});`],
})
const cpu = "process.cpuUsage().user + process.cpuUsage().system"

describe("two programs compared", () => {
  it.skipIf(process.platform !== "linux")(
    "tell how much the first takes of the second (skipped where it is not Linux)",
    async () => {
      const { ratio, range } = await compare({ name: "work", ours: burning(0.1), other: burning(0.6), pairs: 2 })
      expect(ratio).toBeLessThan(0.5)
      expect(range[0]).toBeLessThanOrEqual(ratio)
      expect(range[1]).toBeGreaterThanOrEqual(ratio)
    },
  )

  const compared: Compared = {
    name: "a sync",
    by: "processorSeconds",
    pairs: 3,
    ratio: 0.5,
    range: [0.4, 0.6],
    seconds: { ours: 5, other: 10 },
    megabytes: { ours: 120, other: 180 },
  }

  it("are within their bounds where neither the ratio nor the memory is above", () => {
    expect(isWithin(compared)).toBe(true)
    expect(isWithin({ ...compared, atMost: 0.5, mostMegabytes: 120 })).toBe(true)
    expect(isWithin({ ...compared, atMost: 0.49 })).toBe(false)
    expect(isWithin({ ...compared, mostMegabytes: 119 })).toBe(false)
  })

  it("are a row of a table, which says what was missed", () => {
    expect(comparedTable([{ ...compared, atMost: 0.4 }]).split("\n")[2]).toBe(
      "| a sync | **0.500** (0.400–0.600, 3 pairs) | 0.400 | 5.000 | 10.0 | 120 | 180 | MISSED |",
    )
  })
})
