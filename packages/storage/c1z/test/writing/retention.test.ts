import { assert, describe, it } from "@effect/vitest"
import type { SyncRun } from "../../src/publish/retention.ts"
import { syncsToKeep } from "../../src/publish/retention.ts"

const day = (n: number) => `2026-01-${String(n).padStart(2, "0")} 00:00:00`

const run = (syncId: string, started: number, ended: number | undefined, more: Partial<SyncRun> = {}): SyncRun => ({
  syncId,
  startedAt: day(started),
  ...(ended === undefined ? {} : { endedAt: day(ended) }),
  type: "full",
  linkedSyncId: "",
  ...more,
})

const next = { syncId: "new", startedAt: day(20), type: "full" }

describe("of the earlier syncs a file keeps", () => {
  it("the newest finished full one, beside the new one", () => {
    const earlier = [run("a", 1, 2), run("c", 5, 6), run("b", 3, 4)]
    assert.deepStrictEqual(syncsToKeep(earlier, next, {}), ["c"])
  })

  it("of two that ended at once, the one with the later id", () => {
    assert.deepStrictEqual(syncsToKeep([run("b", 1, 2), run("a", 1, 2)], next, {}), ["b"])
  })

  it("every unfinished one", () => {
    const earlier = [run("a", 1, undefined), run("b", 2, 3), run("c", 4, 5)]
    assert.deepStrictEqual(syncsToKeep(earlier, next, {}), ["a", "c"])
  })

  it("two full ones when the new one holds resources only", () => {
    const earlier = [run("a", 1, 2), run("b", 3, 4), run("c", 5, 6)]
    assert.deepStrictEqual(syncsToKeep(earlier, { ...next, type: "resources_only" }, {}), ["b", "c"])
  })

  it("as many full ones as asked for, the new one included", () => {
    const earlier = [run("a", 1, 2), run("b", 3, 4), run("c", 5, 6)]
    assert.deepStrictEqual(
      [1, 2, 3, 4].map((keepSyncs) => syncsToKeep(earlier, next, { keepSyncs }).length),
      [0, 1, 2, 3],
    )
  })

  it("all of them when cleaning up is switched off", () => {
    const earlier = [run("a", 1, 2), run("b", 3, 4)]
    assert.deepStrictEqual(syncsToKeep(earlier, next, { skipCleanup: true }), ["a", "b"])
  })

  it("partial ones, as long as no full one goes", () => {
    const earlier = [run("p", 1, 2, { type: "partial" }), run("a", 3, 4)]
    assert.deepStrictEqual(syncsToKeep(earlier, next, {}), ["p", "a"])
  })

  it("no partial one that ended before the oldest kept full one began, when a full one goes", () => {
    const earlier = [
      run("p1", 1, 2, { type: "partial" }),
      run("a", 3, 4),
      run("r1", 5, 6, { type: "resources_only" }),
      run("b", 7, 8),
      run("p2", 9, 10, { type: "partial" }),
    ]
    assert.deepStrictEqual(syncsToKeep(earlier, next, {}), ["b", "p2"])
  })

  it("of more than two diffs the newest and its partner", () => {
    const earlier = [
      run("d1", 1, 2, { type: "partial_upserts", linkedSyncId: "d2" }),
      run("d2", 1, 3, { type: "partial_deletions", linkedSyncId: "d1" }),
      run("d3", 4, 5, { type: "partial_upserts", linkedSyncId: "d4" }),
      run("d4", 4, 6, { type: "partial_deletions", linkedSyncId: "d3" }),
    ]
    assert.deepStrictEqual(syncsToKeep(earlier, next, {}), ["d3", "d4"])
    assert.deepStrictEqual(syncsToKeep(earlier.slice(0, 2), next, {}), ["d1", "d2"])
  })

  it("none with the id of the new one, which is published again after a crash", () => {
    assert.deepStrictEqual(syncsToKeep([run("new", 1, 2), run("a", 1, 2)], next, {}), ["a"])
  })
})
