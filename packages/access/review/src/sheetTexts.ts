// The table that a reviewer gets, as a workbook or as comma-separated values: a row for each item, and what they need to know to
// fill it in.
import type { FilledSheet, SheetColumn } from "@rollcall/export"
import type { Decision, Reviewer } from "./CampaignEvent.ts"
import { campaignColumn } from "./DecisionFile.ts"
import type { AskedItem } from "./ReviewerItems.ts"
import { decisionWords } from "./ReviewerItems.ts"
import type { ReviewerPart } from "./reviewerPage.ts"

/** The columns of a reviewer's table that are needed to take it back: what they fill in, what they read, and whose row it is. */
export const sheetColumns = (shown: ReadonlyArray<string>): ReadonlyArray<string> => [
  "Decision",
  "Comment",
  ...shown,
  "Code",
  "Reviewer",
  "Item",
]

/** A row of the table, as it is filled in so far: a text for each of `sheetColumns`. */
export const sheetRow = ({ code, shown, item, decision, comment }: AskedItem, { email }: Reviewer) => [
  decision === "" ? "" : decisionWords[decision],
  comment,
  ...shown,
  code,
  email,
  String(item),
]

/** A column that tells of each item which decisions need a comment. It comes after the two that are filled in. */
const commentRule = "Comment Needed For"
const filledIn = 2

const wordsOf = (decisions: ReadonlyArray<Decision>): string =>
  decisions.map((decision) => decisionWords[decision]).join(", ")

/** A row as it is written. */
export const rowOf = (item: AskedItem, { reviewer, campaign }: ReviewerPart): ReadonlyArray<string> => [
  ...sheetRow(item, reviewer).toSpliced(filledIn, 0, wordsOf(item.commentFor)),
  campaign.mark,
]

/** Characters of the columns that hold long texts. */
const widths: Readonly<Record<string, number>> = {
  Decision: 20,
  Comment: 32,
  [commentRule]: 21,
  Account: 26,
  "E-mail": 34,
  Privileged: 11,
  Access: 56,
  On: 34,
  Kind: 26,
  "Leads To": 40,
  Ends: 44,
  Since: 34,
  "Entitlement ID": 40,
  Code: 34,
  Reviewer: 34,
  [campaignColumn]: 28,
}

/** The columns as they are written. Whoever fills in a cell of the first two is told until when, and what needs a comment. */
export const columnsOf = (part: ReviewerPart): ReadonlyArray<SheetColumn> => {
  const prompt = { title: `Due on ${part.due}`, text: `${part.campaign.name}: choose a decision. ${whenToComment}` }
  return [...sheetColumns(part.columns).toSpliced(filledIn, 0, commentRule), campaignColumn].map((title, at) => ({
    title,
    width: widths[title],
    choices: title === "Decision" ? Object.values(decisionWords) : undefined,
    prompt: at < filledIn ? prompt : undefined,
  }))
}

/** The name of the sheet, which a spreadsheet shows at its bottom. */
export const sheetTitle = ({ due, campaign }: ReviewerPart): string => `Due ${due}, ${campaign.name}`

const whenToComment = `A comment is needed for what stands in the column ${commentRule}.`

/** A second sheet, which nobody fills in: what this is about, and what is to be done. */
export const aboutSheet = ({ campaign, due, reviewer, items, part, parts }: ReviewerPart): FilledSheet => ({
  title: "About",
  columns: [
    { title: "About", width: 14 },
    { title: "This review", width: 110 },
  ],
  rows: [
    ["Review", campaign.name],
    ...(campaign.workspace === undefined ? [] : [["Workspace", campaign.workspace]]),
    ["Reviewer", [reviewer.name, reviewer.email, reviewer.role].filter((it) => it !== "").join(", ")],
    ["Due", due],
    ["Items", parts === 1 ? String(items.length) : `${items.length}, in file ${part} of ${parts}`],
    [
      "Decision",
      `Choose one of ${wordsOf(decisionsInOrder)} for each row: whether the account should still have the access.`,
    ],
    ["Comment", `${whenToComment} It is welcome everywhere else.`],
    [
      "Send back",
      "Save the workbook and send it back to whoever gave it to you. Rows without a decision stay open and can follow later.",
    ],
    [
      "Unchanged",
      "Change nothing in the other columns: each row has a code over what it shows, and is refused if it does not fit.",
    ],
  ],
})

const decisionsInOrder: ReadonlyArray<Decision> = ["keep", "remove", "change", "disable"]
