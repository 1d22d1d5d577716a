// The page of one connection: how it is, what may be asked of it, and what is known of its work.
import { button, element, facts, part } from "@rollcall/pages/browser"
import type { Act, ConnectionPage } from "../pageData.ts"
import { stateOf, tableOf } from "./connections.ts"
import type { Doing } from "./doing.ts"
import { goTo, linkTo } from "./links.ts"

/** Its parts. */
export const connectionParts = (connection: ConnectionPage, doing: Doing): ReadonlyArray<HTMLElement> => {
  const { row, gaps, tables } = connection
  const acts = actsPart(connection, doing)
  return [
    part(
      "state",
      "State",
      element("p", {}, stateOf(row.state)),
      ...[row.progress, row.because].flatMap((text) => (text === undefined ? [] : [element("p", {}, text)])),
      facts(connection.facts),
    ),
    ...(acts === undefined ? [] : [acts]),
    ...(gaps.length === 0
      ? []
      : [part("gaps", "Gaps", element("ul", {}, ...gaps.map((gap) => element("li", {}, gap))))]),
    ...tables.map(({ id, heading, columns, rows, note }) =>
      part(
        id,
        heading,
        rows.length === 0 ? undefined : tableOf(heading, columns, rows),
        note === undefined ? undefined : element("p", { class: "soft" }, note),
      ),
    ),
  ]
}

/** What may be asked of it by whoever looks. */
const actsPart = (connection: ConnectionPage, doing: Doing): HTMLElement | undefined => {
  const { row, isPaused, isAdded, secrets } = connection
  const run = (act: Act) => {
    const fields = new FormData()
    fields.set("name", row.name)
    return doing.run(act, fields)
  }
  const acting = (act: Act, text: string) => (doing.may(act) ? [button(text, () => void run(act))] : [])
  const all = [
    ...(isPaused ? acting("resume", "Resume") : acting("pause", "Pause")),
    ...acting("sync-now", "Sync now"),
    ...(doing.may("rotate") && secrets.length > 0 ? [linkTo("rotate", "Rotate a token", row.name)] : []),
    ...(doing.may("remove") && isAdded ? [removeButton(row.name, run)] : []),
  ]
  if (all.length === 0) return undefined
  const controls = element(
    "div",
    { class: "controls", role: "group", "aria-label": `What to do with ${row.name}` },
    ...all,
  )
  const why = isAdded ? undefined : element("p", { class: "soft" }, "Its entry stands in a file, and is changed there.")
  return part("acts", "What to do", controls, why)
}

/** Asks once more before it removes. */
const removeButton = (name: string, run: (act: "remove") => ReturnType<Doing["run"]>): HTMLElement => {
  const first = button("Remove", () => {
    first.replaceWith(question)
    keep.focus()
  })
  const keep = button("Keep it", () => {
    question.replaceWith(first)
    first.focus()
  })
  const remove = button(`Remove ${name}`, async () => {
    const answer = await run("remove")
    if (answer !== undefined && "done" in answer) goTo("connections")
  })
  const question = element("span", { class: "controls", role: "group", "aria-label": `Remove ${name}?` }, keep, remove)
  return first
}
