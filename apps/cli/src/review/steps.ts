// The steps of a review at the terminal: what they were asked for becomes a call of `@rollcall/review`, and what came of it
// sentences, or JSON.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { csvLine, escapeControls, safeJson } from "@rollcall/access/render"
import type { Campaign, CampaignStatus, ReviewerStatus } from "@rollcall/review"
import {
  assignItems,
  campaignEntries,
  campaignKey,
  campaignStatus,
  changeCampaign,
  checkEvidence,
  closeCampaign,
  extendCampaign,
  importAnswers,
  isAddress,
  makeEvidence,
  makeFolder,
  openCampaign,
  openRemovals,
  remediateItems,
  reminderOf,
  sheetColumns,
  sheetRow,
  signOff as signCampaign,
  startCampaign,
  verifyCampaign,
  writeWhole,
} from "@rollcall/review"
import { Clock, Effect, Stream } from "effect"
import manifest from "../../package.json" with { type: "json" }
import { readRows } from "../changes/readRows.ts"
import { ExitWith, UsageError } from "../errors.ts"
import { printListing } from "../render/printListing.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/warnAboutUnused.ts"
import { readOptions } from "../views/showRecords.ts"
import { abilitiesOf } from "./abilities.ts"
import { readItemNumbers } from "./itemNumbers.ts"

/** The settings of a step and how it prints. */
export interface StepContext {
  readonly settings: ViewSettings
  readonly format: OutputFormat
}

/** The exit code of "something is open". */
const openCode = 2

type Text = string | undefined

/** A value that a flag must have. */
const needed = (value: Text, flag: string, example: string): Effect.Effect<string, UsageError> =>
  value === undefined
    ? Effect.fail(new UsageError({ message: `${flag} is missing.`, hint: `Such as \`${flag} ${example}\`.` }))
    : Effect.succeed(value)

const aDate = Effect.fnUntraced(function* (value: Text, flag: string) {
  const text = yield* needed(value, flag, "2026-12-31")
  const isDate = /^\d{4}-\d{2}-\d{2}$/u.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text)
  if (isDate) return text
  return yield* new UsageError({ message: `${text} is no date.`, hint: `Give ${flag} as 2026-12-31.` })
})

/** Prints what came of a step: sentences, or the event as JSON. */
const tell = Effect.fnUntraced(function* ({ format }: StepContext, event: object, sentences: ReadonlyArray<string>) {
  const { out } = yield* Screen
  yield* out(format === "json" ? `${safeJson(event)}\n` : sentences.map((line) => `${escapeControls(line)}\n`).join(""))
})

/** How files are read, with what the connectors' entitlements mean. */
const readingOf = Effect.fnUntraced(function* ({ settings }: StepContext, privileged: ReadonlyArray<string> = []) {
  const { all } = yield* KnownModules
  return { ...readOptions(settings), privileged, meanings: all.map(({ id, meanings }) => ({ id, meanings })) }
})

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`

/** `review start` */
export const start = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly name: Text
    readonly scopes: ReadonlyArray<string>
    readonly reviewers: Text
    readonly fallback: Text
    readonly by: "scope" | "manager"
    readonly due: Text
    readonly maxAge: number
    readonly acceptGap: Text
    readonly privileged: ReadonlyArray<string>
    readonly previous: Text
  },
  context: StepContext,
) {
  const name = yield* needed(own.name, "--name", "2026-Q4")
  if (own.scopes.length === 0) yield* needed(undefined, "--scope", "admins")
  const due = yield* aDate(own.due, "--due")
  const list = yield* needed(own.reviewers, "--reviewers", "reviewers.csv")
  if (own.fallback !== undefined && !isAddress(own.fallback)) {
    return yield* new UsageError({ message: `${own.fallback} is no e-mail address.`, hint: "Give --fallback one." })
  }
  const reviewers = yield* readRows(list)
  const event = yield* startCampaign({
    ...(yield* readingOf(context, own.privileged)),
    folder: own.campaign,
    name,
    file: context.settings.file,
    scopes: own.scopes,
    reviewers: { name: reviewers.name, rows: reviewers.rows ?? [] },
    fallback: own.fallback,
    byManager: own.by === "manager",
    due,
    maxAge: own.maxAge,
    acceptGap: own.acceptGap,
    previous: own.previous,
    version: manifest.version,
  })
  const left = Object.entries(event.outOfScope).map(([why, count]) => `  ${count} ${why}`)
  return yield* tell(context, event, [
    `${name} has begun: ${plural(event.inScope, "item")} of ${plural(event.grants, "grant")}, due on ${due}.`,
    ...(left.length === 0 ? [] : ["Out of scope:", ...left]),
    ...event.reviewers.map(({ email, items }) => `${email} reviews ${plural(items, "item")}.`),
    ...event.mutual.map((pair) => `${pair.join(" and ")} review each other.`),
    ...event.acceptedGaps.map((gap) => `Accepted gap: ${gap}`),
    `Next: \`rollcall review tables --campaign ${own.campaign}\` writes a table for each reviewer.`,
  ])
})

