// A table of any length: searched, filtered, sorted and paged in the page, by keyboard and screen reader as by mouse. Only the rows of one
// page are elements. In print it shows what was searched or filtered, or else the page that is open.
import type { Child } from "./elements.ts"
import { button, element, grouped, labelled } from "./elements.ts"

/** A column. */
export interface DataColumn<Row> {
  readonly title: string
  /** What is shown, searched and sorted by. */
  readonly value: (row: Row) => string | number
  /** What is searched, where that is more than the value. */
  readonly searched?: ((row: Row) => string) | undefined
  /** How it is set; `id` in letters of equal width. `text` when absent. */
  readonly kind?: "text" | "number" | "id" | undefined
  /** What is shown instead of the value. */
  readonly cell?: ((row: Row) => Child) | undefined
}

/** A choice among kinds of rows, of which "all" is always the first. */
export interface DataFilter<Row> {
  readonly label: string
  readonly choices: ReadonlyArray<readonly [word: string, holds: (row: Row) => boolean]>
}

/** What a table shows. */
export interface DataTable<Row> {
  /** Says what the rows are, such as `People`. */
  readonly caption: string
  readonly columns: ReadonlyArray<DataColumn<Row>>
  readonly rows: ReadonlyArray<Row>
  readonly filters?: ReadonlyArray<DataFilter<Row>> | undefined
  /** How many rows a page has; 50 when absent. */
  readonly pageRows?: number | undefined
}

/** A table in the page. */
export interface ShownTable<Row> {
  readonly node: HTMLElement
  /** The rows that the search and the filters leave, on all pages. */
  readonly chosen: () => ReadonlyArray<Row>
  /** Draws it again, after what rows show has changed. */
  readonly draw: () => void
  /** Turns to the page that has the row, without the search and the filters where they leave it out. */
  readonly show: (row: Row) => void
}

/** The most rows that are printed. */
const mostPrinted = 5_000

const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" })

