// A process can die after any page. What the next run makes of it must not be told from a run that nothing disturbed.
import assert from "node:assert/strict"
import { memoryOutput } from "@rollcall/connector"
import { Effect } from "effect"
import { inOrder } from "../comparing.ts"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { runOnce, runUntilKilled, freshConnector, wholeRun } from "../runs.ts"

/** Killed once, after each page in turn, and then killed after every single page. */
export const resumesAnywhere = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const { world } = tried
  const connector = yield* freshConnector(tried)
  const undisturbed = yield* wholeRun(connector, world)
  const whole = inOrder(undisturbed.published)
  const pages = undisturbed.summary.steps.reduce((sum, step) => sum + step.pages, 0)

  for (let killedAfter = 1; killedAfter <= pages; killedAfter++) {
    const output = memoryOutput()
    const when = `killed after page ${killedAfter} of ${pages}`
    assert.ok(yield* runUntilKilled(connector, world, output, killedAfter), when)
    const { resumed } = yield* runOnce(connector, world, output)
    assert.ok(resumed, `${when}, the next run did not continue: does identify name another tenant?`)
    assert.deepStrictEqual(resultOf(output.published()), whole, when)
  }

  const output = memoryOutput()
  let kills = 0
  while (yield* runUntilKilled(connector, world, output, 1)) {
    assert.ok(++kills <= pages, "killed after every page, the sync does not come to an end")
  }
  assert.deepStrictEqual(resultOf(output.published()), whole, "killed after every page")
})

const resultOf = (published: Parameters<typeof inOrder>[0] | undefined) => published && inOrder(published)
