// Resources as a table: a page of rows, each with a link to its resource, and links to the first page and the next one.
import type { ListedResource, Page } from "@rollcall/access"
import { resourceListing } from "@rollcall/access"
import type { Cell, Place, ServedTable } from "../pageData.ts"
import { idIn, idParameters, linkTo, resourceLink } from "./links.ts"

/** Columns of accounts and of other resources beside the name, by the keys of listings. */
export const accountKeys: ReadonlyArray<string> = ["email", "status", "kind", "roles", "mfa", "id"]
export const otherKeys: ReadonlyArray<string> = ["members", "parent", "created", "id"]

const columns = new Map([...resourceListing("both").columns].map((column) => [column.key, column]))

/** Cells of a resource: its name, which leads to its page, and what the keys name. */
export const cellsOf = (resource: ListedResource, keys: ReadonlyArray<string>): ReadonlyArray<Cell> => [
  { text: nameOf(resource), link: resourceLink(resource.id) },
  ...keys.map((key) => {
    const value = columns.get(key)?.value(resource) ?? ""
    return key === "members" && resource.members !== undefined ? resource.members : value
  }),
]

/** The heads of such cells. */
export const headsOf = (keys: ReadonlyArray<string>): ServedTable["columns"] => [
  { title: "Name" },
  ...keys.map((key) => ({
    title: headTitles[key] ?? columns.get(key)?.title ?? key,
    kind: key === "id" ? ("id" as const) : key === "members" ? ("number" as const) : undefined,
  })),
]

const headTitles: Readonly<Record<string, string>> = { email: "E-mail", type: "Type", parent: "Part of" }

/** A name that can be seen, and chosen: of what has none, its id. */
export const nameOf = ({ displayName, id }: Pick<ListedResource, "displayName" | "id">): string =>
  displayName.trim() === "" ? id.resource || "(no name)" : displayName

/** A page of resources as a table. */
export const resourceTable = (
  place: Place,
  caption: string,
  page: Page<ListedResource>,
  query: URLSearchParams,
  keys: ReadonlyArray<string>,
): ServedTable => ({
  caption,
  columns: headsOf(keys),
  rows: page.records.map((resource) => cellsOf(resource, keys)),
  ...pagingOf(place, page, query, "after"),
})

/** Links to the first page and the next one, with the rest of the query as it is, and what is said of how many there are. */
export const pagingOf = (
  place: Place,
  { records, next, total }: Pick<Page<unknown>, "records" | "next" | "total">,
  query: URLSearchParams,
  prefix: string,
): Pick<ServedTable, "first" | "next" | "status"> => {
  const others = Object.fromEntries([...query].filter(([name]) => name !== `${prefix}type` && name !== `${prefix}id`))
  const shown = records.length.toLocaleString("en")
  const isFirst = idIn(query, prefix) === undefined
  const among = total === undefined ? "" : ` of ${total.toLocaleString("en")}`
  return {
    status:
      records.length === 0 ? "" : isFirst && next === undefined ? `${shown} in all.` : `${shown}${among} on this page.`,
    first: isFirst ? undefined : linkTo(place, others),
    next: next === undefined ? undefined : linkTo(place, { ...others, ...idParameters(next, prefix) }),
  }
}
