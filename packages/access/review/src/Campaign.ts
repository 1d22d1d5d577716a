// A campaign as its log tells it: which items, who reviews each, what was answered, and how far it has come.
import { Effect } from "effect"
import type { Answer, CampaignEvent, Disposition, EventOf, KeptFile, Reviewer } from "./CampaignEvent.ts"
import type { CampaignFolder } from "./CampaignFolder.ts"
import { campaignFolder, readCampaignLog } from "./CampaignFolder.ts"
import type { LogContent, LogLine } from "./CampaignLog.ts"
import type { Item } from "./Item.ts"
import { readItems } from "./Item.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** An answer, from whom, and when it was recorded. */
export interface RecordedAnswer extends Answer {
  readonly reviewer: string
  readonly role: string
  readonly at: string
  readonly importedBy: string
  readonly late: boolean
  /** Whether the reviewer's signature of the file was checked; else it was received as theirs. */
  readonly signed: boolean
  /** The file that it came in. */
  readonly file: KeptFile
  /** How that came, in the words of whoever imported it; null where they gave none. */
  readonly receivedFrom: string | null
}

/** A campaign that has started. */
export interface Campaign {
  readonly folder: CampaignFolder
  readonly log: LogContent
  readonly started: EventOf<"started">
  /** By number. */
  readonly items: ReadonlyMap<number, Item>
  /** Who reviews each item now. */
  readonly reviewerOf: ReadonlyMap<number, string>
  /** Everybody who was ever to review, by address. */
  readonly reviewers: ReadonlyMap<string, Reviewer>
  /** The last answer to each item. */
  readonly answers: ReadonlyMap<number, RecordedAnswer>
  /** The date on which answers are due. */
  readonly due: string
  /** The dates by which single removals are due, where they have one of their own. */
  readonly removalsDue: ReadonlyMap<number, string>
  readonly closed: EventOf<"closed"> | undefined
}

/** Reads a campaign, and checks its log and its items. */
export const openCampaign = Effect.fn("Review.open")(function* (path: string): Effect.fn.Return<Campaign, ReviewError> {
  const folder = campaignFolder(path)
  const log = yield* readCampaignLog(folder)
  const [first] = log.lines
  if (first?.event._tag !== "started") {
    return yield* refuse(
      "Unusable",
      `${folder.log} does not begin with the start of a campaign.`,
      "Restore it from a copy.",
    )
  }
  const items = yield* readItems(folder.items, first.event.items)
  return campaignOf(folder, log, first.event, items)
})

/** Hexadecimal digits of a campaign's id that people see. */
const shortId = 12

/** A campaign as files and reasons name it: by its name, for people, and by its id, as another campaign may have the same name. */
export const campaignMark = ({ log, started }: Pick<Campaign, "log" | "started">): string =>
  `${started.name} (${log.id.slice(0, shortId)})`

/** What the lines of a log make of the items. */
export const campaignOf = (
  folder: CampaignFolder,
  log: LogContent,
  started: EventOf<"started">,
  items: ReadonlyArray<Item>,
): Campaign => {
  const reviewerOf = new Map(items.map(({ item, reviewer }) => [item, reviewer]))
  const reviewers = new Map<string, Reviewer>(
    started.reviewers.map(({ email, name, role }) => [email, { email, name, role }]),
  )
  const answers = new Map<number, RecordedAnswer>()
  const removalsDue = new Map<number, string>()
  let due = started.due
  let closed: EventOf<"closed"> | undefined
  for (const line of log.lines) {
    const { event } = line
    if (event._tag === "assigned") {
      reviewers.set(event.to.email, event.to)
      for (const item of event.items) {
        reviewerOf.set(item, event.to.email)
        answers.delete(item)
      }
    }
    if (event._tag === "imported") {
      for (const answer of recordedAnswers(line, event))
        answers.set(answer.item, givenAgain(answer, answers.get(answer.item)))
    }
    if (event._tag === "extended") {
      for (const item of event.items) removalsDue.set(item, event.due)
      if (event.items.length === 0) due = event.due
    }
    if (event._tag === "closed") closed = event
  }
  return {
    folder,
    log,
    started,
    items: new Map(items.map((item) => [item.item, item])),
    reviewerOf,
    reviewers,
    answers,
    due,
    removalsDue,
    closed,
  }
}

/** The answer; one that is given again unchanged is as late as it was when it came first. */
const givenAgain = (answer: RecordedAnswer, before: RecordedAnswer | undefined): RecordedAnswer =>
  before !== undefined && before.decision === answer.decision && before.comment === answer.comment
    ? { ...answer, late: before.late }
    : answer

/**
 * What is to be gone after the close: what the command or people take away, and what was gone already when the campaign closed,
 * which may come back.
 */
export const removalsOf = ({ closed }: Campaign): ReadonlyArray<EventOf<"closed">["dispositions"][number]> =>
  closed?.dispositions.filter(({ disposition }) => removing.has(disposition)) ?? []

const removing: ReadonlySet<Disposition> = new Set(["revoke", "disable", "worklist", "gone"])

/** Whether an item is to go with its account, which is to be disabled. */
export const isDisabling =
  ({ answers }: Campaign) =>
  (item: number): boolean =>
    answers.get(item)?.decision === "disable"

/** The date by which an item is to be removed: its own, that of all removals, or the campaign's. */
export const removalDue = ({ removalsDue, closed, due }: Campaign, item: number): string =>
  removalsDue.get(item) ?? closed?.removeBy ?? due

/** Whole days, in UTC, for which a date has been over. */
export const daysOver = (date: string, now: string): number =>
  Math.max(0, Math.round((Date.parse(now.slice(0, 10)) - Date.parse(date)) / 86_400_000))

/** The answers of an import with whom and when. */
export const recordedAnswers = (
  line: LogLine,
  { files, receivedFrom }: EventOf<"imported">,
): ReadonlyArray<RecordedAnswer> =>
  files.flatMap(({ file, reviewer, late, answers, signed }) =>
    answers.map((answer) => ({
      ...answer,
      reviewer: reviewer.email,
      role: reviewer.role,
      at: line.at,
      importedBy: line.by,
      late,
      signed: signed !== null,
      file,
      receivedFrom,
    })),
  )

/** The events of one kind, in their order. */
export const eventsOf = <Tag extends CampaignEvent["_tag"]>(
  { log }: Pick<Campaign, "log">,
  tag: Tag,
): ReadonlyArray<EventOf<Tag>> =>
  log.lines.map(({ event }) => event).filter((event): event is EventOf<Tag> => event._tag === tag)

/** Fails where the campaign has been closed: answers are final then. */
export const refuseClosed = ({ closed, folder }: Campaign): Effect.Effect<void, ReviewError> =>
  closed === undefined
    ? Effect.void
    : refuse(
        "OutOfOrder",
        `The campaign in ${folder.path} has been closed, so its answers are final.`,
        "`rollcall review verify` checks the removals; what changed since belongs into the next campaign.",
      )

/** Whether an instant is after the end of a date, in UTC. */
export const isAfter = (instant: string, date: string): boolean => instant.slice(0, 10) > date
