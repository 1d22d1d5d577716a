// The rounds of a drill: how long each is, at which times, and what happens in it.
import type { Fault } from "./faults.ts"
import { eachOnce, faultsUntil } from "./faults.ts"
import type { Times } from "./times.ts"
import { longer, production, shortened, shortest } from "./times.ts"

/** A stretch of a drill in which the workers go by the same times. */
export interface Round {
  readonly name: string
  readonly times: Times
  readonly faults: ReadonlyArray<Fault>
}

/** When the first fault comes, in seconds after all workspaces were synced. */
const warmUp = 3

/** The form of the test command: each kind of fault once, in less than a minute. */
export const quickRound = (random: () => number): ReadonlyArray<Round> => [
  { name: "shortest times", times: shortest, faults: eachOnce(random, shortest.faults, warmUp) },
]

/** So many minutes. From half an hour on the last of them are one round with pauses of a minute, and one at production times. */
export const roundsOf =
  (minutes: number) =>
  (random: () => number): ReadonlyArray<Round> => {
    const end = minutes * 60
    if (minutes < 30)
      return [{ name: "shortened times", times: shortened, faults: faultsUntil(random, shortened.faults, warmUp, end) }]
    // Eight kinds take about so long, in seconds.
    const [ofLonger, ofProduction] = [420, 720]
    const faults = faultsUntil(random, shortened.faults, warmUp, end - ofLonger - ofProduction)
    const stops = eachOnce(random, longer.faults, end - ofLonger - ofProduction + warmUp)
    const asInProduction = eachOnce(random, production.faults, end - ofProduction + 60)
    return [
      { name: "shortened times", times: shortened, faults },
      { name: "pauses of a minute", times: longer, faults: stops },
      { name: "production times", times: production, faults: asInProduction },
    ]
  }
