// The cells of an item: what is shown of it, and what is decided about it. Whatever columns the page is given are shown.
import { button, element } from "@rollcall/pages/browser"
import type { ReviewerPageData } from "../reviewerPageData.ts"
import { problemOf, type Row, type Work } from "./Work.ts"

/** Columns with a place of their own; all others stand under each other as the item's history. */
const placed = [
  "Account",
  "E-mail",
  "Kind",
  "Status",
  "2FA",
  "Access",
  "On",
  "Privileged",
  "Leads To",
  "Ends",
  "Account ID",
  "Entitlement ID",
]

const small = (text: string, name = "soft"): HTMLElement | undefined =>
  text === "" ? undefined : element("div", { class: name }, text)

const tag = (text: string, name = "tag"): HTMLElement | undefined =>
  text === "" ? undefined : element("span", { class: name }, text)

/** Who holds it. */
export const accountCell = ({ text }: Row): HTMLElement =>
  element(
    "div",
    {},
    element("strong", {}, text("Account")),
    small(text("E-mail")),
    element(
      "div",
      { class: "tags" },
      tag(text("Kind")),
      tag(text("Status"), text("Status") === "enabled" ? "tag" : "tag warn"),
      tag(text("2FA") === "" ? "" : `2FA ${text("2FA")}`, text("2FA") === "off" ? "tag warn" : "tag"),
    ),
    small(text("Account ID"), "soft exact"),
  )

/** What is held. */
export const accessCell = ({ text }: Row): HTMLElement =>
  element(
    "div",
    {},
    element("strong", {}, text("Access")),
    small(text("On") === "" ? "" : `on ${text("On")}`),
    element("div", { class: "tags" }, tag(text("Privileged") === "" ? "" : "privileged", "tag warn")),
    small(text("Leads To") === "" ? "" : `Leads to: ${text("Leads To")}`),
    small(text("Ends") === "" || text("Ends").startsWith("C1:") ? text("Ends") : `ends ${text("Ends")}`),
    small(text("Entitlement ID"), "soft exact"),
  )

/** The columns of the history. */
export const historyColumns = ({ columns }: ReviewerPageData): ReadonlyArray<string> =>
  columns.filter((title) => !placed.includes(title))

/** What else is known of it, such as since when it is held, and what was decided before. */
export const historyCell =
  (columns: ReadonlyArray<string>) =>
  ({ text }: Row): HTMLElement =>
    element(
      "dl",
      { class: "history" },
      ...columns
        .filter((title) => text(title) !== "")
        .flatMap((title) => [element("dt", {}, title), element("dd", {}, text(title))]),
    )

/** Where the comment on each row that is drawn is typed. */
const fields = new WeakMap<Row, HTMLTextAreaElement>()

/** Puts the cursor into the comment of a row that is drawn. */
export const focusComment = (row: Row): void => fields.get(row)?.focus()

/** The choice, the comment, and what is still wrong with them. */
export const decisionCell =
  ({ decisions, longestComment }: ReviewerPageData, work: Work) =>
  (row: Row): HTMLElement => {
    const { item, text } = row
    const why = `why-${item}`
    const change = (decision: string, comment: string): void => {
      work.change([{ row, decision, comment }], false)
      show()
    }
    const picks = decisions.map(([decision, words]) => {
      const pick = element("input", { type: "radio", name: `decision-${item}`, value: decision })
      pick.checked = row.decision === decision
      pick.addEventListener("change", () => change(decision, row.comment))
      return { pick, label: element("label", { class: `pick ${decision}` }, pick, words) }
    })
    const clear = button(
      "Clear",
      () => {
        for (const { pick } of picks) pick.checked = false
        picks[0]?.pick.focus()
        change("", row.comment)
      },
      { class: "clear", "aria-label": `Clear the decision on item ${item}` },
    )
    const comment = element("textarea", {
      rows: "1",
      maxlength: String(longestComment),
      placeholder: "Comment",
      "aria-label": `Comment on item ${item}`,
      "aria-describedby": why,
    })
    comment.value = row.comment
    comment.addEventListener("input", () => change(row.decision, comment.value))
    fields.set(row, comment)
    const problem = element("div", { id: why, class: "bad" })
    const show = (): void => {
      const found = problemOf(row)
      problem.textContent = found ?? ""
      comment.ariaInvalid = found === undefined ? null : "true"
      clear.hidden = row.decision === ""
    }
    show()
    const name = `Decision on item ${item}: ${text("Account")}, ${text("Access")}`
    return element(
      "div",
      { class: "decide" },
      element("div", { role: "radiogroup", class: "picks", "aria-label": name }, ...picks.map(({ label }) => label)),
      comment,
      clear,
      problem,
    )
  }