/** `review tables` */
export const tables = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly reviewer: ReadonlyArray<string> },
  context: StepContext,
) {
  const campaign = yield* openCampaign(own.campaign)
  const wanted = new Set(own.reviewer.map((email) => email.trim().toLowerCase()))
  const reviewers = [...new Set(campaign.reviewerOf.values())].filter((it) => wanted.size === 0 || wanted.has(it))
  const stranger = [...wanted].find((email) => !reviewers.includes(email))
  if (stranger !== undefined) {
    const hint = `\`rollcall review status --campaign ${own.campaign}\` lists the reviewers.`
    return yield* new UsageError({ message: `${stranger} reviews nothing in the campaign.`, hint })
  }
  yield* makeFolder(campaign.folder.sheets)
  const written = yield* Effect.forEach(reviewers, (reviewer) => writeTable(campaign, reviewer))
  return yield* tell(
    context,
    { tables: written },
    written.map(({ path, items }) => `${path}: ${plural(items, "item")}`),
  )
})

/** Signs that are safe in a file name everywhere; two addresses that become the same differ in their number. */
const fileNameOf = (email: string, number: number): string =>
  `${String(number).padStart(3, "0")}-${email.replaceAll(/[^a-z0-9@._-]/gu, "_")}.csv`

const writeTable = Effect.fnUntraced(function* (campaign: Campaign, reviewer: string) {
  const key = yield* campaignKey(campaign.folder)
  const items = [...campaign.items.values()].filter(({ item }) => campaign.reviewerOf.get(item) === reviewer)
  const rows = [sheetColumns, ...items.map((item) => sheetRow(campaign, key, item, reviewer))]
  const number = [...campaign.reviewers.keys()].indexOf(reviewer) + 1
  const path = join(campaign.folder.sheets, fileNameOf(reviewer, number))
  // A spreadsheet takes the text for UTF-8 only with the mark before it.
  yield* writeWhole(path, `\ufeff${rows.map((row) => `${csvLine(row)}\r\n`).join("")}`)
  return { path, reviewer, items: items.length }
})

/** `review import` */
export const importTables = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly files: ReadonlyArray<string>; readonly receivedFrom: Text },
  context: StepContext,
) {
  const files = yield* Effect.forEach(own.files, (path) =>
    Effect.map(readRows(path), ({ rows = [] }) => ({ path, tables: [{ name: "", rows }] })),
  )
  const done = yield* importAnswers(own.campaign, files, own.receivedFrom)
  return yield* tell(
    context,
    done,
    done.files.map(({ path, reviewer, answers, late, known }) =>
      known
        ? `${path} was imported before; nothing changed.`
        : `${path}: ${plural(answers, "answer")} of ${reviewer}${late ? ", late" : ""}.`,
    ),
  )
})

const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

/** `review status` */
export const status = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly exitCode: boolean },
  context: StepContext,
) {
  const found = campaignStatus(yield* openCampaign(own.campaign), yield* now)
  const { out } = yield* Screen
  if (context.format === "json") yield* out(`${safeJson(found)}\n`)
  else {
    yield* out(`${escapeControls(headOf(found))}\n\n`)
    yield* printListing(reviewerListing, Stream.fromIterable(found.reviewers), "table")
  }
  if (own.exitCode && found.open > 0) return yield* new ExitWith({ code: openCode })
  return undefined
})

const headOf = ({ name, stage, due, done, items }: CampaignStatus): string =>
  `${name} is ${stage}: ${done} of ${plural(items, "item")} decided, due on ${due}.`

