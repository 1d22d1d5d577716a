// Lists of resources, a page at a time: people, groups, roles, whatever else there is, and all of them for a search.
import type { FacetCount, ListedResourceType, UnknownName } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { ExplorerPage, FormField, NarrowingForm } from "../pageData.ts"
import { accountFilters, fieldOf, leftOut, narrowingOf, searchField } from "./accountFilters.ts"
import type { Explored, ListPlace } from "./Explored.ts"
import { framed } from "./Explored.ts"
import { idIn, textIn } from "./links.ts"
import { accountKeys, otherKeys, resourceTable } from "./resourceTable.ts"

const titles: Readonly<Record<ListPlace, string>> = {
  people: "People",
  groups: "Groups",
  roles: "Roles",
  others: "Other resources",
}

/** The page of a list. */
export const listPage = Effect.fnUntraced(function* (
  explored: Explored,
  place: ListPlace,
  query: URLSearchParams,
): Effect.fn.Return<ExplorerPage, StoreError | UnknownName> {
  const types = explored.typesOf[place]
  const chosenType = types.find(({ id }) => id === decodedType(query))
  const shown = chosenType === undefined ? types : [chosenType]
  const isOfThese = ({ resourceType }: FacetCount) => shown.some(({ id }) => id === resourceType)
  const facets = explored.counts.filter(isOfThese)
  const filters = place === "people" ? accountFilters(explored.access, facets, query) : []
  const narrowed = { ...narrowingOf(query, filters), resourceTypes: shown.map(({ id }) => id) }
  const page = yield* explored.access.page({ ...narrowed, after: idIn(query, "after") })
  const keys = place === "people" ? accountKeys : types.length > 1 ? ["type", ...otherKeys] : otherKeys
  const title = titles[place]
  return framed(explored, {
    title,
    current: place,
    parts: [
      {
        id: "list",
        heading: `${title} by name`,
        form: {
          label: `Which of ${title}`,
          button: "Show",
          fields: [searchField(query), ...(types.length > 1 ? [typeField(types, query)] : []), ...filters.map(fieldOf)],
        },
        table: resourceTable(place, title, page, query, keys),
        paragraphs: leftOut(facets, narrowed),
      },
    ],
  })
})

/** The page of a search among everything that has a name. */
export const searchPage = Effect.fnUntraced(function* (
  explored: Explored,
  query: URLSearchParams,
): Effect.fn.Return<ExplorerPage, StoreError | UnknownName> {
  const search = textIn(query, "search")
  const form: NarrowingForm = { label: "Search everything", button: "Search", fields: [searchField(query)] }
  const page = search === undefined ? undefined : yield* explored.access.page({ search, after: idIn(query, "after") })
  return framed(explored, {
    title: search === undefined ? "Search" : `Search: ${search}`,
    current: "search",
    parts: [
      {
        id: "search",
        heading: "Search everything",
        paragraphs: ["A part of a name, an e-mail address or an id, in any case."],
        form,
        table: page === undefined ? undefined : resourceTable("search", "Found", page, query, ["type", ...accountKeys]),
      },
    ],
  })
})

const typeField = (types: ReadonlyArray<ListedResourceType>, query: URLSearchParams): FormField => ({
  kind: "choice",
  name: "type",
  label: "Type",
  value: types.some(({ id }) => id === decodedType(query)) ? (query.get("type") ?? "") : "",
  choices: [["", "All"], ...types.map(({ id, displayName }) => [encodeURIComponent(id), displayName || id] as const)],
})

const decodedType = (query: URLSearchParams): string | undefined => {
  const type = query.get("type")
  return type === null ? undefined : idIn(new URLSearchParams({ type, id: "" }))?.resourceType
}
