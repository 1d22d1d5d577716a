// When access that is asked for ends: after a time, or at an instant.
import { intervalOf } from "@rollcall/host/schedule"
import { Clock, Effect } from "effect"
import { UsageError } from "../errors.ts"

/** The flags, as they were given. */
interface EndFlags {
  readonly for?: string | undefined
  readonly until?: string | undefined
  readonly withoutWorker?: boolean
}

/** The end that the flags name, in milliseconds since the epoch; `undefined`: none, for ever. */
export const endOf = Effect.fnUntraced(function* ({ for: time, until, withoutWorker = false }: EndFlags) {
  if (time === undefined && until === undefined) {
    return withoutWorker ? yield* aboutEndsAlone : undefined
  }
  if (time !== undefined && until !== undefined) return yield* oneOfTheTwo
  if (until !== undefined) {
    const instant = instantOf(until) ?? (yield* noInstant(until))
    return instant > (yield* Clock.currentTimeMillis) ? instant : yield* isOver(until)
  }
  const millis = intervalOf(time ?? "")
  if (millis === undefined || millis === 0) return yield* noTime
  const end = (yield* Clock.currentTimeMillis) + millis
  return end <= latest ? end : yield* noTime
})

// The last second that four digits of a year can write.
const latest = Date.UTC(9999, 11, 31, 23, 59, 59)

const parts = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/u

/** The instant of RFC 3339, with or without seconds; `undefined` without an offset, or of a day that no calendar has. */
export const instantOf = (text: string): number | undefined => {
  const [, year, month, day, hour, minute, second = "0"] = parts.exec(text) ?? []
  const fields = [year, month, day, hour, minute, second].map(Number)
  if (fields.some((it) => Number.isNaN(it))) return undefined
  const [y = 0, m = 0, d = 0, ...time] = fields
  const isOfCalendar = new Date(Date.UTC(y, m - 1, d)).toISOString().startsWith(`${year}-${month}-${day}`)
  const isOfClock = (time[0] ?? 24) < 24 && time.slice(1).every((it) => it < 60)
  const instant = Date.parse(text)
  return isOfCalendar && isOfClock && instant <= latest ? instant : undefined
}

const noInstant = (text: string) =>
  new UsageError({
    message: `--until is ${text}, which is no instant with an offset.`,
    hint: "Give one such as 2026-12-01T18:00Z or 2026-12-01T19:00+01:00.",
  })

const isOver = (text: string) =>
  new UsageError({
    message: `--until is ${text}, which is over. Nothing was begun.`,
    hint: "Give an instant that is to come; `rollcall leases end` ends what is open now.",
  })

const noTime = new UsageError({
  message: "--for must be a length of time.",
  hint: "Give one such as 8h, 90m or 7d.",
})

const oneOfTheTwo = new UsageError({
  message: "--for and --until both say when the access ends.",
  hint: "Leave one of the two out.",
})

const aboutEndsAlone = new UsageError({
  message: "--without-worker is about access that ends, and no end is given.",
  hint: "Add --for or --until, or leave it out.",
})
