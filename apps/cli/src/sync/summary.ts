// The outcome of a sync: the summary for people, the same for programs, and whether `--strict` accepts it: a sync with gaps
// is published, and then counts as refused.
import { safeJson } from "@rollcall/access/render"
import type { RecordCounts } from "@rollcall/connector"
import { SyncError } from "@rollcall/connector"
import type { FinishedSync } from "@rollcall/host/sync"
import { gapsOf } from "@rollcall/host/sync"
import { Effect, Result } from "effect"
import type { OutputFormat } from "../render/printListing.ts"
import { errLines, grouped, Screen } from "../Screen.ts"

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

/** The summary line, then one line for each gap, warning and note. */
export const summaryLines = (finished: FinishedSync): ReadonlyArray<string> => {
  const { summary, file, calls, milliseconds } = finished
  const { counts } = summary.published
  const notes = notesOf(finished)
  const gaps = gapsOf(summary)
  const narrowed = [...quickWithout(summary), ...narrowedTo(summary)]
  const unset = unreadWithoutCredential(summary)
  const warnings = summary.warnings.length
  const { leftOut = 0 } = summary.published
  const line = [
    `${summary.tenant.displayName} (${summary.tenant.id}) is in ${file}: ${resourceCounts(counts)}`,
    counted(sum(counts.entitlements), "entitlement"),
    counted(sum(counts.grants), "grant"),
    ...narrowed,
    ...(gaps.length > 0 || narrowed.length > 0 || leftOut > 0
      ? []
      : [unset.length === 0 ? "nothing missing" : "nothing missing that the given credentials show"]),
    ...(leftOut === 0 ? [] : [`${counted(leftOut, "record")} left out`]),
    ...(gaps.length === 0 ? [] : [`${counted(gaps.length, "gap")} (${names(gaps)})`]),
    ...(warnings === 0 ? [] : [counted(warnings, "warning")]),
    ...(notes.length === 0 ? [] : [counted(notes.length, "note")]),
    counted(calls, "call"),
    `${(milliseconds / 1000).toFixed(1)} s${summary.resumed ? ", continued from an earlier run" : ""}`,
  ].join(", ")
  return [
    `${line}.`,
    ...gaps.map((gap) => `gap: ${gap.missing}: ${gap.explanation}`),
    ...summary.warnings.map(
      (warning) =>
        `warning: ${warning.message}${warning.count === 1 || warning.message.startsWith(`${warning.count} `) ? "" : ` (${warning.count} times)`}`,
    ),
    ...notes.map((note) => `note: ${note}`),
  ]
}

/** What was not read because a credential was not given, a sentence for each reason. */
const unreadWithoutCredential = ({ coverage }: FinishedSync["summary"]): ReadonlyArray<string> => {
  const gaps = coverage
    .flatMap((it) => it.gaps)
    .filter(({ reason }) => reason === "furtherCredential")
    .toSorted((a, b) => Number(a.expected === true) - Number(b.expected === true))
  return [...Map.groupBy(gaps, ({ explanation }) => explanation)].map(
    ([explanation, about]) => `not read: ${about.map(({ missing }) => missing).join("; ")}. ${explanation}`,
  )
}

/** The summary as JSON. */
export const summaryJson = (finished: FinishedSync): object => {
  const { summary, file, calls, milliseconds } = finished
  return {
    tenant: summary.tenant,
    file,
    sync: {
      id: summary.published.syncId,
      startedAt: new Date(summary.published.startedAt).toISOString(),
      endedAt: new Date(summary.published.endedAt).toISOString(),
      resumed: summary.resumed,
    },
    counts: summary.published.counts,
    coverage: summary.coverage,
    gaps: gapsOf(summary),
    warnings: summary.warnings,
    notes: notesOf(finished),
    calls,
    milliseconds,
  }
}

const notesOf = ({ summary, restartReason }: FinishedSync): ReadonlyArray<string> => [
  ...(isQuick(summary)
    ? [
        `views show the last full sync where the file has one; --sync-id ${summary.published.syncId} shows this quick one`,
      ]
    : []),
  ...(restartReason === undefined
    ? []
    : [`an unfinished sync next to the file was ${restartReasonOf[restartReason]}, so everything was read again`]),
  ...summary.published.notes,
  ...unreadWithoutCredential(summary),
]

const restartReasonOf: Readonly<Record<NonNullable<FinishedSync["restartReason"]>, string>> = {
  "other identity": "of another workspace or request",
  "too old": "more than a day old",
  "later than now": "started at a time in the future",
  damaged: "damaged",
  shrank: "stopped because it would have lost too much",
}

const isQuick = ({ coverage }: FinishedSync["summary"]): boolean =>
  coverage.some(({ gaps }) => gaps.some(({ reason }) => reason === "quick"))

/** What a quick sync did not read. */
const quickWithout = ({ coverage }: FinishedSync["summary"]): ReadonlyArray<string> => {
  const gaps = coverage.flatMap((it) => it.gaps).filter(({ reason }) => reason === "quick")
  return gaps.length === 0 ? [] : [`a quick sync (without ${gaps.map(({ missing }) => missing).join("; ")})`]
}

/** What a narrowed sync was narrowed to: it lacks the rest because it was asked to. */
const narrowedTo = ({ coverage }: FinishedSync["summary"]): ReadonlyArray<string> => {
  const leftOut = coverage.filter((it) => it.state === "skipped" && it.gaps.some((gap) => gap.reason === "request"))
  const types = coverage.filter((it) => !leftOut.includes(it))
  const parts = types.flatMap((it) => it.gaps).filter((gap) => gap.reason === "request")
  const without = [...new Set(parts.map((gap) => gap.missing))].map((missing) => `without ${missing}`)
  const kept = leftOut.length === 0 ? [] : [`only ${types.map((it) => it.resourceType).join(", ")}`]
  return kept.length + without.length === 0 ? [] : [`narrowed on request (${[...kept, ...without].join("; ")})`]
}

const names = (gaps: ReturnType<typeof gapsOf>): string => [...new Set(gaps.map((gap) => gap.missing))].join("; ")

const resourceCounts = (counts: RecordCounts): string =>
  Object.entries(counts.resources)
    .map(([type, count]) => `${grouped(count)} ${type}`)
    .join(", ")

/** `1 grant`, `2,209 grants`. */
const counted = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? "" : "s"}`

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)
