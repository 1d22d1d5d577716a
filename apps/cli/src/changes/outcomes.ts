// The outcomes of changes and of actions in words: how many there are of each, whom they are about, and why some failed.
import type { ChangeResult, ConnectorError } from "@rollcall/connector"

/** What a change or a run of an action came to, or would come to. */
export type Outcome = ChangeResult["outcome"]

/** Something with an outcome, and with the failure where it failed. */
export type WithOutcome =
  | { readonly outcome: Exclude<Outcome, "failed"> }
  | { readonly outcome: "failed"; readonly failure: ConnectorError }

/** What each outcome is called, in the order in which they are named. */
export type OutcomeWords = ReadonlyArray<readonly [Outcome, string]>

/** How many results there are of each outcome, those of none left out: `12 granted, 3 held it already`. */
export const countsOf = (words: OutcomeWords, results: ReadonlyArray<WithOutcome>): string => {
  const counts = words.flatMap(([outcome, word]) => {
    const count = results.filter((result) => result.outcome === outcome).length
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${word}`]
  })
  return counts.length === 0 ? "Nothing to change: the list is empty" : counts.join(", ")
}

/** People whom a question names one by one. */
export const namedPeople = 200

/** The results that a question names: what would change, and what will be refused. */
export const concernedIn = <Result extends WithOutcome>(results: ReadonlyArray<Result>): ReadonlyArray<Result> =>
  results.filter(({ outcome }) => outcome === "wouldChange" || outcome === "failed")

/** A line for each person, as one recognises them, and why it will be refused, if it will; `room` for so many, or a count. */
export const personLines = <Result extends WithOutcome>(
  concerned: ReadonlyArray<Result>,
  personOf: (result: Result) => { readonly id: string; readonly displayName?: string; readonly address?: string },
  room = namedPeople,
): ReadonlyArray<string> => [
  ...concerned.slice(0, room).map((result) => {
    const refused = result.outcome === "failed" ? `: ${result.failure.message}` : ""
    return `  ${personLine(personOf(result))}${refused}`
  }),
  ...(concerned.length > room ? [`  and ${concerned.length - room} more`] : []),
]

/** `Ada Byron <ada@example.com> (user:U0123)`, as far as it is known. */
const personLine = ({ id, displayName, address }: { id: string; displayName?: string; address?: string }): string =>
  [displayName, address === undefined ? undefined : `<${address}>`, `(${id})`]
    .filter((part) => part !== undefined)
    .join(" ")

/** Reasons of failures that are named one by one. */
const namedReasons = 20

/** The reasons of failures, each once, with what to do. */
export const failureLines = (results: ReadonlyArray<WithOutcome>): ReadonlyArray<string> => {
  const failures = results.flatMap((result) => (result.outcome === "failed" ? [result.failure] : []))
  const lines = new Set(failures.map(({ message, hint }) => `failed: ${message} ${hint}`.trim()))
  const more = lines.size - namedReasons
  return [...[...lines].slice(0, namedReasons), ...(more > 0 ? [`failed: ${more} more reasons`] : [])]
}
