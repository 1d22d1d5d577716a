// Prints the results of changes: records of JSON as soon as each is certain, any other form at the end.
import type { AppliedChanges, ChangeResult } from "@rollcall/connector"
import { ChangeResults } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { ExitWith } from "../ExitWith.ts"
import { safeJson } from "@rollcall/access/render"
import type { Listing } from "@rollcall/access/render"
import { printListing } from "../render/printListing.ts"
import type { OutputError } from "../Screen.ts"
import { Screen } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import type { ChangePlan } from "./ChangePlan.ts"
import { changeJson, changeListing } from "./changeListing.ts"

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
