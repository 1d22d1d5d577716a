// Prints the results of changes: records of JSON as soon as each is certain, any other form at the end.
import type { Listing } from "@rollcall/access/render"
import { safeJson } from "@rollcall/access/render"
import type { ChangeResult, AppliedChanges } from "@rollcall/connector"
import { formatResourceId, ChangeResults } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { OutputError } from "../Screen.ts"
import { Screen } from "../Screen.ts"
import type { ExitWith } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import type { People, ChangePlan } from "./ChangePlan.ts"

/** Results as a table, and as JSON. */
const changeListing = (people: People): Listing<ChangeResult> => {
  const personIn = ({ change }: ChangeResult) => people.get(formatResourceId(change.principal))
  return {
    name: "changes",
    columns: [
      { title: "Entitlement", value: ({ change }) => change.entitlement.id },
      { title: "Resource", value: ({ resourceName }) => resourceName ?? "" },
      { title: "Principal", value: ({ change }) => formatResourceId(change.principal) },
      { title: "Name", value: (result) => personIn(result)?.displayName ?? "" },
      { title: "Address", value: (result) => personIn(result)?.address ?? "" },
      { title: "Outcome", value: ({ outcome }) => outcome },
      { title: "Reason", value: (result) => (result.outcome === "failed" ? result.failure.message : "") },
    ],
    json: (result) => Effect.succeed(changeJson(result, people)),
  }
}

/** A result as JSON. */
const changeJson = (result: ChangeResult, people: People): object => {
  const { change, resourceName, outcome } = result
  const failure = outcome === "failed" ? result.failure : undefined
  const { displayName, address } = people.get(formatResourceId(change.principal)) ?? {}
  return {
    entitlement: change.entitlement.id,
    resourceName,
    principal: formatResourceId(change.principal),
    principalName: displayName,
    principalAddress: address,
    outcome,
    reason: failure?.message,
    hint: failure?.hint,
  }
}

/** How results are printed. */
type Printed = Pick<ChangePlan, "people" | "format">

/** Prints all of the results. */
export const printResults = (results: ReadonlyArray<ChangeResult>, { people, format }: Printed) =>
  printOutcomes(changeListing(people), results, format)

/** Prints results of changes or of actions; of none no table, as the summary says that there was nothing to change. */
export const printOutcomes = <A>(listing: Listing<A>, results: ReadonlyArray<A>, format: OutputFormat) =>
  format === "table" && results.length === 0 ? Effect.void : printListing(listing, Stream.fromIterable(results), format)

/**
 * Runs the changes. `printed` completes the printing and tells whether it went well: results that cannot be written are
 * no reason to leave changes half done.
 */
export const printAsTheyCome = Effect.fnUntraced(function* <E, R>(
  run: Effect.Effect<AppliedChanges, E, R>,
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
