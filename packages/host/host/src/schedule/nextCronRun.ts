// The next run of a cron schedule in a time zone whose clocks change. Effect's `Cron.next` leaves the repeated hour out
// unless told otherwise and promises nothing near a skipped one, so here it reads local time as if it were UTC, which has
// neither, and each local time is turned into the instants at which it comes.
import { Cron, DateTime } from "effect"

/** A cron schedule: its fields, which are those of local time, and the zone of that time. */
export interface CronSchedule {
  /** Parsed for UTC: what it yields is local time written as UTC. */
  readonly localTimes: Cron.Cron
  readonly zone: DateTime.TimeZone
}

const dayMillis = 86_400_000

/** Milliseconds to add to UTC for local time at this instant. */
const offsetAt = (zone: DateTime.TimeZone, instant: number): number =>
  DateTime.zonedOffset(DateTime.makeZonedUnsafe(instant, { timeZone: zone }))

/** The offsets a day before and a day after, the smaller first. They differ only where the clocks change between. */
const offsetsAround = (zone: DateTime.TimeZone, instant: number): ReadonlyArray<number> =>
  [offsetAt(zone, instant - dayMillis), offsetAt(zone, instant + dayMillis)].toSorted((a, b) => a - b)

/**
 * When a local time comes: twice where clocks go back over it, else once. One that is skipped as they go forward comes as
 * much later as is skipped (02:30 at 03:30). A schedule with a single hour is a daily one and keeps to the first of two.
 */
const instantsOf = ({ localTimes, zone }: CronSchedule, localTime: number): ReadonlyArray<number> => {
  const before = offsetAt(zone, localTime - dayMillis)
  const after = offsetAt(zone, localTime + dayMillis)
  const shown = [...new Set([before, after])]
    .filter((offset) => offsetAt(zone, localTime - offset) === offset)
    .map((offset) => localTime - offset)
  if (shown.length === 0) return [localTime - before]
  return localTimes.hours.size === 1 ? shown.slice(0, 1) : shown
}

/**
 * The first instant after `now` at which the schedule is due, both in milliseconds since the epoch. Throws where no such
 * time ever comes, as on the 30th of February.
 */
export const nextCronRun = (schedule: CronSchedule, now: number): number => {
  const { localTimes, zone } = schedule
  const [least = 0] = offsetsAround(zone, now)
  let best = Number.POSITIVE_INFINITY
  for (let localTime = now + least; ;) {
    localTime = Cron.next(localTimes, localTime).getTime()
    const [, most = 0] = offsetsAround(zone, localTime)
    // No later local time can come sooner.
    if (localTime - most >= best) return best
    best = Math.min(best, ...instantsOf(schedule, localTime).filter((instant) => instant > now))
  }
}
