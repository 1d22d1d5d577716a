// Lists of resources, a page at a time: people, groups, roles, whatever else there is, and all of them for a search.
import type { AccessReader, FacetCount, ListedResource, ListedResourceType, Page, PageQuery } from "@rollcall/access"
import { resourceListing } from "@rollcall/access"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Cell, ExplorerPage, FormField, NarrowingForm, Place, ServedTable } from "../pageData.ts"
import type { Explored, ListPlace } from "./Explored.ts"
import { countOf, framed } from "./Explored.ts"
import { idIn, idParameters, linkTo, resourceLink, textIn } from "./links.ts"
import type { UnknownName } from "@rollcall/access"

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

/** Columns of accounts and of other resources beside the name, by the keys of listings. */
const accountKeys: ReadonlyArray<string> = ["email", "status", "kind", "roles", "mfa", "id"]
const otherKeys: ReadonlyArray<string> = ["members", "parent", "created", "id"]

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
const resourceTable = (
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
  const among =
    total === undefined
      ? next === undefined
        ? ""
        : "; there may be more"
      : isFirst && next === undefined
        ? ""
        : ` of ${total.toLocaleString("en")}`
  return {
    status: `${shown} ${records.length === 1 ? "row" : "rows"} on this page${among}.`,
    first: isFirst ? undefined : linkTo(place, others),
    next: next === undefined ? undefined : linkTo(place, { ...others, ...idParameters(next, prefix) }),
  }
}

/** A choice that narrows a list of accounts. */
interface Filter {
  readonly name: "status" | "kind" | "mfa"
  readonly label: string
  readonly value: string
  readonly choices: ReadonlyArray<readonly [value: string, text: string]>
}

/** The choices that these accounts leave, with how many accounts each has. */
export const accountFilters = (
  access: AccessReader,
  facets: ReadonlyArray<FacetCount>,
  query: URLSearchParams,
): ReadonlyArray<Filter> => {
  const filter = (
    name: Filter["name"],
    label: string,
    valuesOf: (facet: FacetCount) => ReadonlyArray<string>,
  ): ReadonlyArray<Filter> => {
    const values = [...new Set(facets.flatMap(valuesOf))].toSorted()
    if (values.length < 2) return []
    const choices = values.map((value) => {
      const count = countOf({ counts: facets }, (facet) => valuesOf(facet).includes(value))
      return [value, `${value} (${count.toLocaleString("en")})`] as const
    })
    const chosen = query.get(name) ?? ""
    return [{ name, label, value: values.includes(chosen) ? chosen : "", choices: [["", "All"], ...choices] }]
  }
  const tellsMfa = access.meanings.tells("mfa")
  return [
    ...filter("status", "Status", ({ status = "unknown" }) => [status]),
    ...filter("kind", "Kind", ({ kind = "unknown", privileged }) => (privileged ? [kind, "admin"] : [kind])),
    ...(tellsMfa ? filter("mfa", "2FA", ({ mfa }) => (mfa === undefined ? [] : [mfa ? "on" : "off"])) : []),
  ]
}

/** What the search and the filters ask for. */
export const narrowingOf = (
  query: URLSearchParams,
  filters: ReadonlyArray<Filter>,
): Pick<PageQuery, "search" | "status" | "kind" | "mfa"> => {
  const chosen = (name: Filter["name"]) => filters.find((filter) => filter.name === name)?.value || undefined
  const [status, kind, mfa] = [chosen("status"), chosen("kind"), chosen("mfa")]
  return {
    search: textIn(query, "search"),
    status: status === undefined ? undefined : [status],
    kind: kind === undefined ? undefined : [kind],
    mfa: mfa === undefined ? undefined : mfa === "on",
  }
}

/** A sentence for accounts that a filter leaves out because what it asks for is not known of them. */
export const leftOut = (
  facets: ReadonlyArray<FacetCount>,
  { status, kind, mfa }: Pick<PageQuery, "status" | "kind" | "mfa">,
): ReadonlyArray<string> =>
  (
    [
      ["status", status],
      ["kind", kind],
      ["mfa", mfa],
    ] as const
  ).flatMap(([attribute, asked]) => {
    if (asked === undefined || (Array.isArray(asked) && asked.includes("unknown"))) return []
    const count = countOf({ counts: facets }, (facet) => facet.isAccount !== false && facet[attribute] === undefined)
    const word = attribute === "mfa" ? "second factor" : attribute
    return count === 0
      ? []
      : [
          `The ${word} of ${count.toLocaleString("en")} ${count === 1 ? "account" : "accounts"} is not known, so the list leaves them out.`,
        ]
  })

/** The field for text that is searched. */
export const searchField = (query: URLSearchParams): FormField => ({
  kind: "search",
  name: "search",
  label: "Name, e-mail address or id",
  value: textIn(query, "search") ?? "",
})

export const fieldOf = (filter: Filter): FormField => ({ kind: "choice", ...filter })

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

/** Fields that keep a resource in the query of a form. */
export const hiddenId = (id: ResourceId): ReadonlyArray<FormField> =>
  Object.entries(idParameters(id)).map(([name, value]) => ({ kind: "hidden", name, value }))
