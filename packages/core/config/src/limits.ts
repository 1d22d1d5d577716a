// The limits of changes, as one table: which setting limits what. The brakes of both apps follow from it.

/**
 * Those that hold for tasks, each of which is a run of one change: additions or removals, in one run or within an hour, of one group, by the
 * share of a group's members, or all of them within an hour.
 */
export const taskLimits = [
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

/** All of them, in the order in which they are looked at. A run is a command or a plan. */
export const limits = [
  { setting: "max-additions", counts: "additions", within: "run", of: "all" },
  { setting: "max-removals", counts: "removals", within: "run", of: "all" },
  ...taskLimits,
] as const
