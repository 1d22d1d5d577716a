// Keeps all that search and filters show and that is open, at once. Where keeping needs a comment, one for all of them has to be given.
import { button, element, grouped, labelled } from "@rollcall/pages/browser"
import { problemOf, type Change, type Row, type Work } from "./Work.ts"

/** The controls; `chosen` are the rows that search and filters show, and `shown` the table whose controls say which. */
export const bulkKeep = (
  work: Work,
  chosen: () => ReadonlyArray<Row>,
  shown: HTMLElement,
  longestComment: number,
): HTMLElement => {
  const comment = element("input", { type: "text", maxlength: String(longestComment) })
  const result = element("p", { role: "status" })
  let undone: ReadonlyArray<Change> = []

  const openRows = (): ReadonlyArray<Row> => chosen().filter(({ decision }) => decision === "")
  const keep = button("", () => {
    const open = openRows()
    const said = comment.value.trim()
    const changes = open
      .map((row) => ({ row, decision: "keep", comment: said === "" ? row.comment : said }))
      .filter((change) => problemOf({ ...change.row, ...change }) === undefined)
    undone = changes.map(({ row }) => ({ row, decision: row.decision, comment: row.comment }))
    work.change(changes, true)
    const left = open.length - changes.length
    const rest = said.startsWith("=")
      ? " A comment cannot begin with an equals sign."
      : ` ${grouped(left)} ${left === 1 ? "needs" : "need"} a comment: decide one by one, or write a comment for all of them above.`
    result.textContent = `Kept ${counted(changes.length)}.${left === 0 ? "" : rest}`
    undo.hidden = changes.length === 0
    if (changes.length > 0) undo.focus()
  })
  const undo = button(
    "Undo",
    () => {
      // What was decided otherwise since stays.
      const changes = undone.filter(({ row }) => row.decision === "keep")
      work.change(changes, true)
      const all = changes.length === 1 ? "1 item is" : `${grouped(changes.length)} items are`
      result.textContent = `${all} open again.`
      undo.hidden = true
      keep.focus()
    },
    { hidden: "" },
  )
  const tell = (): void => {
    const open = openRows().length
    keep.textContent = open === 0 ? "No open items shown" : `Keep ${open === 1 ? "the" : "all"} ${counted(open)} shown`
    keep.disabled = open === 0
  }
  work.watch(tell)
  shown.addEventListener("input", tell)
  shown.addEventListener("change", tell)
  tell()
  return element(
    "div",
    {},
    element(
      "div",
      { class: "controls bulk", role: "group", "aria-label": "Keep many at once" },
      labelled("Comment for all of them", comment),
      keep,
      undo,
    ),
    result,
  )
}

const counted = (count: number): string => `${grouped(count)} open ${count === 1 ? "item" : "items"}`