const reviewerListing = {
  name: "reviewers",
  columns: [
    { title: "Reviewer", value: ({ email }: ReviewerStatus) => email },
    { title: "Items", value: ({ items }: ReviewerStatus) => String(items) },
    { title: "Done", value: ({ done }: ReviewerStatus) => String(done) },
    { title: "Open", value: ({ open }: ReviewerStatus) => String(open) },
    { title: "Late", value: ({ late }: ReviewerStatus) => String(late) },
    { title: "Overdue", value: ({ overdue }: ReviewerStatus) => String(overdue) },
  ],
  json: (reviewer: ReviewerStatus) => Effect.succeed(reviewer),
}

/** `review assign` */
export const assign = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly items: Text
    readonly to: Text
    readonly name: Text
    readonly role: Text
    readonly reason: Text
  },
  context: StepContext,
) {
  const numbers = yield* readItemNumbers(own.items)
  const email = yield* needed(own.to, "--to", "eve@example.com")
  const why = yield* needed(own.reason, "--reason", "'Bob is away'")
  const to = { email, name: own.name ?? "", role: own.role ?? "" }
  const event = yield* assignItems(own.campaign, numbers, to, why)
  yield* tell(context, event, [
    `${plural(event.items.length, "item")} assigned to ${event.to.email}.`,
    `Next: \`rollcall review tables --campaign ${own.campaign} --reviewer ${event.to.email}\``,
  ])
})

/** `review extend` */
export const extend = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly due: Text; readonly reason: Text },
  context: StepContext,
) {
  const due = yield* aDate(own.due, "--due")
  const event = yield* extendCampaign(own.campaign, due, yield* needed(own.reason, "--reason", "holidays"))
  yield* tell(context, event, [`Answers are due on ${due}.`])
})

/** `review remind` */
export const remind = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly reason: Text },
  context: StepContext,
) {
  const found = campaignStatus(yield* openCampaign(own.campaign), yield* now)
  const waiting = found.reviewers.filter(({ open }) => open > 0)
  if (found.stage !== "open" || waiting.length === 0) {
    return yield* tell(context, { reminders: [] }, ["Nobody has open items, so there is nothing to remind of."])
  }
  yield* changeCampaign(own.campaign, () =>
    Effect.succeed({
      _tag: "reminded" as const,
      reviewers: waiting.map(({ email }) => email),
      reason: own.reason ?? "",
    }),
  )
  const texts = waiting.map((reviewer) => reminderOf(found, reviewer))
  return yield* tell(
    context,
    { reminders: texts },
    texts.flatMap((text) => [...text.split("\n"), "---"]),
  )
})

/** `review close` */
export const close = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly openItems: "refuse" | "exception" | "remove"; readonly reason: Text },
  context: StepContext,
) {
  const { file } = context.settings
  const reading = yield* readingOf(context)
  const abilities = yield* abilitiesOf(file, reading)
  const { openItems, reason } = own
  const event = yield* closeCampaign(own.campaign, { file, openItems, reason, abilities: abilities.can, reading })
  const { name } = (yield* openCampaign(own.campaign)).started
  const counts = Map.groupBy(event.dispositions, ({ disposition }) => disposition)
  const removals = join(own.campaign, "removals")
  const { revoke = [], disable = [], worklist = [] } = Object.fromEntries(counts)
  const numbers = disable.map(({ item }) => item)
  const why = `${name} item ${numbers.slice(0, 20).join(", ")}${numbers.length > 20 ? ` and ${numbers.length - 20} more` : ""}`
  yield* tell(context, event, [
    `Closed: ${[...counts].map(([disposition, of]) => `${of.length} ${disposition}`).join(", ")}.`,
    ...(revoke.length === 0
      ? []
      : [
          `To revoke: \`rollcall revoke --from ${join(removals, "revocations.csv")} --max-removals ${Math.max(25, revoke.length)}\``,
        ]),
    ...(disable.length === 0 || abilities.disableCommand === undefined
      ? []
      : [
          `To disable: \`rollcall actions run ${abilities.disableCommand} --from ${join(removals, "disable.csv")} --reason "${why}"\``,
        ]),
    ...(worklist.length === 0 ? [] : [`To do by hand: ${join(removals, "worklist.csv")}`]),
    `Then sync again, and \`rollcall review verify --campaign ${own.campaign}\`.`,
  ])
})

