// The outcomes of changes and of actions. In words: how many there are of each, whom they are about, and why some failed. As
// results: records of JSON as soon as each is certain, any other form at the end. And how a run ends: with which exit code,
// and what is said about it.
import type { Column, Listing } from "@rollcall/access/render"
import { safeJson } from "@rollcall/access/render"
import type { AppliedChanges, ChangeResult, ConnectorError, Failure, FailureKind } from "@rollcall/connector"
import { ChangeResults, exitCodes, formatResourceId } from "@rollcall/connector"
import type { Lease } from "@rollcall/plan"
import { Effect, Schema, Stream } from "effect"
import { ExitWith } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import type { OutputError } from "../Screen.ts"
import { grouped, Screen } from "../Screen.ts"
import type { ChangePlan, People } from "./ChangePlan.ts"

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
    return count === 0 ? [] : [`${grouped(count)} ${word}`]
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

/** A change, the lease that it began, and whether the end of an earlier one was moved instead, or would be. */
export type LentResult = ChangeResult & { readonly lease?: Lease | undefined; readonly isMoved?: boolean | undefined }

/** Results as a table, and as JSON. */
const changeListing = (people: People, results: ReadonlyArray<LentResult>): Listing<LentResult> => {
  const personIn = ({ change }: ChangeResult) => people.get(formatResourceId(change.principal))
  return {
    name: "changes",
    columns: [
      { title: "Entitlement", value: ({ change }) => change.entitlement.id },
      {
        title: "Resource",
        value: ({ resourceName, change }) => resourceName ?? formatResourceId(change.entitlement.resource),
      },
      { title: "Principal", value: ({ change }) => formatResourceId(change.principal) },
      { title: "Name", value: (result) => personIn(result)?.displayName ?? "" },
      { title: "Address", value: (result) => personIn(result)?.address ?? "" },
      { title: "Outcome", value: ({ outcome }) => outcome },
      ...(results.some(({ lease }) => lease !== undefined)
        ? [
            { title: "Ends", value: ({ lease }: LentResult) => lease?.endsAt ?? "" },
            { title: "Lease", value: ({ lease }: LentResult) => lease?.id ?? "" },
          ]
        : []),
      ...reasonColumns(results, ({ change }) => change.statedReason),
    ],
    json: (result) => Effect.succeed(changeJson(result, people)),
  }
}

/** Why a change failed, in tables only where one did; and why it was asked for, where its list says so. */
export const reasonColumns = <Result extends WithOutcome>(
  results: ReadonlyArray<Result>,
  statedReason: (result: Result) => string | undefined,
): ReadonlyArray<Column<Result>> => [
  {
    title: "Reason",
    value: (result) => (result.outcome === "failed" ? result.failure.message : ""),
    shown: results.some(({ outcome }) => outcome === "failed") ? "always" : "csv",
  },
  ...(results.some((result) => statedReason(result) !== undefined)
    ? [{ title: "Stated Reason", value: (result: Result) => statedReason(result) ?? "" }]
    : []),
]

/** A result as JSON. */
const changeJson = (result: LentResult, people: People): object => {
  const { change, resourceName, outcome, lease } = result
  const failure = outcome === "failed" ? result.failure : undefined
  const { displayName, address } = people.get(formatResourceId(change.principal)) ?? {}
  return {
    entitlement: change.entitlement.id,
    resourceName,
    principal: formatResourceId(change.principal),
    principalName: displayName,
    principalAddress: address,
    outcome,
    endsAt: lease?.endsAt,
    lease: lease?.id,
    reason: failure?.message,
    hint: failure?.hint,
    statedReason: change.statedReason,
  }
}

/** How results are printed. */
type Printed = Pick<ChangePlan, "people" | "format">

/** Prints all of the results. */
export const printResults = (results: ReadonlyArray<LentResult>, { people, format }: Printed) =>
  printOutcomes(changeListing(people, results), results, format)

/** Prints results of changes or of actions; of none no table, as the summary says that there was nothing to change. */
export const printOutcomes = <A>(listing: Listing<A>, results: ReadonlyArray<A>, format: OutputFormat) =>
  format === "table" && results.length === 0 ? Effect.void : printListing(listing, Stream.fromIterable(results), format)

/**
 * Runs the changes. `printed` completes the printing and tells whether it went well: results that cannot be written are
 * no reason to leave changes half done.
 */
export const printAsTheyCome = Effect.fnUntraced(function* <A extends AppliedChanges, E, R>(
  run: Effect.Effect<A, E, R>,
  { people, format }: Printed,
) {
  const screen = yield* Screen
  if (format !== "ndjson") {
    const applied = yield* run
    return { applied, printed: printResults(applied.results, { people, format }) }
  }
  let printed: Effect.Effect<void, OutputError | ExitWith> = Effect.void
  const print = (result: ChangeResult) =>
    screen.out(`${safeJson(changeJson(result, people))}\n`).pipe(
      Effect.catch((error) =>
        Effect.sync(() => {
          printed = Effect.fail(error)
        }),
      ),
    )
  const applied = yield* Effect.provideService(run, ChangeResults, print)
  return { applied, printed }
})
