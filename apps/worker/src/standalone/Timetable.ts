// `BATON_EVERY`: how often, or when, a standalone worker syncs.
import { ConfigError } from "@rollcall/config"
import { Clock, Cron, DateTime, Duration, Effect, Random, Result, Schedule } from "effect"
import type { CronSchedule } from "./nextCronRun.ts"
import { nextCronRun } from "./nextCronRun.ts"

/** When syncs are due. */
export type Timetable =
  | { readonly _tag: "Every"; readonly interval: Duration.Duration }
  | { readonly _tag: "At"; readonly schedule: CronSchedule }

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The shortest interval; a sync takes longer than that of any workspace worth syncing. */
const shortest = 60_000

/**
 * Reads an interval (`90m`, `6h`, `1d`, `1h30m`) or a cron expression (five fields, or six with seconds first; `0 3 * * *`)
 * in a time zone; that of the process, which `TZ` names, is the default.
 */
export const parseTimetable = (
  text: string,
  zone: DateTime.TimeZone = DateTime.zoneMakeLocal(),
): Effect.Effect<Timetable, ConfigError> => {
  const interval = intervalOf(text.trim())
  if (interval !== undefined) {
    return interval >= shortest
      ? Effect.succeed({ _tag: "Every", interval: Duration.millis(interval) })
      : Effect.fail(unusable("be a minute or more"))
  }
  const cron = Cron.parse(text.trim(), "UTC")
  if (Result.isFailure(cron)) {
    return Effect.fail(unusable("be an interval or a cron expression"))
  }
  const schedule = { localTimes: cron.success, zone }
  return nextRun(schedule).pipe(
    Effect.mapError(() => unusable("be a time that exists, on a day that one of its months has")),
    Effect.as({ _tag: "At", schedule }),
  )
}

/** The next run after now, in milliseconds since the epoch; fails where none comes, as on the 30th of February. */
const nextRun = (schedule: CronSchedule) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.try(() => nextCronRun(schedule, now)))

const intervalOf = (text: string): number | undefined => {
  if (!/^(?:\d+[smhd])+$/.test(text)) return undefined
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, amount, unit = ""]) => sum + Number(amount) * (units[unit] ?? 0),
    0,
  )
}

const unusable = (mustBe: string) =>
  new ConfigError({
    reason: "Invalid",
    message: `A schedule must ${mustBe}.`,
    hint: "Give an interval (6h, 90m, 1h30m) or a cron expression of five fields (0 3 * * * is every night at three).",
  })

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