/** `review remediate` */
export const remediate = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly items: Text; readonly accept: boolean; readonly reason: Text },
  context: StepContext,
) {
  const numbers = yield* readItemNumbers(own.items)
  const why = yield* needed(own.reason, "--reason", "'ticket 812'")
  const event = yield* remediateItems(own.campaign, numbers, why, own.accept)
  yield* tell(context, event, [`Recorded for ${plural(event.items.length, "item")}.`])
})

/** `review verify` */
export const verify = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly auditFile: Text; readonly exitCode: boolean },
  context: StepContext,
) {
  const { file } = context.settings
  const campaign = yield* openCampaign(own.campaign)
  const last = own.auditFile === undefined ? undefined : yield* lastRemoval(own.auditFile, campaign.started.name)
  const event = yield* verifyCampaign(own.campaign, file, yield* readingOf(context), last)
  const after = yield* openCampaign(own.campaign)
  const open = openRemovals(after)
  const today = yield* now
  const days = Math.max(0, Math.floor((Date.parse(today) - Date.parse(`${after.due}T23:59:59Z`)) / 86_400_000))
  yield* tell(context, { ...event, open, daysOverdue: days }, [
    `${plural(event.standings.length - open.length, "removal")} done or accepted, ${open.length} not.`,
    ...open.map(({ item, standing }) => {
      const found = after.items.get(item)
      const what = `${found?.entitlement.name ?? ""} of ${found?.account.name ?? ""}`
      return `  item ${item}: ${what}: ${standingWords[standing] ?? standing}${days === 0 ? "" : `, ${plural(days, "day")} overdue`}`
    }),
    ...(event.notReviewed === 0
      ? []
      : [`${plural(event.notReviewed, "grant")} in scope began after the freeze, and nobody has reviewed them.`]),
  ])
  if (own.exitCode && open.length > 0) return yield* new ExitWith({ code: openCode })
  return undefined
})

const standingWords: Readonly<Record<string, string>> = {
  there: "still there",
  inherited: "still held through a group",
  cameBack: "came back",
  notKnown: "not known, as the sync could not see it",
}

/** When the last removal of the campaign was made, as the audit log tells. */
const lastRemoval = Effect.fnUntraced(function* (path: string, name: string) {
  const text = yield* Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: () => new UsageError({ message: `${path} cannot be read.`, hint: "Name the audit log of the removals." }),
  })
  const entries = campaignEntries(text, name)
  return entries
    .map(({ time }) => time)
    .toSorted()
    .at(-1)
})

/** `review sign-off` */
export const signOff = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly as: Text; readonly role: Text },
  context: StepContext,
) {
  const as = yield* needed(own.as, "--as", "'Carol Smith'")
  const event = yield* signCampaign(own.campaign, as, yield* needed(own.role, "--role", "'Head of audit'"))
  yield* tell(context, event, [`Signed off by ${event.as}, ${event.role}.`])
})

/** `review evidence` */
export const evidence = Effect.fnUntraced(function* (
  own: {
    readonly campaign: string
    readonly out: Text
    readonly key: Text
    readonly auditFile: Text
    readonly force: boolean
  },
  context: StepContext,
) {
  const output = yield* needed(own.out, "--out", "evidence.zip")
  const { campaign, force, key, auditFile } = own
  const made = yield* makeEvidence({ campaign, output, force, keyFile: key, auditFile })
  yield* tell(context, made, [
    `${output}: ${plural(made.manifest.files.length, "file")}, ${made.signed ? "signed" : "not signed"}.`,
    `The head of the log is ${made.manifest.log.head}.`,
  ])
})

/** `review check` */
export const check = Effect.fnUntraced(function* (
  own: { readonly archive: string; readonly publicKey: Text },
  context: StepContext,
) {
  if (!existsSync(own.archive)) {
    return yield* new UsageError({ message: `${own.archive} does not exist.`, hint: "Name an archive of evidence." })
  }
  const found = yield* checkEvidence(own.archive, own.publicKey, yield* readingOf(context))
  const { log, files } = found.manifest
  return yield* tell(context, found, [
    headOf(found.status),
    `${plural(files.length, "file")}, ${plural(log.lines, "line")} of log: all fit, and all figures add up.`,
    found.signed
      ? "It was signed with the key that you gave."
      : "It is consistent in itself; this does not prove who made it. Give --public-key, or compare the head of the log.",
    `The head of the log is ${log.head}.`,
  ])
})
