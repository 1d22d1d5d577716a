// Which copies stay: the last one of each of the last so many days, weeks and months that have one, in UTC.
import { Option } from "effect"

/** How many copies stay, by how far they are apart. */
export interface Retention {
  readonly daily: number
  readonly weekly: number
  readonly monthly: number
}

/** What a retention looks like as a setting. */
export const retentionExample = "14d,8w,24m"

/** Reads a retention such as `14d,8w,24m`; a part that is left out is 0. `all` keeps everything. */
export const parseRetention = (text: string): Option.Option<Retention | "all"> => {
  if (text.trim().toLowerCase() === "all") return Option.some("all")
  const parts = text.split(",").map((part) => /^(\d{1,5})([dwm])$/u.exec(part.trim().toLowerCase()))
  const numbers = new Map<string, number>()
  for (const part of parts) {
    const [, number = "", unit = ""] = part ?? []
    if (part === null || numbers.has(unit)) return Option.none()
    numbers.set(unit, Number(number))
  }
  const [daily = 0, weekly = 0, monthly = 0] = [numbers.get("d"), numbers.get("w"), numbers.get("m")]
  return daily + weekly + monthly === 0 ? Option.none() : Option.some({ daily, weekly, monthly })
}

/** A copy as far as keeping it takes. */
export interface Retained {
  /** RFC 3339. */
  readonly endedAt: string
  /** Whether somebody asked for it to stay. */
  readonly kept: boolean
}

const dayMillis = 86_400_000

/** Days since the epoch; it began on a Thursday, and a week begins on Monday. */
const dayOf = (time: number): number => Math.floor(time / dayMillis)

const periods: Readonly<Record<keyof Retention, (time: number) => number | string>> = {
  daily: dayOf,
  weekly: (time) => Math.floor((dayOf(time) + 3) / 7),
  monthly: (time) => new Date(time).toISOString().slice(0, 7),
}

/** The copies that go. The newest stays, those that somebody asked for, and those whose time is not known. */
export const copiesToRemove = <A extends Retained>(
  copies: ReadonlyArray<A>,
  retention: Retention | "all",
): ReadonlyArray<A> => {
  if (retention === "all") return []
  const newestFirst = copies
    .filter(({ endedAt }) => Number.isFinite(Date.parse(endedAt)))
    .toSorted((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))
  const stays = new Set(newestFirst.slice(0, 1))
  for (const name of ["daily", "weekly", "monthly"] as const) {
    const seen = new Set<number | string>()
    for (const copy of newestFirst) {
      const period = periods[name](Date.parse(copy.endedAt))
      if (seen.size >= retention[name] || seen.has(period)) continue
      seen.add(period)
      stays.add(copy)
    }
  }
  return newestFirst.filter((copy) => !copy.kept && !stays.has(copy))
}
