// Shows on a terminal how far a run of changes has come.
import type { AppliedChanges, ChangeResult } from "@rollcall/connector"
import { ChangeResults } from "@rollcall/connector"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Effect } from "effect"
import { withLiveLines, waitLines, withWait } from "../progress/liveLines.ts"
import type { Waits } from "../progress/liveLines.ts"
import type { ChangePlan } from "./ChangePlan.ts"
import { changeWords } from "./changeSummary.ts"
import { countsOf } from "./outcomes.ts"

/** Runs the changes and shows how it goes, unless results go to the same terminal meanwhile. */
export const withChangeProgress = Effect.fnUntraced(function* <E, R>(
  run: Effect.Effect<AppliedChanges, E, R>,
  { intent, changes, format, quiet }: ChangePlan,
) {
  const others = yield* ChangeResults
  const results: Array<ChangeResult> = []
  let waits: Waits = new Map()
  const report = (result: ChangeResult) =>
    Effect.suspend(() => {
      results.push(result)
      return others(result)
    })
  const watched = run.pipe(
    Effect.provideService(ChangeResults, report),
    Effect.provideService(CallWaits, (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => void (waits = withWait(waits, wait, now))),
    ),
  )
  const total = changes.length.toLocaleString("en")
  const linesAt = (now: number) => [
    `${results.length.toLocaleString("en")} of ${total}: ${results.length === 0 ? "reading" : countsOf(changeWords[intent], results)}`,
    ...waitLines(waits, now),
  ]
  return yield* withLiveLines(watched, linesAt, { shown: !quiet && format !== "ndjson" })
})
