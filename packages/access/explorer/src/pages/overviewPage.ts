// The first page: how much there is of everything, and who stands out.
import type { FacetCount } from "@rollcall/access"
import { workspaceOf } from "@rollcall/access"
import type { ExplorerPage, PageLink, PagePart } from "../pageData.ts"
import type { Explored } from "./Explored.ts"
import { countOf, framed, listPlaces } from "./Explored.ts"
import { gapsInShort } from "./gapsPage.ts"
import { linkTo } from "./links.ts"

/** The overview. */
export const overviewPage = (explored: Explored): ExplorerPage => {
  const { sync, file, typesOf, counts, totals, access, isWhole } = explored
  const listed = (types: ReadonlyArray<{ readonly id: string }>) =>
    countOf(explored, ({ resourceType }) => types.some(({ id }) => id === resourceType))
  const accounts = counts.filter(({ isAccount }) => isAccount === true)
  const having = (value: string, valuesOf: (facet: FacetCount) => ReadonlyArray<string | undefined>) =>
    countOf({ counts: accounts }, (facet) => valuesOf(facet).includes(value))
  const kinds = [...new Set(accounts.flatMap((facet) => facet.kinds))].filter((kind) => kind !== "member")
  const card = (count: number, word: string, link?: PageLink, isKnown = true) => {
    if (isKnown) return { figure: count, word, link }
    return { figure: "unknown", word: `${word} (${count.toLocaleString("en")} seen)`, link }
  }
  // What makes an account a guest or an admin is held on resources of these types.
  const seesPeople = isWhole([...access.accountTypes])
  const seesKinds = seesPeople && isWhole([...access.meanings.types])
  const people = (parameters: Readonly<Record<string, string>> = {}) => linkTo("people", parameters)
  return framed(explored, {
    title: sync?.source === undefined ? "Overview" : sync.source.tenant.displayName,
    current: "overview",
    parts: [
      {
        id: "figures",
        heading: "Figures",
        cards: [
          card(listed(typesOf.people), "people", people(), seesPeople),
          ...(access.meanings.declarePrivileged
            ? [
                card(
                  countOf({ counts: accounts }, ({ privileged }) => privileged),
                  "admins",
                  people({ kind: "admin" }),
                  seesKinds,
                ),
              ]
            : []),
          ...kinds.map((kind) =>
            card(
              having(kind, (facet) => facet.kinds),
              plural(kind),
              people({ kind }),
              seesKinds,
            ),
          ),
          ...["disabled", "deleted"].flatMap((status) => {
            const count = having(status, (facet) => [facet.status])
            return count === 0 ? [] : [card(count, status, people({ status }), seesPeople)]
          }),
          ...(["groups", "roles", "others"] as const).flatMap((place) =>
            typesOf[place].length === 0
              ? []
              : [
                  card(
                    listed(typesOf[place]),
                    place === "others" ? "other resources" : place,
                    linkTo(place),
                    isWhole(typesOf[place].map(({ id }) => id)),
                  ),
                ],
          ),
          card(totals.entitlements, "entitlements"),
          card(totals.grants, "grants"),
        ],
      },
      {
        id: "source",
        heading: "Source",
        facts: [
          ["Workspace", sync === undefined ? "unknown" : workspaceOf(sync)],
          ["File", file],
          ["Sync", sync === undefined ? "none" : `${sync.id} (${sync.type || "type unknown"})`],
          ["Begun", sync?.startedAt ?? "unknown"],
          ["Ended", sync?.endedAt ?? "not finished"],
          ["Connector", sync?.source?.connector ?? "unknown"],
        ],
      },
      ...kindsPart(explored),
      typesPart(explored),
      gapsInShort(explored),
    ],
  })
}

const plural = (kind: string): string => (kind === "invited" || kind.endsWith("s") ? kind : `${kind}s`)

const kindsPart = ({ counts }: Explored): ReadonlyArray<PagePart> => {
  const accounts = counts.filter(({ isAccount }) => isAccount === true)
  // Who is a guest and invited is counted once, as both, so that the bars add up.
  const nameOf = ({ kinds }: FacetCount): string => kinds.join(", ") || "unknown"
  const names = [...new Set(accounts.map(nameOf))]
  if (names.length < 2) return []
  const bars = names.map((name) => ({
    name,
    count: countOf({ counts: accounts }, (facet) => nameOf(facet) === name),
  }))
  return [{ id: "kinds", heading: "Kinds of accounts", bars: bars.toSorted((one, other) => other.count - one.count) }]
}

const typesPart = (explored: Explored): PagePart => {
  const { typesOf, coverage } = explored
  const types = listPlaces.flatMap((place) =>
    typesOf[place].map((type) => ({ place, type, only: typesOf[place].length === 1 })),
  )
  return {
    id: "types",
    heading: "Resource types",
    table: {
      caption: "Resource types",
      columns: [
        { title: "Type" },
        { title: "Resources", kind: "number" },
        { title: "Coverage" },
        { title: "ID", kind: "id" },
      ],
      rows: types.map(({ place, type: { id, displayName }, only }) => [
        { text: displayName || id, link: linkTo(place, only ? {} : { type: encodeURIComponent(id.toWellFormed()) }) },
        countOf(explored, ({ resourceType }) => resourceType === id),
        coverage.find(({ resourceType }) => resourceType === id)?.state ?? "unknown",
        id,
      ]),
      status: "Coverage says how much of a type the sync shows.",
    },
  }
}
