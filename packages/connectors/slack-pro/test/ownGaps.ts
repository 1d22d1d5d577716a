// The gaps of a sync, without those that every sync without the Business+ token has.
import type { Coverage } from "@rollcall/connector"
import { unexpectedGaps } from "@rollcall/connector"

export const ownGaps = (coverage: ReadonlyArray<Coverage>) =>
  unexpectedGaps(coverage).filter(({ reason }) => reason !== "furtherCredential")

/** Of the types of Slack Pro alone. */
export const ownCoverage = (coverage: ReadonlyArray<Coverage>): ReadonlyArray<Coverage> =>
  coverage.filter(({ resourceType }) => resourceType !== "group" && resourceType !== "businessPlusRole")
