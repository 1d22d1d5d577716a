// `BATON_EVERY`: how often, or when, a worker without ConductorOne syncs.
import { ConfigError } from "@rollcall/config"
import { Clock, Cron, DateTime, Duration, Effect, Result } from "effect"
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

/** The next run of a cron schedule after now, in milliseconds since the epoch; fails where none comes, as on the 30th of February. */
export const nextRun = (schedule: CronSchedule) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.try(() => nextCronRun(schedule, now)))

/** An interval such as `90m`, `6h` or `1h30m`, in milliseconds; nothing where the text is none. */
export const intervalOf = (text: string): number | undefined => {
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
