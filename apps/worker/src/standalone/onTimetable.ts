// Runs work as a timetable says, with a delay that keeps workers apart.
import type { CronSchedule, Timetable } from "@rollcall/host/schedule"
import { nextRun } from "@rollcall/host/schedule"
import { Clock, Duration, Effect, Random, Schedule } from "effect"

/** Is given the time of the next run as soon as it is known, in milliseconds since the epoch. */
export type Planned = (millis: number) => Effect.Effect<void>

/** Gives the delay back, after the time at which it ends was reported. */
export const planAfter = (delay: Duration.Duration, planned: Planned): Effect.Effect<Duration.Duration> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.as(planned(now + Duration.toMillis(delay)), delay))

/** Runs the work as the timetable says, for ever: at an interval at once and from then on, by cron at its times alone. */
export const onTimetable = <E, R>(
  work: Effect.Effect<void, E, R>,
  timetable: Timetable,
  planned: Planned,
): Effect.Effect<never, E, R> => {
  const plan = (delay: Duration.Duration) => Effect.flatMap(withJitter(delay), (late) => planAfter(late, planned))
  if (timetable._tag === "At") {
    const untilNext = untilRun(timetable.schedule).pipe(Effect.flatMap(plan), Effect.flatMap(Effect.sleep))
    return Effect.forever(Effect.andThen(untilNext, work))
  }
  const spread = Schedule.modifyDelay(Schedule.fixed(timetable.interval), ({ duration }) => plan(duration))
  return Effect.andThen(Effect.repeat(work, spread), Effect.never)
}

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