/** A table with its controls. Those of a short table, which would only be in the way, are left out. */
export const dataTable = <Row>(table: DataTable<Row>): ShownTable<Row> => {
  const { caption, columns, rows, filters = [], pageRows = 50 } = table
  const state = { page: 0, sorted: -1, falling: false }
  let chosen = rows

  const search = element("input", { type: "search", maxlength: "200" })
  const selects = filters.map(({ choices }) =>
    element(
      "select",
      {},
      ...["All", ...choices.map(([word]) => word)].map((word, at) => element("option", { value: String(at) }, word)),
    ),
  )
  const status = element("p", { role: "status", class: "soft" })
  const body = element("tbody")
  const heads = columns.map(({ title, kind }, at) =>
    element(
      "th",
      { scope: "col", class: kind === "number" ? "number" : undefined },
      button(title, () => sortBy(at)),
    ),
  )
  const earlier = button("Earlier rows", () => turnTo(state.page - 1))
  const later = button("Later rows", () => turnTo(state.page + 1))

  // Made with the first search: a letter more must not take longer the more columns there are.
  let texts: ReadonlyMap<Row, string> | undefined
  const textOf = (row: Row): string => {
    texts ??= new Map(rows.map((it) => [it, searchedText(columns, it)]))
    return texts.get(row) ?? ""
  }
  /** What is searched for, and each filter that is set. */
  const narrowing = (): ReadonlyArray<string> => [
    ...(search.value.trim() === "" ? [] : [`Search: ${search.value.trim()}`]),
    ...filters.flatMap(({ label }, at) => {
      const chosenOption = selects[at]?.selectedOptions[0]
      return chosenOption === undefined || chosenOption.value === "0" ? [] : [`${label}: ${chosenOption.text}`]
    }),
  ]
  const isNarrowed = () => narrowing().length > 0
  const choose = (): void => {
    const wanted = search.value.trim().toLowerCase()
    const tests = filters.flatMap(({ choices }, at) => choices[Number(selects[at]?.value) - 1]?.[1] ?? [])
    chosen = rows.filter((row) => tests.every((holds) => holds(row)) && (wanted === "" || textOf(row).includes(wanted)))
    const value = columns[state.sorted]?.value
    if (value !== undefined) {
      const sign = state.falling ? -1 : 1
      chosen = chosen.toSorted((one, other) => sign * compare(value(one), value(other)))
    }
    turnTo(0)
  }
  const sortBy = (at: number): void => {
    state.falling = state.sorted === at && !state.falling
    state.sorted = at
    for (const [place, head] of heads.entries()) {
      head.ariaSort = place !== at ? "none" : state.falling ? "descending" : "ascending"
    }
    choose()
  }
  const turnTo = (page: number): void => {
    state.page = Math.max(0, Math.min(page, Math.ceil(chosen.length / pageRows) - 1))
    draw()
  }
  const show = (row: Row): void => {
    if (!chosen.includes(row)) {
      search.value = ""
      for (const select of selects) select.value = "0"
      choose()
    }
    turnTo(Math.floor(chosen.indexOf(row) / pageRows))
  }
  const draw = (): void => drawRows(state.page * pageRows, (state.page + 1) * pageRows)
  const drawRows = (from: number, to: number): void => {
    const drawn = chosen.slice(from, to)
    body.replaceChildren(...drawn.map((row) => rowOf(columns, row)))
    const [first, last, all] = [from + 1, from + drawn.length, chosen.length].map(grouped)
    const among = isNarrowed() ? `${all} found among ${grouped(rows.length)}` : all
    const isAll = drawn.length === rows.length && !isNarrowed()
    status.textContent = drawn.length === 0 ? "Nothing to show." : isAll ? "" : `Rows ${first} to ${last} of ${among}`
    earlier.disabled = from === 0
    later.disabled = to >= chosen.length
    pages.hidden = chosen.length <= pageRows
  }

  search.addEventListener("focus", () => {
    // What rows show may have changed since the search before.
    texts = undefined
  })
  search.addEventListener("input", choose)
  for (const select of selects) select.addEventListener("change", choose)
  addEventListener("beforeprint", () => {
    if (!isNarrowed()) return
    drawRows(0, mostPrinted)
    // The controls, which say it on a screen, are not printed.
    status.append(`. ${narrowing().join("; ")}`)
  })
  addEventListener("afterprint", draw)

  const pages = element(
    "div",
    { class: "controls", role: "group", "aria-label": `Pages of ${caption}` },
    earlier,
    later,
  )
  const controls = element(
    "div",
    { class: "controls", role: "group", "aria-label": `Which rows of ${caption}` },
    labelled("Search", search),
    ...filters.map(({ label }, at) => labelled(label, selects[at] ?? element("select"))),
  )
  controls.hidden = rows.length <= 10 && filters.length === 0
  const node = element(
    "div",
    {},
    controls,
    element(
      "div",
      { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
      element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, ...heads)), body),
    ),
    status,
    pages,
  )
  draw()
  const drawAgain = (): void => {
    texts = undefined
    draw()
  }
  return { node, chosen: () => chosen, draw: drawAgain, show }
}

const searchedText = <Row>(columns: ReadonlyArray<DataColumn<Row>>, row: Row): string =>
  columns
    .map(({ value, searched }) => (searched === undefined ? String(value(row)) : searched(row)))
    .join("\n")
    .toLowerCase()

const compare = (one: string | number, other: string | number): number =>
  typeof one === "number" && typeof other === "number" ? one - other : order.compare(String(one), String(other))

const rowOf = <Row>(columns: ReadonlyArray<DataColumn<Row>>, row: Row): HTMLTableRowElement =>
  element(
    "tr",
    {},
    ...columns.map(({ value, kind, cell }) => {
      const shown = value(row)
      return element(
        "td",
        { class: kind === "text" ? undefined : kind },
        cell === undefined ? (typeof shown === "number" ? grouped(shown) : shown) : cell(row),
      )
    }),
  )
