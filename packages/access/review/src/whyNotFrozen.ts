// Why a campaign does not start with the items that its scopes and reviewers make.
import { refuse } from "./ReviewError.ts"

/** Items that an error names. */
const mostNamed = 5

export const nothingIn = (empty: ReadonlyArray<{ readonly text: string; readonly isOfBase: boolean }>) => {
  const what = empty.map(({ text, isOfBase }) => (isOfBase ? `${text} but base memberships` : text))
  return refuse(
    "OutOfOrder",
    `Nothing in the file is in the scope ${what.join(", or in ")}.`,
    "Leave it out, or correct it: a review of nothing would look like a review.",
  )
}

export const tooMany = (most: number) =>
  refuse(
    "OutOfOrder",
    `More than ${most.toLocaleString("en")} grants are in scope, which no group of people can decide.`,
    "Narrow the scopes, or make several campaigns.",
  )

export const withoutReviewer = (items: ReadonlyArray<string>) => {
  const named = items.slice(0, mostNamed).join("; ")
  const more = items.length > mostNamed ? `; and ${items.length - mostNamed} more` : ""
  return refuse(
    "OutOfOrder",
    `${items.length} ${items.length === 1 ? "item has" : "items have"} no reviewer who is somebody else: ${named}${more}.`,
    "Add lines to reviewers.csv, or another --fallback: nobody reviews their own access.",
  )
}
