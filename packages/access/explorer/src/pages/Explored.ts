// What all pages are made from: one sync that is open, and what is known of it as a whole. All that takes longer in a large
// workspace is done here, once, before the first page.
import type { AccessReader, FacetCount, ListedResourceType, SyncInfo } from "@rollcall/access"
import { incompletenessOf, whyUnknown, workspaceOf } from "@rollcall/access"
import type { Coverage, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { ExplorerPage, Frame, PagePart, Place } from "../pageData.ts"

/** The lists of resources, by their places. */
export type ListPlace = Extract<Place, "people" | "groups" | "roles" | "others">

export const listPlaces: ReadonlyArray<ListPlace> = ["people", "groups", "roles", "others"]

/** A sync that is ready to be looked through. */
export interface Explored {
  readonly file: string
  readonly access: AccessReader
  readonly sync: SyncInfo | undefined
  /** The types that each list shows. */
  readonly typesOf: Readonly<Record<ListPlace, ReadonlyArray<ListedResourceType>>>
  /** How many resources have what in common. */
  readonly counts: ReadonlyArray<FacetCount>
  readonly totals: { readonly entitlements: number; readonly grants: number }
  readonly coverage: ReadonlyArray<Coverage>
  /** Whether the sync shows all that there is of these types. */
  readonly isWhole: (resourceTypes: ReadonlyArray<string>) => boolean
  /** What pages say of the sync, and what those say in addition that list what somebody inherits only where it is stored. */
  readonly notes: ReadonlyArray<string>
  readonly inheritedNotes: ReadonlyArray<string>
}

/** Reads what pages are made from, which takes time that grows with the sync. */
export const explore = Effect.fn("Explorer.explore")(function* (
  file: string,
  access: AccessReader,
): Effect.fn.Return<Explored, StoreError> {
  yield* access.preparePages
  const types = yield* Stream.runCollect(access.resourceTypes)
  const coverage = yield* access.coverage
  const parents = yield* parentTypes(access)
  const kindOf = ({ id, traits }: ListedResourceType) => {
    if (access.accountTypes.has(id)) return "account"
    return traits.includes("group") && !parents.has(id) ? "group" : traits.includes("role") ? "role" : "other"
  }
  const { notes } = yield* incompletenessOf(access, "listed")
  const inherited = yield* incompletenessOf(access, "missing")
  const { entitlements, grants } = yield* access.counts
  return {
    file,
    access,
    sync: access.sync,
    typesOf: {
      people: types.filter(({ id }) => access.accountTypes.has(id)),
      groups: types.filter((type) => kindOf(type) === "group"),
      roles: types.filter((type) => kindOf(type) === "role"),
      others: types.filter((type) => kindOf(type) === "other"),
    },
    counts: yield* access.pageCounts(),
    totals: { entitlements, grants },
    coverage,
    isWhole: (resourceTypes) => {
      const shown = { type: access.sync?.type ?? "", types: types.map(({ id }) => id), coverage }
      return resourceTypes.every((type) => whyUnknown(shown, type).length === 0)
    },
    notes,
    inheritedNotes: inherited.notes.filter((note) => !notes.includes(note)),
  }
})

/** The types of what accounts belong to, such as a workspace: it has members as a group has, and is none. */
const parentTypes = Effect.fnUntraced(function* (
  access: AccessReader,
): Effect.fn.Return<ReadonlySet<string>, StoreError> {
  const firsts = Stream.fromIterable(access.accountTypes).pipe(
    Stream.flatMap((resourceType) => Stream.take(access.resources({ resourceType }), 1)),
  )
  return new Set((yield* Stream.runCollect(firsts)).flatMap(({ parent }) => parent?.id.resourceType ?? []))
})

const names: Readonly<Record<Place, string | undefined>> = {
  overview: "Overview",
  people: "People",
  groups: "Groups",
  roles: "Roles",
  others: "Other resources",
  search: "Search",
  resource: undefined,
  differences: "Differences",
  gaps: "Gaps",
}

/** A page with what every page shows around its own. */
export const framed = (
  explored: Explored,
  {
    title,
    current,
    parts,
  }: { readonly title: string; readonly current?: Place | undefined; readonly parts: ReadonlyArray<PagePart> },
): ExplorerPage => {
  const { sync, file, typesOf, notes } = explored
  const isShown = (place: Place) => listPlaces.every((list) => list !== place || typesOf[list].length > 0)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The keys of a record.
  const places = Object.keys(names) as ReadonlyArray<Place>
  const frame: Frame = {
    title,
    source:
      sync === undefined
        ? `${file} holds no sync`
        : [
            ...(sync.source === undefined ? [] : [workspaceOf(sync)]),
            `as of ${minuteOf(sync.endedAt ?? sync.startedAt)}`,
            file,
          ].join(" · "),
    notes,
    places: places.flatMap((place) => {
      const name = names[place]
      return name === undefined || !isShown(place) ? [] : [[place, name] as const]
    }),
    current,
  }
  return { frame, parts }
}

/** `2026-11-29 19:02 UTC` */
export const minuteOf = (instant: string): string =>
  instant.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*Z$/u, "$1 $2 UTC")

/** How many resources the sync lists of which something holds. */
export const countOf = ({ counts }: Pick<Explored, "counts">, holds: (facet: FacetCount) => boolean): number =>
  counts.reduce((sum, facet) => (holds(facet) ? sum + facet.count : sum), 0)
