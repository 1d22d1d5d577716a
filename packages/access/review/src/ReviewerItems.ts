// What one reviewer is asked, whatever form it is given in: each item with all that is shown of it, and a code that binds campaign,
// reviewer, item and what is shown. The code keeps files apart and shows what was altered; it does not prove who filled one in.
import { createHmac, timingSafeEqual } from "node:crypto"
import { escapeControls } from "@rollcall/access/render"
import { Redacted } from "effect"
import type { Campaign } from "./Campaign.ts"
import { campaignMark } from "./Campaign.ts"
import type { Decision, Reviewer } from "./CampaignEvent.ts"
import { Decision as Decisions } from "./CampaignEvent.ts"
import type { Item } from "./Item.ts"
import { endOfItem } from "./Item.ts"

/** An item as a reviewer gets it. */
export interface AskedItem {
  readonly item: number
  readonly code: string
  /** A text for each of `columns`. */
  readonly shown: ReadonlyArray<string>
  /** The decisions that need a comment. */
  readonly commentFor: ReadonlyArray<Decision>
  /** What the reviewer has answered so far, and with which comment; "" where nothing. */
  readonly decision: Decision | ""
  readonly comment: string
}

/** All that one reviewer is asked. */
export interface ReviewerItems {
  /** `mark` is how files name it. */
  readonly campaign: {
    readonly id: string
    readonly name: string
    readonly mark: string
    readonly workspace: string | undefined
  }
  /** A date, `2026-12-31`. */
  readonly due: string
  readonly reviewer: Reviewer
  /** The titles of what is shown of each item. */
  readonly columns: ReadonlyArray<string>
  readonly items: ReadonlyArray<AskedItem>
}

/** The key of a campaign's codes. */
export type CodeKey = Redacted.Redacted<Buffer>

/** The decisions in words, as reviewers choose them. */
export const decisionWords = {
  keep: "keep",
  remove: "remove",
  change: "change",
  disable: "disable the account",
} as const satisfies Record<Decision, string>

/** Characters of a comment. */
export const longestComment = 4000

/** What a reviewer reads of an item; `isTold` where a campaign may have nothing to tell there about any item. */
interface ContextColumn {
  readonly title: string
  readonly text: (item: Item) => string
  readonly isTold?: (campaign: Campaign) => boolean
}

const hasPrevious = ({ started }: Campaign): boolean => started.previousCampaign !== null

const hasEnds = ({ items }: Campaign): boolean => [...items.values()].some(({ ends }) => ends !== undefined)

/** In the order of the columns. */
const context: ReadonlyArray<ContextColumn> = [
  { title: "Account", text: ({ account }) => account.name },
  { title: "E-mail", text: ({ account }) => account.emails[0] ?? "" },
  { title: "Privileged", text: ({ privileged }) => (privileged ? "yes" : "") },
  { title: "Access", text: ({ entitlement }) => entitlement.name },
  { title: "On", text: ({ resource }) => `${resource.name} (${resource.typeName})` },
  {
    title: "Kind",
    text: ({ account: { kind, kindNote, kindText } }) =>
      kindText ?? `${kind ?? "unknown"}${kindNote === null ? "" : ` (${kindNote})`}`,
  },
  { title: "Status", text: ({ account }) => account.status ?? "unknown" },
  { title: "2FA", text: ({ account: { mfa } }) => (mfa === null ? "unknown" : mfa ? "on" : "off") },
  { title: "Leads To", text: ({ leadsTo }) => leadsTo.join("; ") },
  { title: "Ends", text: endOfItem, isTold: hasEnds },
  {
    title: "Since",
    text: ({ firstSeen }) => (firstSeen === null ? "not known" : `first seen in the sync of ${firstSeen}`),
    isTold: ({ items }) => [...items.values()].some(({ firstSeen }) => firstSeen !== null),
  },
  {
    title: "Since Last Review",
    text: ({ isNew }) => (isNew === null ? "not known" : isNew ? "new" : "unchanged"),
    isTold: hasPrevious,
  },
  { title: "Decided Then", text: ({ decidedThen }) => decidedThen ?? "", isTold: hasPrevious },
  { title: "Account ID", text: ({ account }) => account.id },
  { title: "Entitlement ID", text: ({ entitlement }) => entitlement.id },
]

const contextOf = (campaign: Campaign): ReadonlyArray<ContextColumn> =>
  context.filter(({ isTold }) => isTold?.(campaign) !== false)

/** The titles of what is shown of an item. What is known of no item of the campaign has no column. */
export const shownColumns = (campaign: Campaign): ReadonlyArray<string> => contextOf(campaign).map(({ title }) => title)

/** The items that are this reviewer's now; of an address that reviews nothing, none. */
export const reviewerItems = (campaign: Campaign, key: CodeKey, email: string): ReviewerItems => {
  const columns = contextOf(campaign)
  return {
    campaign: {
      id: campaign.log.id,
      name: campaign.started.name,
      mark: campaignMark(campaign),
      workspace: campaign.started.sync.workspace?.name,
    },
    due: campaign.due,
    reviewer: campaign.reviewers.get(email) ?? { email, name: "", role: "" },
    columns: columns.map(({ title }) => title),
    items: [...campaign.items.values()]
      .filter(({ item }) => campaign.reviewerOf.get(item) === email)
      .map((item) => {
        // As a page shows them too, so that every form gives the same texts back.
        const shown = columns.map(({ text }) => escapeControls(text(item)))
        const code = codeOf(key, campaign.log.id, email, item.item, shown)
        const commentFor = Decisions.literals.filter((decision) => whyComment(decision, item) !== undefined)
        const { decision = "", comment = "" } = campaign.answers.get(item.item) ?? {}
        return { item: item.item, code, shown, commentFor, decision, comment }
      }),
  }
}

/** Why a decision on an item needs a comment, such as `a change`; nothing where it needs none. */
export const whyComment = (decision: Decision, { account, privileged }: Item): string | undefined => {
  if (decision === "change") return "a change"
  if (decision !== "keep") return undefined
  if (account.status === "disabled" || account.status === "deleted") return "keeping what a deactivated account holds"
  return privileged ? "keeping a privileged role" : undefined
}

/** What came back of an item, as far as its code covers it. */
export interface CodedAnswer {
  readonly reviewer: string
  readonly item: number
  readonly code: string
  /** A text for each of `shownColumns`, in their order. */
  readonly shown: ReadonlyArray<string>
}

/** Whether an answer is about what was given out. */
export const isGenuine = (
  { log }: Pick<Campaign, "log">,
  key: CodeKey,
  { reviewer, item, code, shown }: CodedAnswer,
): boolean => {
  const expected = Buffer.from(codeOf(key, log.id, reviewer, item, shown))
  const given = Buffer.from(code)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

const codeOf = (
  key: CodeKey,
  campaign: string,
  reviewer: string,
  item: number,
  shown: ReadonlyArray<string>,
): string => {
  const content = JSON.stringify([campaign, reviewer, item, ...shown.map(plain)])
  // A spreadsheet takes a text that begins with a letter for neither a formula, a number nor a date.
  return `c${createHmac("sha256", Redacted.value(key)).update(content).digest("hex").slice(0, 31)}`
}

/**
 * Text as spreadsheets give it back: they change blanks, line breaks, and the apostrophe before what looks like a formula, and a
 * workbook cannot hold control characters.
 */
const plain = (text: string): string =>
  text
    .normalize("NFC")
    .replaceAll(unheld, "")
    .replaceAll(/[\s']+/gu, " ")
    .trim()

// oxlint-disable-next-line no-control-regex
const unheld = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/gu
