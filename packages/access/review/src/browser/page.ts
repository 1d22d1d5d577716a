// The page of a reviewer: items to decide, how far they have come, a draft, and the file to send back.
import type { DataFilter } from "@rollcall/pages/browser"
import { button, dataTable, dataText, element, facts, grouped, layOut, part } from "@rollcall/pages/browser"
import type { ReviewerPageData } from "../reviewerPageData.ts"
import { bulkKeep } from "./bulkKeep.ts"
import { accessCell, accountCell, decisionCell, focusComment, historyCell, historyColumns } from "./cells.ts"
import { draftOf } from "./draft.ts"
import { saveFile } from "./saveFile.ts"
import { problemOf, savedOf, workOf, type Row } from "./Work.ts"

const data: ReviewerPageData = JSON.parse(dataText())
const { campaign, reviewer, decisions } = data
const work = workOf(data)
const history = historyColumns(data)
const words = new Map(decisions)

const textsOf =
  (...titles: ReadonlyArray<string>) =>
  ({ text }: Row): string =>
    titles.map(text).join(" ")

/** A filter by what stands in a column, where that differs and is not different everywhere. */
const filterBy = (title: string): ReadonlyArray<DataFilter<Row>> => {
  const values = [...new Set(work.rows.map(({ text }) => text(title)))].filter((value) => value !== "").toSorted()
  const choices = values.map((value) => [value, ({ text }: Row) => text(title) === value] as const)
  const tells = values.length > 1 || (values.length === 1 && work.rows.some(({ text }) => text(title) === ""))
  return tells && values.length <= 30 ? [{ label: title, choices }] : []
}

const table = dataTable<Row>({
  caption: "Items",
  columns: [
    { title: "Item", value: ({ item }) => item, kind: "number" },
    { title: "Account", value: textsOf("Account", "E-mail", "Kind", "Status", "Account ID"), cell: accountCell },
    { title: "Access", value: textsOf("Access", "On", "Leads To", "Ends", "Entitlement ID"), cell: accessCell },
    ...(history.length === 0 ? [] : [{ title: "History", value: textsOf(...history), cell: historyCell(history) }]),
    {
      title: "Decision",
      value: ({ decision, comment }) => `${words.get(decision) ?? ""} ${comment}`,
      cell: decisionCell(data, work),
    },
  ],
  rows: work.rows,
  filters: [
    {
      label: "Decision",
      choices: [
        ["open", ({ decision }) => decision === ""],
        ["decided", ({ decision }) => decision !== ""],
        ["comment missing", (row) => problemOf(row) !== undefined],
        ...decisions.map(([decision, word]) => [word, (row: Row) => row.decision === decision] as const),
      ],
    },
    ...["Kind", "Status", "Privileged", "Since Last Review"].flatMap(filterBy),
  ],
})

// Between the controls that choose rows and the rows.
table.node.firstElementChild?.after(bulkKeep(work, table.chosen, table.node, data.longestComment))

const progress = element("progress", { max: String(work.rows.length), "aria-labelledby": "how-far" })
const howFar = element("p", { id: "how-far", role: "status" })
const result = element("p", { role: "alert" })
const decidedRows = () => work.rows.filter(({ decision }) => decision !== "")

const download = button(
  "Download decisions",
  () => {
    const wrong = work.rows.find((row) => problemOf(row) !== undefined)
    const decided = decidedRows().length
    if (wrong !== undefined) {
      table.show(wrong)
      focusComment(wrong)
      result.textContent = `Item ${wrong.item}: ${problemOf(wrong) ?? ""}`
    } else if (decided === 0) {
      result.textContent = "Nothing is decided yet."
    } else {
      const name = `decisions-${data.fileName}.json`
      saveFile(name, savedOf(data, work, "rollcall-decisions"))
      draft.saved()
      const open = work.rows.length - decided
      const rest = open === 0 ? "" : ` ${grouped(open)} are still open; they can follow in a later file.`
      result.textContent = `Saved as ${name}. Send it back.${rest}`
    }
  },
  { class: "main" },
)

const tellHowFar = (): void => {
  const decided = decidedRows().length
  const missing = work.rows.filter((row) => problemOf(row) !== undefined).length
  progress.value = decided
  howFar.textContent = [
    `${grouped(decided)} of ${grouped(work.rows.length)} decided`,
    ...(missing === 0 ? [] : [`${grouped(missing)} ${missing === 1 ? "needs" : "need"} a comment`]),
  ].join(", ")
}

const draft = draftOf(data, work)
work.watch((redraw) => {
  if (redraw) table.draw()
  result.textContent = ""
  tellHowFar()
})
table.draw()
tellHowFar()

layOut({
  title: `Access review ${campaign.name}`,
  lead: [
    facts([
      ...(campaign.workspace === null ? [] : [["Workspace", campaign.workspace] as const]),
      ["Reviewer", [reviewer.name, reviewer.email, reviewer.role].filter((it) => it !== "").join(", ")],
      ["Due", data.due],
      ...(data.parts === 1 ? [] : [["Page", `${data.part} of ${data.parts}; each has a file of its own`] as const]),
    ]),
    element(
      "ol",
      { class: "steps" },
      element(
        "li",
        {},
        "Decide about each item whether the account should still have the access. Comment where the page asks for it.",
      ),
      element("li", {}, "Download your decisions. They stay on this computer: this page sends nothing."),
      element("li", {}, "Send the file back to whoever gave you this page, such as by answering their mail."),
    ),
  ],
  parts: [
    part(
      "items",
      "Items",
      element(
        "div",
        { class: "bar-of-work" },
        element("div", { class: "how-far" }, howFar, progress),
        download,
        result,
      ),
      table.node,
    ),
    draft.node,
  ],
  foot: ["Everything is shown as it was when the campaign began."],
})
