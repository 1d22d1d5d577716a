// What is said of a sync that has ended.
import { assert, describe, it } from "@effect/vitest"
import { summaryLines } from "../src/sync/summary.ts"

const counts = { resourceTypes: 1, resources: { user: 2 }, entitlements: { user: 1 }, grants: { user: 1 } }

const linesOf = (leftOut: number) =>
  summaryLines({
    summary: {
      tenant: { id: "T1", displayName: "Acme" },
      kind: "full",
      published: { syncId: "s", startedAt: 0, endedAt: 1000, counts, notes: [], leftOut, warnings: [] },
      coverage: [],
      steps: [],
      warnings: [],
      resumed: false,
    },
    file: "sync.c1z",
    restartReason: undefined,
    calls: 3,
    milliseconds: 1000,
  })

describe("the summary of a sync", () => {
  it("says that nothing is missing only where no record was left out", () => {
    assert.include(linesOf(0)[0], "nothing missing")
    const [line = ""] = linesOf(23)
    assert.notInclude(line, "nothing missing")
    assert.include(line, "23 records left out")
  })
})
