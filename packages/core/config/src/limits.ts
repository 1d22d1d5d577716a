// The limits of changes, as one table: which setting limits what. The brakes of both apps follow from it.

/**
 * Additions or removals; in one run or within an hour; all of them, those of one group, or the share of a group's members. A run is a
 * command or a plan. For each that is limited in a run, there is one within an hour.
 */
export const limits = [
  { setting: "max-additions", counts: "additions", within: "run", of: "all" },
  { setting: "max-removals", counts: "removals", within: "run", of: "all" },
  { setting: "max-additions-per-group", counts: "additions", within: "run", of: "entitlement" },
  { setting: "max-removals-per-group", counts: "removals", within: "run", of: "entitlement" },
  { setting: "max-addition-share", counts: "additions", within: "run", of: "share" },
  { setting: "max-removal-share", counts: "removals", within: "run", of: "share" },
  { setting: "max-additions-per-hour", counts: "additions", within: "hour", of: "all" },
  { setting: "max-removals-per-hour", counts: "removals", within: "hour", of: "all" },
  { setting: "max-additions-per-group-per-hour", counts: "additions", within: "hour", of: "entitlement" },
  { setting: "max-removals-per-group-per-hour", counts: "removals", within: "hour", of: "entitlement" },
  { setting: "max-addition-share-per-hour", counts: "additions", within: "hour", of: "share" },
  { setting: "max-removal-share-per-hour", counts: "removals", within: "hour", of: "share" },
] as const

type LimitRow = (typeof limits)[number]

/** Those that hold for tasks, each of which is a run of one change: all but the limits of a whole run. */
export const taskLimits = limits.filter(
  (limit): limit is Exclude<LimitRow, { readonly within: "run"; readonly of: "all" }> =>
    limit.within === "hour" || limit.of !== "all",
)
