// Tells what became of a sync: the summary for people, the same for programs, and whether `--strict` is content.
import type { FinishedSync } from "@rollcall/host/sync"
import { Effect, Result } from "effect"
import { errLines } from "../render/errLines.ts"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { gapsAreErrors } from "./strict.ts"
import { summaryJson, summaryLines } from "./summary.ts"

/** Prints the outcome. Under `--strict` it fails when the sync has gaps. */
export const tellOutcome = Effect.fnUntraced(function* (
  finished: FinishedSync,
  { format, quiet, strict }: { readonly format: OutputFormat; readonly quiet: boolean; readonly strict: boolean },
) {
  const screen = yield* Screen
  const [line, ...details] = summaryLines(finished)
  yield* errLines(quiet ? [line ?? ""] : [line ?? "", ...details])
  const print =
    format === "json" || format === "ndjson"
      ? screen.out(`${safeJson(summaryJson(finished), format === "json" ? 2 : undefined)}\n`)
      : Effect.void
  // Gaps decide the exit code even where nobody reads the summary.
  const verdict = strict ? yield* Effect.result(gapsAreErrors(finished)) : Result.void
  yield* Result.isFailure(verdict) ? Effect.andThen(Effect.ignore(print), Effect.fail(verdict.failure)) : print
})
