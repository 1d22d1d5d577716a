// What a terminal shows of a running sync.
import { assert, describe, it } from "@effect/vitest"
import type { SyncEvent } from "@rollcall/connector"
import type { Progress } from "../src/sync/progress.ts"
import { afterEvent, afterWait, noProgress, progressLines } from "../src/sync/progress.ts"

const opened: SyncEvent = {
  _tag: "SyncOpened",
  tenant: { id: "T1", displayName: "Example" },
  sync: { syncId: "s", resumed: false },
  steps: [
    { id: "workspace", title: "the workspace" },
    { id: "users", title: "accounts" },
  ],
}
const after = (...events: ReadonlyArray<SyncEvent>): Progress => events.reduce(afterEvent, noProgress)

describe("progress", () => {
  it("is nothing before the sync is open", () => {
    assert.deepStrictEqual(progressLines(noProgress, 0), [])
  })

  it("calls steps that have not begun what people call them", () => {
    assert.deepStrictEqual(
      progressLines(after(opened), 0).map((line) => line.trimEnd()),
      ["· the workspace", "· accounts"],
    )
  })

  it("shows each step with its records and pages", () => {
    const progress = after(
      opened,
      { _tag: "StepStarted", step: "workspace", title: "the workspace", resumed: false },
      { _tag: "PageCommitted", step: "workspace", pages: 1, records: 18 },
      { _tag: "StepEnded", step: "workspace", pages: 1, records: 18 },
      { _tag: "StepStarted", step: "users", title: "accounts", resumed: true },
      { _tag: "PageCommitted", step: "users", pages: 2, records: 5801 },
    )
    assert.deepStrictEqual(progressLines(progress, 0), [
      "✓ the workspace  18 records, 1 page",
      "… accounts       5,801 records, 2 pages  (continued)",
    ])
  })

  it("says how far a list has come whose length the system announces, until it has been read", () => {
    const begun = after(
      opened,
      { _tag: "StepStarted", step: "users", title: "accounts", resumed: false },
      { _tag: "PageCommitted", step: "users", pages: 2, records: 5801, announced: { read: 2000, of: 12_345 } },
    )
    assert.include(progressLines(begun, 0), "… accounts       5,801 records, 2 pages, 2,000 of 12,345 listed")
    const ended = afterEvent(begun, { _tag: "StepEnded", step: "users", pages: 9, records: 12_345 })
    assert.include(progressLines(ended, 0), "✓ accounts       12,345 records, 9 pages")
  })

  it("says what it waits for and how long still, and no longer than it waits", () => {
    const progress = afterWait(after(opened), { key: "users.list", reason: "budget", millis: 3000 }, 10_000)
    assert.include(progressLines(progress, 10_500), "  waiting 3 s for the rate limit (users.list)")
    assert.include(progressLines(progress, 12_900), "  waiting 1 s for the rate limit (users.list)")
    assert.notInclude(progressLines(progress, 13_000).join("\n"), "waiting")
    const cooled = afterWait(progress, { key: "users.list", reason: "cooldown", millis: 30_000 }, 13_000)
    assert.include(progressLines(cooled, 13_000), "  waiting 30 s because the system asked for a pause (users.list)")
  })

  it("begins a step's count again when the step begins again, and says why", () => {
    const progress = after(
      opened,
      { _tag: "StepStarted", step: "users", title: "accounts", resumed: false },
      { _tag: "PageCommitted", step: "users", pages: 2, records: 999 },
      { _tag: "StepRestarted", step: "users", because: "invalid_cursor" },
    )
    assert.include(
      progressLines(progress, 0),
      "… accounts       0 records, 0 pages  (restarted: the cursor had expired)",
    )
  })

  it("says when the file is written", () => {
    assert.strictEqual(progressLines(after(opened, { _tag: "Publishing" }), 0).at(-1), "  writing the file")
  })
})
