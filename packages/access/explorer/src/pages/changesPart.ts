// The changes of a section between two syncs, a page at a time.
import type { Change, Comparison, Section } from "@rollcall/access"
import { detailsOf, sections } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Cell, PagePart, ServedTable } from "../pageData.ts"
import type { Explored } from "./Explored.ts"
import { linkTo, resourceLink } from "./links.ts"
import { nameOf } from "./resourceTable.ts"

/** Changes of a page. */
const pageRows = 100

/** The syncs that are compared, as links name them. */
export interface Pair {
  readonly before: string
  readonly after: string
}

/** The part of one section. */
export const changesPart = Effect.fnUntraced(function* (
  { sync }: Explored,
  { page }: Comparison,
  section: Section,
  { pair, from, isShown }: { readonly pair: Pair; readonly from: number; readonly isShown: boolean },
): Effect.fn.Return<PagePart, StoreError> {
  const some = yield* page(section, { from, most: pageRows + 1 })
  const changes = some.slice(0, pageRows)
  const at = (place: number) =>
    linkTo("differences", { ...pair, section, from: place === 0 ? undefined : String(place) })
  const table: ServedTable = {
    caption: sections[section],
    columns: [
      { title: "Change" },
      { title: "Name" },
      { title: "E-mail" },
      { title: "What" },
      { title: "Details" },
      { title: "ID", kind: "id" },
    ],
    rows: changes.map((change) => rowOf(change, isShown && sync !== undefined)),
    status:
      from === 0 && some.length <= pageRows
        ? ""
        : `Lines ${(from + 1).toLocaleString("en")} to ${(from + changes.length).toLocaleString("en")}.`,
    first: from === 0 ? undefined : at(0),
    next: some.length > pageRows ? at(from + pageRows) : undefined,
  }
  return { id: "changes", heading: sections[section], table }
})

const rowOf = (change: Change, isShown: boolean): ReadonlyArray<Cell> => {
  const { subject, what, entitlement } = change
  const name = nameOf({ displayName: subject.name, id: subject.id })
  // What is gone has no page.
  const leads = isShown && (change.change !== "removed" || what === "membership")
  return [
    change.change,
    leads ? { text: name, link: resourceLink(subject.id) } : name,
    subject.email ?? "-",
    what === "membership"
      ? `${entitlement?.slug ?? ""} of ${entitlement?.resourceName ?? ""}`
      : what === "holders"
        ? `holders of ${entitlement?.slug ?? ""}`
        : [what, ...(subject.kind === null ? [] : [subject.kind])].join(": "),
    detailsOf(change).join("; ") || "-",
    subject.id.resource,
  ]
}
