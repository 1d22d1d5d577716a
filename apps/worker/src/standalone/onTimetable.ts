// Runs work as a timetable says, with a delay that keeps workers apart.
import type { CronSchedule, Timetable } from "@rollcall/host/schedule"
import { nextCronRun, nextRun } from "@rollcall/host/schedule"
import { Clock, Duration, Effect, Random, Schedule } from "effect"

/** Is given the time of the next run as soon as it is known, in milliseconds since the epoch. */
export type Planned = (millis: number) => Effect.Effect<void>

/** Gives the delay back, after the time at which it ends was reported. */
export const planAfter = (delay: Duration.Duration, planned: Planned): Effect.Effect<Duration.Duration> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.as(planned(now + Duration.toMillis(delay)), delay))

/** What is known of earlier runs, whoever made them. */
export interface EarlierRuns {
  /** One was begun and is not over. */
  readonly isUnfinished: boolean
  /** Since when runs are owed, in milliseconds since the epoch, where there may have been none yet; absent where nobody knows. */
  readonly since?: number | undefined
  /** When the last one that is over was due, in milliseconds since the epoch; absent where there was none. */
  readonly last?: number | undefined
  /** When the last one was published, in milliseconds since the epoch; absent where none was. */
  readonly publishedAt?: number | undefined
}

/**
 * Runs the work as the timetable says, for ever: at an interval at once and from then on, by cron at its times alone. Where earlier runs
 * are known it goes on after them: what is unfinished, or was missed, is made up for at once, by one run.
 */
export const onTimetable = <E, R>(
  work: Effect.Effect<void, E, R>,
  timetable: Timetable,
  planned: Planned,
  earlier: EarlierRuns = { isUnfinished: false },
): Effect.Effect<never, E, R> => {
  const plan = (delay: Duration.Duration) => Effect.flatMap(withJitter(delay), (late) => planAfter(late, planned))
  const first = Effect.map(Clock.currentTimeMillis, (now) => firstDelay(timetable, earlier, now))
  if (timetable._tag === "At") {
    const untilNext = untilRun(timetable.schedule).pipe(Effect.flatMap(plan), Effect.flatMap(Effect.sleep))
    return first.pipe(
      Effect.flatMap((delay) => (delay === undefined ? Effect.void : work)),
      Effect.andThen(Effect.forever(Effect.andThen(untilNext, work))),
    )
  }
  const spread = Schedule.modifyDelay(Schedule.fixed(timetable.interval), ({ duration }) => plan(duration))
  return first.pipe(
    Effect.flatMap((delay = 0) =>
      delay === 0 ? Effect.void : Effect.flatMap(plan(Duration.millis(delay)), Effect.sleep),
    ),
    Effect.andThen(Effect.repeat(work, spread)),
    Effect.andThen(Effect.never),
  )
}

/** How long the first run waits, in milliseconds; by cron it waits for its time where that is absent. */
const firstDelay = (timetable: Timetable, earlier: EarlierRuns, now: number): number | undefined => {
  const { isUnfinished, last, since } = earlier
  if (isUnfinished) return 0
  if (timetable._tag === "Every") return last === undefined ? 0 : Math.max(0, dueAfter(timetable, last) - now)
  const from = last ?? since
  return from !== undefined && dueAfter(timetable, from) <= now ? 0 : undefined
}

/** When a run is due after one of that time, both in milliseconds since the epoch. */
export const dueAfter = (timetable: Timetable, last: number): number =>
  timetable._tag === "At" ? nextCronRun(timetable.schedule, last) : last + Duration.toMillis(timetable.interval)

/** When the first run is due for a worker that starts then: at an interval at once, by cron at its time. */
export const firstDue = (timetable: Timetable, start: number): number =>
  timetable._tag === "At" ? dueAfter(timetable, start) : start

const untilRun = Effect.fnUntraced(function* (schedule: CronSchedule) {
  const next = yield* Effect.orDie(nextRun(schedule))
  return Duration.millis(next - (yield* Clock.currentTimeMillis))
})

const maxJitter = Duration.minutes(5)

/** Workers that start together must not call Slack together: each waits a tenth longer at most, and five minutes at most. */
const withJitter = (duration: Duration.Duration): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (random) => {
    const most = Duration.min(Duration.times(duration, 0.1), maxJitter)
    return Duration.sum(duration, Duration.times(most, random))
  })
