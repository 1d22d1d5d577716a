// The guard against collapse: a sync that shows far less than the one before is held back until somebody says that it is
// right, as whoever reads the file takes what is not in it for gone.
import type { Coverage } from "../Coverage.ts"
import { SyncError } from "../SyncError.ts"
import type { ComparedSync, RecordCounts, SyncResult } from "../SyncStore.ts"

/** A resource type that lost more than it may. */
export interface Shrunk {
  readonly resourceType: string
  readonly of: "resources" | "grants"
  readonly before: number
  readonly after: number
}

/** The most percent of a type that may go from one sync to the next, unless the settings say otherwise. */
export const defaultMaxShrink = 50

/** A type with fewer records can lose most of them in the ordinary course of things. */
const fewest = 20

/**
 * The types that both syncs show completely, had at least 20 records, and would lose more than so many percent of them.
 * @param maxShrink Percent; 100 accepts every loss.
 */
export const findShrunk = (
  before: ComparedSync,
  after: Pick<RecordCounts, "resources" | "grants">,
  coverage: ReadonlyArray<Coverage>,
  maxShrink: number,
): ReadonlyArray<Shrunk> => {
  const { counts } = before
  if (counts === undefined) return []
  const types = coverage
    .filter((it) => it.state === "complete" && before.complete.includes(it.resourceType))
    .map((it) => it.resourceType)
  return types.flatMap((resourceType) =>
    (["resources", "grants"] as const)
      .map((of) => ({
        resourceType,
        of,
        before: counts[of][resourceType] ?? 0,
        after: after[of][resourceType] ?? 0,
      }))
      .filter((it) => it.before >= fewest && (it.before - it.after) * 100 > maxShrink * it.before),
  )
}

/** Why a sync of so many records must not be published, as it lost too much; `undefined` where it may. */
export const shrinkFailure = (
  { shrink, coverage }: Pick<SyncResult, "shrink" | "coverage">,
  after: RecordCounts,
): SyncError | undefined => {
  if (shrink === undefined) return undefined
  const { before, maxShrink } = shrink
  const shrunk = findShrunk(before, after, coverage, maxShrink)
  if (shrunk.length === 0) return undefined
  return new SyncError({
    reason: "Shrank",
    message:
      `The sync was not published, as it shows over ${maxShrink} percent less than the one before (${before.endedAt}): ` +
      `${shrunk.map(sentence).join("; ")}.`,
    hint:
      "Nothing was replaced. Check whether the system really has so few. If it has, sync again with --allow-shrink, which " +
      "publishes what was read, or set allow-shrink-until to a date; without them the next sync reads everything again.",
  })
}

const sentence = ({ resourceType, of, before, after }: Shrunk): string =>
  `${before} ${of === "resources" ? "" : "grants on "}${resourceType} before, ${after} now`
