// The outcomes of changes and of actions in words: how many there are of each, whom they are about, and why some failed; and
// how a run ends: with which exit code, and what is said about it.
import type { AppliedChanges, ChangeResult, ConnectorError, Failure, FailureKind } from "@rollcall/connector"
import { exitCodes } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { ExitWith } from "../errors.ts"

/** What a change or a run of an action came to, or would come to. */
export type Outcome = ChangeResult["outcome"]

/** Something with an outcome, and with the failure where it failed. */
type WithOutcome =
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

/** A change, or a run of them, that stopped midway; running it again completes it. */
class StoppedEarly
  extends Schema.TaggedError<StoppedEarly>()("StoppedEarly", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.Defect(),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "interrupted"
  }
}

const again = "Run the same command again: what was done is skipped."

/** What decides how a run of changes or of an action ends. */
interface Verdicts extends Pick<AppliedChanges, "stopReason"> {
  readonly results: ReadonlyArray<WithOutcome>
}

/**
 * Fails where the run did not go well. A single change fails as what it met. Of several, some failures end with 1, and
 * a run that stopped early with 75, unless nothing was begun or the audit log cannot be written.
 */
export const verdictOf = (
  { results, stopReason }: Verdicts,
  { single }: { readonly single: boolean },
): Effect.Effect<void, Failure | ExitWith> => {
  const failures = results.flatMap((result) => (result.outcome === "failed" ? [result.failure] : []))
  const [first] = failures
  if (stopReason?._tag === "StoreError" || stopReason?.reason._tag === "Collateral") return Effect.fail(stopReason)
  if (single && first !== undefined) return Effect.fail(failureOf(first))
  if (stopReason !== undefined) {
    const nothingBegun = results.every((result) => result.outcome === "notTried")
    return Effect.fail(nothingBegun ? stopReason : stoppedBy(stopReason))
  }
  return first === undefined ? Effect.void : Effect.fail(new ExitWith({ code: exitCodes.unexpected }))
}

/** A write that may have taken effect is one to run again, whatever kept its outcome from us. */
const failureOf = (failure: ConnectorError): ConnectorError | StoppedEarly =>
  failure.uncertain === true
    ? new StoppedEarly({ message: failure.message, hint: `${failure.hint} ${again}`, cause: failure })
    : failure

const stoppedBy = (cause: ConnectorError) =>
  new StoppedEarly({ message: `The run stopped early: ${cause.message}`, hint: `${cause.hint} ${again}`, cause })
