// The first page: how much there is of everything, and who stands out. And the page of what the sync could not see.
import { workspaceOf } from "@rollcall/access"
import type { Gap } from "@rollcall/connector"
import { unexpectedGaps } from "@rollcall/connector"
import type { ExplorerPage, PageLink, PagePart } from "../pageData.ts"
import type { Explored } from "./Explored.ts"
import { countOf, framed, listPlaces } from "./Explored.ts"
import { linkTo } from "./links.ts"

/** The overview. */
export const overviewPage = (explored: Explored): ExplorerPage => {
  const { sync, file, typesOf, counts, totals, access } = explored
  const listed = (types: ReadonlyArray<{ readonly id: string }>) =>
    countOf(explored, ({ resourceType }) => types.some(({ id }) => id === resourceType))
  const accounts = counts.filter(({ isAccount }) => isAccount === true)
  const having = (attribute: "status" | "kind", value: string) =>
    countOf({ counts: accounts }, (facet) => facet[attribute] === value)
  const kinds = [...new Set(accounts.flatMap(({ kind }) => kind ?? []))].filter((kind) => kind !== "member")
  const card = (figure: number, word: string, link?: PageLink) => ({ figure, word, link })
  const people = (parameters: Readonly<Record<string, string>> = {}) => linkTo("people", parameters)
  return framed(explored, {
    title: sync?.source === undefined ? "Overview" : sync.source.tenant.displayName,
    current: "overview",
    parts: [
      {
        id: "figures",
        heading: "Figures",
        cards: [
          card(listed(typesOf.people), "people", people()),
          ...(access.meanings.declarePrivileged
            ? [
                card(
                  countOf({ counts: accounts }, ({ privileged }) => privileged),
                  "admins",
                  people({ kind: "admin" }),
                ),
              ]
            : []),
          ...kinds.map((kind) => card(having("kind", kind), plural(kind), people({ kind }))),
          ...["disabled", "deleted"].flatMap((status) => {
            const count = having("status", status)
            return count === 0 ? [] : [card(count, status, people({ status }))]
          }),
          ...(["groups", "roles", "others"] as const).flatMap((place) =>
            typesOf[place].length === 0
              ? []
              : [card(listed(typesOf[place]), place === "others" ? "other resources" : place, linkTo(place))],
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
  const kinds = [...new Set(accounts.map(({ kind = "unknown" }) => kind))]
  if (kinds.length < 2) return []
  const bars = kinds.map((name) => ({
    name,
    count: countOf({ counts: accounts }, ({ kind = "unknown" }) => kind === name),
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

const unknownGaps = "What the sync could not see is not known: only files that Rollcall wrote say it."

const gapsInShort = ({ coverage }: Explored): PagePart => {
  const gaps = unexpectedGaps(coverage)
  const all = coverage.flatMap((it) => it.gaps)
  return {
    id: "gaps",
    heading: "What could not be seen",
    paragraphs: [
      coverage.length === 0
        ? unknownGaps
        : gaps.length === 0
          ? "Nothing that a sync promises to show."
          : gaps.map(({ missing }) => missing).join("; "),
    ],
    cards:
      all.length === 0 ? [] : [{ figure: all.length, word: all.length === 1 ? "gap" : "gaps", link: linkTo("gaps") }],
  }
}

/** What could not be seen, and why. */
export const gapsPage = (explored: Explored): ExplorerPage => {
  const { coverage, typesOf } = explored
  const names = new Map(
    Object.values(typesOf).flatMap((types) => types.map(({ id, displayName }) => [id, displayName] as const)),
  )
  const skipped = coverage.filter(({ state, gaps }) => state === "skipped" && gaps.length === 0)
  const parts = coverage.flatMap(({ resourceType, gaps }, at) =>
    gaps.length === 0
      ? []
      : [
          {
            id: `type-${at}`,
            heading: names.get(resourceType) || resourceType,
            table: {
              caption: "Gaps",
              columns: [
                { title: "Not seen" },
                { title: "Why, and what would show it" },
                { title: "Because of" },
                { title: "Missing scopes" },
              ],
              rows: gaps.map((gap) => [
                gap.missing,
                gap.explanation,
                reasonOf(gap),
                gap.missingScopes?.join(", ") ?? "-",
              ]),
              status: "",
            },
          } satisfies PagePart,
        ],
  )
  const whole = coverage.filter(({ gaps, state }) => gaps.length === 0 && state === "complete")
  return framed(explored, {
    title: "What could not be seen",
    current: "gaps",
    parts: [
      ...(coverage.length === 0 ? [{ id: "unknown", heading: "Unknown", paragraphs: [unknownGaps] }] : []),
      ...parts,
      ...(skipped.length === 0
        ? []
        : [{ id: "skipped", heading: "Not read at all", paragraphs: [listOf(skipped, names)] }]),
      ...(whole.length === 0 ? [] : [{ id: "whole", heading: "Seen whole", paragraphs: [listOf(whole, names)] }]),
    ],
  })
}

const listOf = (types: ReadonlyArray<{ readonly resourceType: string }>, names: ReadonlyMap<string, string>): string =>
  `${types.map(({ resourceType }) => names.get(resourceType) || resourceType).join(", ")}.`

const reasons: Readonly<Record<Gap["reason"], string>> = {
  scope: "a scope",
  plan: "the plan",
  settings: "settings",
  request: "what was asked for",
  unreadable: "damaged records",
  short: "a list that is short",
  credential: "whose token it is",
}

const reasonOf = ({ reason, expected }: Gap): string =>
  expected === true ? `${reasons[reason]}; no sync promises to show it` : reasons[reason]
