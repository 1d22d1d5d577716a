// How differences between the files of two programs are listed: a line each in CSV and Markdown, and a flat record in JSON, in which
// every key is always there.
import type { KnownDifference } from "@rollcall/connector"
import { Effect } from "effect"
import type { Listing } from "../render/renderListing.ts"
import type { DifferingValue, RecordDifference } from "./checkParity.ts"
import { notRead, unexplained } from "./checkParity.ts"

/** Differences, with what is known of each. */
export const parityListing = (known: ReadonlyArray<KnownDifference>): Listing<RecordDifference> => {
  const whys = new Map(known.map(({ id, what, why }) => [id, `${what} ${why}`]))
  const whyOf = ({ explanation }: RecordDifference): string => whys.get(explanation) ?? ownWhys[explanation] ?? ""
  return {
    name: "differences",
    columns: [
      { key: "kind", title: "Kind", value: ({ kind }) => kind },
      { key: "id", title: "ID", isId: true, value: ({ id }) => id },
      { key: "name", title: "Name", value: ({ name }) => name || "-" },
      { key: "only", title: "Only in", value: ({ only }) => only ?? "-" },
      { key: "explanation", title: "Explanation", value: ({ explanation }) => explanation },
      { key: "details", title: "Details", value: ({ values }) => values.map(valueText).join("; ") || "-" },
      { key: "why", title: "Why", shown: "csv", value: whyOf },
    ],
    json: (difference) => Effect.succeed({ ...difference, why: whyOf(difference) || null }),
  }
}

const ownWhys: Readonly<Record<string, string>> = {
  [unexplained]: "",
  [notRead]: "Our sync did not read it, as its coverage says.",
}

/** A value as people read it: `profile.title none → "CTO"`. */
export const valueText = ({ path, theirs, ours }: DifferingValue): string => `${path} ${shown(theirs)} → ${shown(ours)}`

const shown = (value: DifferingValue["ours"]): string => (value === null ? "none" : JSON.stringify(value))
