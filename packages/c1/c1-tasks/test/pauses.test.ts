import { assert, describe, it } from "@effect/vitest"
import { pollPause, pollRetryPause } from "../src/loop/pollTasks.ts"
import { retryPause } from "../src/loop/tellC1.ts"
import { heartbeatPause } from "../src/tasks/syncFull.ts"

const firstTen = (pause: (failures: number) => number) => Array.from({ length: 10 }, (_, n) => pause(n + 1) / 1000)

describe("the pause, in seconds,", () => {
  it("between two hellos, or two attempts to finish a task, doubles up to a minute", () => {
    assert.deepStrictEqual(firstTen(retryPause), [1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
  })

  it("after failed polls grows with the square of their number, up to a minute", () => {
    assert.deepStrictEqual(firstTen(pollRetryPause), [1, 4, 9, 16, 25, 36, 49, 60, 60, 60])
  })

  it("before the next poll is the one that C1 names, up to five minutes", () => {
    assert.deepStrictEqual(
      [0, 1500, 300_000, 300_001, -1].map((told) => pollPause(told, 1)),
      [0, 1500, 300_000, 300_000, 0],
    )
  })

  it("after a poll without a task is at least a second, so that a server that names no pause is not flooded", () => {
    assert.deepStrictEqual(
      [undefined, 0, 999, 1001].map((told) => pollPause(told, 0)),
      [1000, 1000, 1000, 1001],
    )
  })

  it("between two heartbeats is the one that C1 names, from a second to five minutes, and half a minute if it names none", () => {
    assert.deepStrictEqual([undefined, 0, 1, 1500, 300_001].map(heartbeatPause), [30_000, 30_000, 1000, 1500, 300_000])
  })
})
