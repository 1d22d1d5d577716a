// What a sync lacks that somebody could give it.
import type { Gap, SyncSummary } from "@rollcall/connector"

/** What scope, plan or settings kept out; what was left out on request is no gap. */
export const gapsOf = ({ coverage }: Pick<SyncSummary, "coverage">): ReadonlyArray<Gap> =>
  coverage.flatMap(({ gaps }) => gaps).filter((gap) => gap.reason !== "request")
