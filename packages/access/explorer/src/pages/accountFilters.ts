// What narrows a list: a search, and filters of accounts by what is known of them.
import type { AccessReader, FacetCount, PageQuery } from "@rollcall/access"
import type { FormField } from "../pageData.ts"
import { countOf } from "./Explored.ts"
import { textIn } from "./links.ts"

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
    ...filter("kind", "Kind", ({ kinds, privileged }) => [
      ...(kinds.length === 0 ? ["unknown"] : kinds),
      ...(privileged ? ["admin"] : []),
    ]),
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
      ["status", status, ({ status: known }) => known === undefined],
      ["kind", kind, ({ kinds }) => kinds.length === 0],
      ["second factor", mfa, ({ mfa: known }) => known === undefined],
    ] satisfies ReadonlyArray<readonly [string, unknown, (facet: FacetCount) => boolean]>
  ).flatMap(([word, asked, lacks]) => {
    if (asked === undefined || (Array.isArray(asked) && asked.includes("unknown"))) return []
    const count = countOf({ counts: facets }, (facet) => facet.isAccount !== false && lacks(facet))
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
