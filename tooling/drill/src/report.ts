// What a drill is told to have come to: figures, recovery times, and what did not hold.
import type { DrillResult } from "./drill.ts"
import { nameOf } from "./drill.ts"

const seconds = (count: number): string => `${count.toFixed(1)} s`

/** The result, a line each. */
export const report = ({ figures, recoveries, wrong }: DrillResult): ReadonlyArray<string> => [
  Object.entries(figures)
    .map(([what, count]) => `${count} ${what}`)
    .join(", "),
  ...recoveries.map(({ fault, connections, takenOver, progress }) =>
    [
      `after ${nameOf(fault)} at ${seconds(fault.at)}: ${connections} connections`,
      takenOver === undefined ? "not all taken over" : `all taken over within ${seconds(takenOver)}`,
      progress === undefined ? "not all made progress" : `all made progress within ${seconds(progress[1])}`,
    ].join(", "),
  ),
  ...(wrong.length === 0 ? ["All that must hold held."] : wrong.map((what) => `WRONG: ${what}`)),
]
