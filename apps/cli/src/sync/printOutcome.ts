// Prints the outcome of a sync: the summary for people, the same for programs, and whether `--strict` accepts it: a sync with
// gaps is published, and then counts as refused.
import { safeJson } from "@rollcall/access/render"
import { SyncError } from "@rollcall/connector"
import type { FinishedSync } from "@rollcall/host/sync"
import { gapsOf } from "@rollcall/host/sync"
import { Effect, Result } from "effect"
import { errLines, Screen } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { summaryJson, summaryLines } from "./summary.ts"

/** Fails when the sync has gaps. */
export const gapsAreErrors = ({ summary, file }: FinishedSync): Effect.Effect<void, SyncError> => {
  const gaps = gapsOf(summary)
  if (gaps.length === 0) return Effect.void
  const scopes = [...new Set(gaps.flatMap((gap) => gap.missingScopes ?? []))]
  return Effect.fail(
    new SyncError({
      reason: "Refused",
      message: `The sync is in ${file}, but --strict allows no gaps, and the sync lacks ${gaps.map((gap) => gap.missing).join("; ")}.`,
      hint:
        scopes.length === 0
          ? "See the explanations above, or run without --strict."
          : `Give the token the scopes ${scopes.join(", ")} (an app is installed again for that), or run without --strict.`,
      missingScopes: scopes.length === 0 ? undefined : scopes,
    }),
  )
}

/** Prints the outcome. Under `--strict` it fails when the sync has gaps. */
export const printOutcome = Effect.fnUntraced(function* (
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
