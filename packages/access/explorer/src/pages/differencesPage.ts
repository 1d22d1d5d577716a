// What differs between two syncs, a section and a page at a time.
import type { Comparison, Section } from "@rollcall/access"
import { changesText, sectionIds, sections } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { ExplorerPage, FormField, PagePart } from "../pageData.ts"
import type { Pair } from "./changesPart.ts"
import { changesPart } from "./changesPart.ts"
import type { ComparedSync, Comparisons } from "./Comparisons.ts"
import type { Explored } from "./Explored.ts"
import { framed, minuteOf } from "./Explored.ts"
import { linkTo } from "./links.ts"

/** The page, and whether the browser is to ask again in a moment. */
export interface DifferencesPage {
  readonly page: ExplorerPage
  readonly again: boolean
}

/** What differs between the syncs that the query names: the one that is shown and the one before it unless others are named. */
export const differencesPage = Effect.fnUntraced(function* (
  explored: Explored,
  comparisons: Comparisons,
  query: URLSearchParams,
): Effect.fn.Return<DifferencesPage, StoreError> {
  const { syncs } = comparisons
  const named = (name: string) => syncs.find(({ id }) => encodeURIComponent(id) === query.get(name))
  const after = named("after") ?? syncs.find(({ id }) => id === explored.sync?.id) ?? syncs.at(-1)
  const before =
    named("before") ?? syncs.findLast(({ id, endedAt }) => id !== after?.id && endedAt <= (after?.endedAt ?? ""))
  const page = (parts: ReadonlyArray<PagePart>, again = false): DifferencesPage => ({
    page: framed(explored, { title: "Differences", current: "differences", parts }),
    again,
  })
  if (after === undefined || syncs.length < 2) return page([onlyOne])
  const choice = choicePart(syncs, before, after)
  if (before === undefined) return page([choice])
  const compared = yield* comparisons.of(before, after)
  if (compared._tag === "Working") {
    return page(
      [
        choice,
        part("working", "Comparing", "The syncs are being compared. This page shows the result when it is there."),
      ],
      true,
    )
  }
  if (compared._tag === "Failed") return page([choice, part("failed", "Not compared", compared.message, compared.hint)])
  const { comparison } = compared
  const rows = yield* linesOf(comparison)
  const section = sectionIds.find((id) => id === query.get("section")) ?? sectionIds.find((id) => rows[id] > 0)
  const pair = { before: encodeURIComponent(before.id), after: encodeURIComponent(after.id) }
  const from = Math.max(0, Math.trunc(Number(query.get("from") ?? 0)) || 0)
  return page([
    choice,
    sectionsPart(comparison, pair),
    ...(section === undefined
      ? []
      : [yield* changesPart(explored, comparison, section, { pair, from, isShown: after.id === explored.sync?.id })]),
    ...(comparison.unknown.length === 0
      ? []
      : [part("unknown", "Not known", ...comparison.unknown.map(({ text }) => text))]),
  ])
})

const part = (id: string, heading: string, ...paragraphs: ReadonlyArray<string>): PagePart => ({
  id,
  heading,
  paragraphs,
})

const onlyOne = part(
  "one",
  "One sync",
  "There is one finished sync to look at, so there is nothing to compare it with.",
  "A file keeps the syncs before, and `rollcall sync --archive FOLDER` keeps dated copies: start the explorer with --archive FOLDER to compare them.",
)

const choicePart = (
  syncs: ReadonlyArray<ComparedSync>,
  before: ComparedSync | undefined,
  after: ComparedSync,
): PagePart => {
  const choices = syncs
    .toReversed()
    .map(({ id, endedAt }) => [encodeURIComponent(id), `${minuteOf(endedAt)} (${id})`] as const)
  const field = (name: string, label: string, chosen: ComparedSync | undefined): FormField => ({
    kind: "choice",
    name,
    label,
    value: chosen === undefined ? "" : encodeURIComponent(chosen.id),
    choices: chosen === undefined ? [["", "Choose one"], ...choices] : choices,
  })
  return {
    id: "syncs",
    heading: "Which syncs",
    form: {
      label: "Which syncs are compared",
      button: "Compare",
      fields: [field("before", "The earlier sync", before), field("after", "The later sync", after)],
    },
  }
}

/** Whether a section has lines, be they on how many hold something: the first of them, or none. */
const linesOf = Effect.fnUntraced(function* ({ page }: Comparison) {
  const firsts = yield* Effect.forEach(sectionIds, (id) =>
    Effect.map(page(id, { from: 0, most: 1 }), (some) => [id, some.length] as const),
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Of all sections.
  return Object.fromEntries(firsts) as Readonly<Record<Section, number>>
})

const sectionsPart = (comparison: Comparison, pair: Pair): PagePart => ({
  id: "sections",
  heading: changesText(comparison),
  ...(comparison.total === 0
    ? {}
    : {
        table: {
          caption: "Changes by section",
          columns: [{ title: "Section" }, { title: "Changes", kind: "number" }],
          rows: sectionIds
            .filter((id) => comparison.counts[id] > 0)
            .map((id) => [
              { text: sections[id], link: linkTo("differences", { ...pair, section: id }) },
              comparison.counts[id],
            ]),
          status: "",
        },
      }),
})
