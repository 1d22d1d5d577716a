// What every step of a review needs: values that a flag must have, how files are read, and how results are printed.
import { escapeControls, safeJson } from "@rollcall/access/render"
import { auditFileBeside } from "@rollcall/audit-file"
import type { Campaign, CampaignStatus, overdueRemovals } from "@rollcall/review"
import { decisionWords, isAfter, progressFigures, readCampaignAudit, standingWords } from "@rollcall/review"
import { Clock, Effect } from "effect"
import { existsSync } from "node:fs"
import { Screen } from "../Screen.ts"
import { UsageError } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import { readOptions } from "../settings/commandFields.ts"

type StepSettings = ViewSettings & {
  readonly "audit-file"?: string | undefined
  readonly leases?: string | undefined
}

/** The settings that a step uses and how it prints. */
export interface StepContext<Used extends keyof StepSettings = never> {
  readonly settings: Pick<StepSettings, Used>
  readonly format: OutputFormat
}

/** How files are read that are packed. */
type Unpacking = "c1z-temp-dir" | "decoder-max-decoded-size-mb"

/** What a step needs that reads a sync. */
export type SyncContext<Used extends keyof StepSettings = never> = StepContext<Unpacking | "file" | Used>

/** What a step needs that reads what a campaign has packed. */
export type UnpackingContext = StepContext<Unpacking>

/** The exit code of "something is open". */
export const openCode = 2

/** The value of a flag. */
export type Text = string | undefined

/** A value that a flag must have. */
export const needed = (value: Text, flag: string, example: string): Effect.Effect<string, UsageError> =>
  value === undefined
    ? Effect.fail(new UsageError({ message: `${flag} is missing.`, hint: `Such as \`${flag} ${example}\`.` }))
    : Effect.succeed(value)

const aDate = Effect.fnUntraced(function* (value: Text, flag: string) {
  const text = yield* needed(value, flag, "2026-12-31")
  const isDate = /^\d{4}-\d{2}-\d{2}$/u.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text)
  if (isDate) return text
  return yield* new UsageError({ message: `${text} is no date.`, hint: `Give ${flag} as 2026-12-31.` })
})

/** A date that has not passed: until when something is due. Days are those of UTC, as everywhere in a campaign. */
export const aDueDate = Effect.fnUntraced(function* (value: Text, flag: string) {
  const date = yield* aDate(value, flag)
  if (!isAfter(yield* now, date)) return date
  return yield* new UsageError({ message: `${date} has passed.`, hint: `Give ${flag} as today or a later date.` })
})

/**
 * What the audit log tells of a campaign: the log that is set, which must be there, or the one beside the file. There is none before
 * the first change: `found` is left out then.
 */
export const auditOf = Effect.fnUntraced(function* (
  { settings }: StepContext<"file" | "audit-file">,
  campaign: Campaign,
) {
  const named = settings["audit-file"]
  const path = named ?? auditFileBeside(settings.file)
  return {
    path,
    found: named === undefined && !existsSync(path) ? undefined : yield* readCampaignAudit(path, campaign),
  }
})

/** Prints what came of a step: sentences, or the event as JSON. */
export const tell = Effect.fnUntraced(function* (
  { format }: Pick<StepContext, "format">,
  event: object,
  sentences: ReadonlyArray<string>,
) {
  const { out } = yield* Screen
  yield* out(format === "json" ? `${safeJson(event)}\n` : sentences.map((line) => `${escapeControls(line)}\n`).join(""))
})

/** How files are read, with what the connectors' entitlements mean. */
export const readingOf = Effect.fnUntraced(function* (
  { settings }: UnpackingContext,
  privileged: ReadonlyArray<string> = [],
) {
  const { all } = yield* KnownModules
  return { ...readOptions(settings), privileged, meanings: all.map(({ id, meanings }) => ({ id, meanings })) }
})

/** A word as a shell takes it whole: printed commands are pasted. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** A number with its noun. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** The instant, RFC 3339. */
export const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

/** Removals that are listed in sentences. */
const mostNamed = 50

/** The removals that are open, a line each. */
export const openRemovalWords = (open: ReturnType<typeof overdueRemovals>): ReadonlyArray<string> => [
  ...open.slice(0, mostNamed).map(({ item, decision, standing, of, due, daysOverdue }) => {
    const what = `${of?.entitlement.name ?? ""} of ${of?.account.name ?? ""}`
    const stands = standing === undefined ? "not verified yet" : standingWords[standing]
    const late = daysOverdue === 0 ? `, due on ${due}` : `, ${plural(daysOverdue, "day")} overdue`
    return `  item ${item}, ${decisionWords[decision]}: ${what}: ${stands}${late}`
  }),
  ...(open.length > mostNamed ? [`  and ${open.length - mostNamed} more, which \`-o json\` lists.`] : []),
]

/** Answers that contradict each other. */
export const contradictionWords = ({ contradictions }: CampaignStatus): ReadonlyArray<string> => [
  ...contradictions.slice(0, mostNamed),
  ...(contradictions.length > mostNamed ? [`and ${contradictions.length - mostNamed} more such accounts.`] : []),
]

/** What happened after the sign-off, which whoever signed has not seen. */
export const afterSignOffWords = ({ afterSignOff }: CampaignStatus): ReadonlyArray<string> =>
  afterSignOff.length === 0 ? [] : ["After the sign-off:", ...afterSignOff.map((what) => `  ${what}`)]

/** Where a campaign stands, in a sentence. */
export const headOf = (status: CampaignStatus): string => {
  const { name, stage, due, done, items, late, overdue, daysOverdue } = status
  const { removals } = status
  const further = [
    ...(late === 0 ? [] : [`${late} of them late`]),
    ...(overdue === 0 ? [] : [`${overdue} overdue for ${plural(daysOverdue, "day")}`]),
    ...(removals === undefined ? [] : [`removals: ${progressFigures(removals)}`]),
  ]
  const isDue = removals === undefined ? "due" : "answers were due"
  return `${[`${name} is ${stage}: ${done} of ${plural(items, "item")} decided`, ...further].join(", ")}, ${isDue} on ${due}.`
}
