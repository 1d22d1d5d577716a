// What a sync lacks that somebody could give it.
import type { Gap, SyncSummary } from "@rollcall/connector"
import { unexpectedGaps } from "@rollcall/connector"

/** What scope, plan or settings kept out. What was left out on request is no gap, nor is what no sync promises. */
export const gapsOf = ({ coverage }: Pick<SyncSummary, "coverage">): ReadonlyArray<Gap> =>
  unexpectedGaps(coverage).filter((gap) => gap.reason !== "request")
