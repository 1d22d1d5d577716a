// What the reviewer has decided so far. Rows change in place, as the table shows them; whoever needs to know is called.
import type { PageItem, ReviewerPageData, SavedDecisions } from "../reviewerPageData.ts"

/** An item and what was decided about it; "" where nothing was. */
export interface Row extends Omit<PageItem, "decision" | "comment"> {
  /** What is shown under a title; "" where there is no such column. */
  readonly text: (column: string) => string
  /** How it was when the page was made. */
  readonly given: { readonly decision: string; readonly comment: string }
  decision: string
  comment: string
}

/** What a decision is changed to. */
export interface Change {
  readonly row: Row
  readonly decision: string
  readonly comment: string
}

/** All rows, and what changes them. */
export interface Work {
  readonly rows: ReadonlyArray<Row>
  /** Changes rows, and tells all who watch. `redraw` says whether the table has to show it, as it does not yet. */
  readonly change: (changes: ReadonlyArray<Change>, redraw: boolean) => void
  readonly watch: (watcher: (redraw: boolean) => void) => void
}

export const workOf = ({ columns, items }: ReviewerPageData): Work => {
  const places = new Map(columns.map((title, at) => [title, at]))
  const rows = items.map((item): Row => ({
    ...item,
    text: (column) => item.shown[places.get(column) ?? -1] ?? "",
    given: { decision: item.decision, comment: item.comment },
  }))
  const watchers: Array<(redraw: boolean) => void> = []
  return {
    rows,
    change: (changes, redraw) => {
      for (const { row, decision, comment } of changes) {
        row.decision = decision
        row.comment = comment
      }
      if (changes.length > 0) for (const watcher of watchers) watcher(redraw)
    },
    watch: (watcher) => void watchers.push(watcher),
  }
}

/** What keeps the decision on a row from being taken back; nothing where nothing does. */
export const problemOf = ({ decision, comment, commentFor }: Row): string | undefined => {
  if (comment.trim().startsWith("=")) return "A comment cannot begin with an equals sign."
  return commentFor.includes(decision) && comment.trim() === "" ? "Say why: this decision needs a comment." : undefined
}

/** The rows as they are saved: all that have a decision or a comment, or had one when the page was made. */
export const savedOf = (
  { campaign, reviewer, columns }: ReviewerPageData,
  { rows }: Work,
  format: SavedDecisions["format"],
): SavedDecisions => ({
  format,
  version: 1,
  campaign: campaign.mark,
  reviewer: reviewer.email,
  columns,
  items: rows
    .filter(({ decision, comment, given }) => [decision, comment, given.decision].some((text) => text !== ""))
    .map(({ item, code, shown, decision, comment }) => ({ item, code, shown, decision, comment })),
})

/**
 * What saved items make of the rows. They can be anything: a file is chosen by hand, and storage is open to other pages. `isSame`
 * says whether an item is that of the row.
 */
export const changesOf = (
  { decisions, longestComment }: ReviewerPageData,
  { rows }: Work,
  saved: ReadonlyArray<unknown>,
  isSame: (item: Readonly<Record<string, unknown>>, row: Row) => boolean = () => true,
): ReadonlyArray<Change> => {
  const byItem = new Map<unknown, Row>(rows.map((row) => [row.item, row]))
  const known = new Set<unknown>(["", ...decisions.map(([decision]) => decision)])
  return saved.flatMap((one) => {
    if (!isRecord(one)) return []
    const { item, decision, comment } = one
    const row = byItem.get(item)
    if (row === undefined || !isSame(one, row) || typeof decision !== "string" || !known.has(decision)) return []
    return typeof comment === "string" && comment.length <= longestComment ? [{ row, decision, comment }] : []
  })
}

/** Whether a value has members. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null
