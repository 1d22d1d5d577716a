// The table that a reviewer gets, whatever its file format: a row for each item, with a code that binds campaign, reviewer, item and
// what is shown of it. It keeps files apart and shows what was altered; it does not prove who filled one.
import { createHmac, timingSafeEqual } from "node:crypto"
import { Redacted } from "effect"
import type { Campaign } from "./Campaign.ts"
import type { Item } from "./Item.ts"

/** What a reviewer reads of an item, in the order of the columns. */
const context: ReadonlyArray<readonly [title: string, text: (item: Item) => string]> = [
  ["Account", ({ account }) => account.name],
  ["E-mail", ({ account }) => account.emails[0] ?? ""],
  ["Kind", ({ account: { kind, kindNote } }) => `${kind ?? "unknown"}${kindNote === null ? "" : ` (${kindNote})`}`],
  ["Status", ({ account }) => account.status ?? "unknown"],
  ["2FA", ({ account: { mfa } }) => (mfa === null ? "unknown" : mfa ? "on" : "off")],
  ["Access", ({ entitlement }) => entitlement.name],
  ["On", ({ resource }) => `${resource.name} (${resource.typeName})`],
  ["Privileged", ({ privileged }) => (privileged ? "yes" : "")],
  ["Leads To", ({ leadsTo }) => leadsTo.join("; ")],
  ["Since Last Review", ({ isNew }) => (isNew === null ? "not known" : isNew ? "new" : "unchanged")],
  ["Decided Then", ({ decidedThen }) => decidedThen ?? ""],
  ["Account ID", ({ account }) => account.id],
  ["Entitlement ID", ({ entitlement }) => entitlement.id],
]

/** The columns that a reviewer fills. */
export const answerColumns = ["Decision", "Comment"] as const

/** The columns that say whose row it is. */
export const keyColumns = ["Code", "Reviewer", "Item"] as const

/** All columns of a reviewer's table. */
export const sheetColumns: ReadonlyArray<string> = [...answerColumns, ...context.map(([title]) => title), ...keyColumns]

/** The decisions in words, as a drop-down list offers them. */
export const decisionWords = {
  keep: "keep",
  remove: "remove",
  change: "change",
  disable: "disable the account",
} as const

/** A row of the table: a text for each column. */
export const sheetRow = (
  { log }: Pick<Campaign, "log">,
  key: Redacted.Redacted<Buffer>,
  item: Item,
  reviewer: string,
): ReadonlyArray<string> => {
  const shown = context.map(([, text]) => text(item))
  return ["", "", ...shown, codeOf(key, log.id, reviewer, item.item, shown), reviewer, String(item.item)]
}

/** Whether a row of an answer is as it was given out; `cells` are by column. */
export const isGenuine = (
  { log }: Pick<Campaign, "log">,
  key: Redacted.Redacted<Buffer>,
  cells: (column: string) => string,
): boolean => {
  const shown = context.map(([title]) => cells(title))
  const expected = Buffer.from(codeOf(key, log.id, cells("Reviewer"), Number(cells("Item")), shown))
  const given = Buffer.from(cells("Code").trim())
  return expected.length === given.length && timingSafeEqual(expected, given)
}

const codeOf = (
  key: Redacted.Redacted<Buffer>,
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
