// What is said of grants for a time: what came of them, and who ends them.
import { Effect } from "effect"
import type { ChangePlan } from "../changes/ChangePlan.ts"
import type { LentResult, OutcomeWords } from "../changes/outcomes.ts"
import { countsOf, failureLines, printResults, verdictOf } from "../changes/outcomes.ts"
import { UsageError } from "../errors.ts"
import { errLines, grouped } from "../Screen.ts"
import type { Lent } from "./grantAll.ts"

const words: OutcomeWords = [
  ["changed", "granted for a time"],
  ["wouldChange", "would be granted for a time"],
  ["already", "held it already"],
  ["failed", "failed"],
  ["notTried", "not tried"],
]

/** Ends that were moved, or would be, are counted by themselves. */
export const lentCounts = (results: ReadonlyArray<LentResult>): string => {
  const isMove = ({ isMoved, outcome }: LentResult) =>
    isMoved === true && (outcome === "changed" || outcome === "wouldChange")
  const others = results.filter((result) => !isMove(result))
  const moved = results.filter(isMove)
  const would = moved.some(({ outcome }) => outcome === "wouldChange") ? " would be" : ""
  return [
    ...(moved.length === 0 ? [] : [`${grouped(moved.length)}${would} moved to a later end`]),
    ...(others.length === 0 && moved.length > 0 ? [] : [countsOf(words, others)]),
  ].join(", ")
}

/** Prints the results and what they amount to; fails where they did not all go well. */
export const conclude = Effect.fnUntraced(function* (plan: ChangePlan, lent: Lent & { readonly recorded: boolean }) {
  const { results } = lent
  const printed = yield* Effect.exit(printResults(results, plan))
  const where = lent.recorded ? `; recorded in ${plan.auditFile}` : ""
  yield* errLines([...(plan.single || plan.quiet ? [] : failureLines(results)), `${lentCounts(results)}${where}.`])
  yield* verdictOf(lent, plan)
  yield* printed
})

/** That a worker ends it. */
export const liveWorker =
  "A worker that uses the same store will end it: it gave a sign of life within the last two minutes."

/** That nobody does. */
export const noWorker = (store: string) =>
  `No worker has given a sign of life in ${store} within the last two minutes: until one does, only \`rollcall expire\` ends it.`

/** Why nothing is granted then. */
export const nobodyEnds = (store: string) =>
  new UsageError({
    message: `${noWorker(store)} Nothing was begun.`,
    hint: "Start a worker with the same BATON_LEASES, or BATON_DATABASE_URL; or, where `rollcall expire` runs by a timetable, add --without-worker.",
  })
