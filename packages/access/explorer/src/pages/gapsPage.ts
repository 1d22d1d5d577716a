// The page of what the sync could not see, and its part of the overview.
import type { Gap } from "@rollcall/connector"
import { unexpectedGaps } from "@rollcall/connector"
import type { ExplorerPage, PagePart } from "../pageData.ts"
import type { Explored } from "./Explored.ts"
import { framed } from "./Explored.ts"
import { linkTo } from "./links.ts"

const unknownGaps = "What the sync could not see is not known: only files that Rollcall wrote say it."

/** What could not be seen, in a sentence. */
export const gapsInShort = ({ coverage }: Explored): PagePart => {
  const gaps = unexpectedGaps(coverage)
  const all = coverage.flatMap((it) => it.gaps)
  return {
    id: "gaps",
    heading: "What could not be seen",
    paragraphs: coverage.length === 0 ? [unknownGaps] : all.length === 0 ? ["Nothing is missing."] : [],
    facts:
      all.length === 0
        ? undefined
        : [
            ["Gaps", { text: all.map(({ missing }) => missing).join("; "), link: linkTo("gaps") }],
            ["Expected", `${all.length - gaps.length} of ${all.length}: no sync promises to show them`],
          ],
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
  furtherCredential: "a credential that was not given",
  quick: "a quick sync was asked for",
}

const reasonOf = ({ reason, expected }: Gap): string =>
  expected === true ? `${reasons[reason]}; no sync promises to show it` : reasons[reason]
