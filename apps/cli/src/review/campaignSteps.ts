// The steps that begin a campaign and lead it: start, status, assign, extend, remind.
import { escapeControls, safeJson } from "@rollcall/access/render"
import {
  assignItems,
  assignmentOf,
  campaignStatus,
  extendCampaign,
  isAddress,
  itemsNamed,
  mutualReviewers,
  openCampaign,
  overdueRemovals,
  readTable,
  remindReviewers,
  removalDue,
  reminderOf,
  startCampaign,
} from "@rollcall/review"
import type { ReviewerStatus } from "@rollcall/review"
import { Effect, Stream } from "effect"
import manifest from "../../package.json" with { type: "json" }
import { Screen } from "../Screen.ts"
import { ExitWith, UsageError } from "../errors.ts"
import { endsIn } from "../leases/endsIn.ts"
import { printListing } from "../render/printListing.ts"
import { readItemNumbers } from "./itemNumbers.ts"
import type { StepContext, SyncContext, Text } from "./stepContext.ts"
import {
  needed,
  aDueDate,
  afterSignOffWords,
  contradictionWords,
  tell,
  readingOf,
  plural,
  now,
  headOf,
  openCode,
  openRemovalWords,
  shellWord,
} from "./stepContext.ts"

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
  context: SyncContext<"archive" | "leases">,
) {
  const screen = yield* Screen
  const name = yield* needed(own.name, "--name", "2026-Q4")
  if (own.scopes.length === 0) yield* needed(undefined, "--scope", "admins")
  const due = yield* aDueDate(own.due, "--due")
  const list = yield* needed(own.reviewers, "--reviewers", "reviewers.csv")
  if (own.fallback !== undefined && !isAddress(own.fallback)) {
    return yield* new UsageError({ message: `${own.fallback} is no e-mail address.`, hint: "Give --fallback one." })
  }
  const reviewers = { name: list, rows: yield* readTable(list) }
  const event = yield* startCampaign({
    ...(yield* readingOf(context, own.privileged)),
    folder: own.campaign,
    name,
    file: context.settings.file,
    scopes: own.scopes,
    reviewers,
    fallback: own.fallback,
    byManager: own.by === "manager",
    due,
    maxAge: own.maxAge,
    acceptGap: own.acceptGap,
    previous: own.previous,
    archive: context.settings.archive,
    endsIn: (workspace) => Effect.provideService(endsIn(context.settings.leases, workspace), Screen, screen),
    version: manifest.version,
  })
  const left = Object.entries(event.outOfScope).map(([why, count]) => `  ${count} ${why}`)
  return yield* tell(context, event, [
    `${name} has begun: ${plural(event.inScope, "item")} of ${plural(event.grants, "grant")}, due on ${due}.`,
    ...(left.length === 0 ? [] : ["Out of scope:", ...left]),
    ...event.reviewers.flatMap(({ email, items }) =>
      items === 0 ? [] : [`${email} reviews ${plural(items, "item")}.`],
    ),
    ...event.mutual.map((pair) => `${pair.join(" and ")} review each other.`),
    ...event.notes,
    `The sync shows ${event.coverage.map(({ resourceType }) => resourceType).join(", ")}. Nothing of other types is reviewed.`,
    ...event.acceptedGaps.map((gap) => `Accepted gap: ${gap}`),
    `Next: \`rollcall review tables --campaign ${shellWord(own.campaign)}\` writes a workbook and a page for each reviewer.`,
  ])
})

/** `review status` */
export const status = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly exitCode: boolean },
  context: StepContext,
) {
  const campaign = yield* openCampaign(own.campaign)
  const found = campaignStatus(campaign, yield* now)
  const open = overdueRemovals(campaign, yield* now)
  const { out } = yield* Screen
  if (context.format === "json") {
    const openRemovals = open.map(({ item, decision, standing, daysOverdue }) => ({
      item,
      decision,
      standing,
      daysOverdue,
    }))
    yield* out(`${safeJson({ ...found, openRemovals })}\n`)
  } else {
    const said = [headOf(found), ...contradictionWords(found), ...afterSignOffWords(found), ...openRemovalWords(open)]
    yield* out(`${said.map((line) => `${escapeControls(line)}\n`).join("")}\n`)
    yield* printListing(reviewerListing, Stream.fromIterable(found.reviewers), "table")
  }
  if (own.exitCode && found.open > 0) return yield* new ExitWith({ code: openCode })
  return undefined
})

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
  const before = yield* openCampaign(own.campaign)
  const event = yield* assignItems(own.campaign, numbers, { email, name: own.name, role: own.role }, why)
  const { dropped, isNew } = assignmentOf(before, event)
  const asked = new Set(numbers).size
  yield* tell(context, { ...event, dropped, isNew }, [
    `${plural(event.items.length, "item")} assigned to ${event.to.email}.`,
    ...(asked === event.items.length ? [] : [`${plural(asked - event.items.length, "item")} they review already.`]),
    ...(isNew ? [`${event.to.email} is a new reviewer of the campaign: check the address.`] : []),
    ...(dropped.length === 0 ? [] : [`Answers that count no more: ${dropped.length}, to ${itemsNamed(dropped)}.`]),
    ...mutualReviewers(yield* openCampaign(own.campaign))
      .filter((pair) => pair.includes(event.to.email))
      .map((pair) => `${pair.join(" and ")} review each other.`),
    `Next: \`rollcall review tables --campaign ${shellWord(own.campaign)} --reviewer ${event.to.email}\``,
  ])
})

/** `review extend` */
export const extend = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly items: Text; readonly due: Text; readonly reason: Text },
  context: StepContext,
) {
  const due = yield* aDueDate(own.due, "--due")
  const numbers = own.items === undefined ? [] : yield* readItemNumbers(own.items)
  const before = yield* openCampaign(own.campaign)
  const event = yield* extendCampaign(own.campaign, due, yield* needed(own.reason, "--reason", "holidays"), numbers)
  const what = event.items.length === 0 ? "Answers are" : `${plural(event.items.length, "removal")} due`
  const dates = event.items.length === 0 ? [before.due] : event.items.map((item) => removalDue(before, item))
  const earlier = dates.filter((date) => date > due)
  yield* tell(context, event, [
    `${event.items.length === 0 ? `${what} due` : what} on ${due}.`,
    ...(earlier.length === 0 ? [] : [`That is earlier than before: ${[...new Set(earlier)].toSorted().join(", ")}.`]),
    ...(event.items.length === 0
      ? [
          `Tables and pages that were sent show ${before.due}: \`rollcall review tables --campaign ${shellWord(own.campaign)}\` writes them again.`,
        ]
      : []),
  ])
})

/** `review remind` */
export const remind = Effect.fnUntraced(function* (
  own: { readonly campaign: string; readonly reason: Text },
  context: StepContext,
) {
  const why = yield* needed(own.reason, "--reason", "'a week left'")
  const found = campaignStatus(yield* openCampaign(own.campaign), yield* now)
  const waiting = found.reviewers.filter(({ open }) => open > 0)
  if (found.stage !== "open" || waiting.length === 0) {
    return yield* tell(context, { reminders: [] }, ["Nobody has open items, so there is nothing to remind of."])
  }
  yield* remindReviewers(
    own.campaign,
    waiting.map(({ email }) => email),
    why,
  )
  const texts = waiting.map((reviewer) => reminderOf(found, reviewer))
  return yield* tell(
    context,
    { reminders: texts },
    texts.flatMap((text) => [...text.split("\n"), "---"]),
  )
})
