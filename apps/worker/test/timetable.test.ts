// When a standalone worker syncs: on a test clock, so a week passes at once.
import { assert, describe, it } from "@effect/vitest"
import { Clock, DateTime, Duration, Effect, Random } from "effect"
import { TestClock } from "effect/testing"
import { parseTimetable } from "@rollcall/host/schedule"
import type { EarlierRuns } from "../src/standalone/onTimetable.ts"
import { onTimetable } from "../src/standalone/onTimetable.ts"

const minute = 60_000
const hour = 60 * minute

/** The times of syncs, in milliseconds, where each takes so long. */
const timesOf = (every: string, options: { readonly for: Duration.Input; readonly eachTakes?: number }) =>
  Effect.gen(function* () {
    const times: Array<number> = []
    const planned: Array<number> = []
    const sync = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      // The first sync of an interval begins at once; the time of every other one is known before it begins.
      if (planned.length > 0) assert.strictEqual(now, planned.at(-1))
      times.push(now)
      yield* Effect.sleep(options.eachTakes ?? 0)
    })
    yield* Effect.forkChild(
      onTimetable(sync, yield* parseTimetable(every), (millis) => Effect.sync(() => void planned.push(millis))),
    )
    yield* TestClock.adjust(options.for)
    return times
  }).pipe(Random.withSeed("timetable"))

describe("an interval", () => {
  it.effect("starts with a sync, and repeats it after the interval and up to five minutes more", () =>
    Effect.gen(function* () {
      const times = yield* timesOf("6h", { for: "25 hours" })
      assert.strictEqual(times.length, 5)
      assert.strictEqual(times[0], 0)
      times.forEach((time, index) => {
        const late = time - index * 6 * hour
        assert.isTrue(late >= 0 && late <= index * 5 * minute, `sync ${index} was ${late} ms late`)
      })
      assert.isTrue(times.some((time) => time % hour !== 0))
    }),
  )

  it.effect("that is shorter than a sync is followed by one sync, not by all that were missed", () =>
    Effect.gen(function* () {
      const times = yield* timesOf("1h", { for: "7 hours", eachTakes: 2.5 * hour })
      assert.deepStrictEqual(
        times.map((time) => Math.floor(time / hour)),
        [0, 3, 6],
      )
    }),
  )
})

describe("a cron expression", () => {
  it.effect("runs at its times, and not at the start", () =>
    Effect.gen(function* () {
      const times = yield* timesOf("30 3 * * *", { for: "48 hours" })
      assert.strictEqual(times.length, 2)
      for (const time of times) {
        const date = new Date(time)
        assert.strictEqual(date.getHours(), 3)
        assert.isTrue(date.getMinutes() >= 30 && date.getMinutes() <= 35)
      }
    }),
  )

  for (const [title, earlier, times] of [
    ["makes up at once for what was missed since it was first served", { isUnfinished: false, since: 3 * hour }, [5]],
    ["makes up for nothing where nothing was due since then", { isUnfinished: false, since: 4.5 * hour }, []],
    ["owes what was due after the last one alone", { isUnfinished: false, since: 0, last: 4 * hour }, []],
    ["owes nothing from before anybody served it", { isUnfinished: false }, []],
  ] satisfies ReadonlyArray<readonly [string, EarlierRuns, ReadonlyArray<number>]>) {
    it.effect(title, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(5 * hour)
        const begun: Array<number> = []
        const sync = Effect.map(Clock.currentTimeMillis, (now) => void begun.push(now / hour))
        const timetable = yield* parseTimetable("0 */4 * * *", DateTime.zoneMakeNamedUnsafe("UTC"))
        yield* Effect.forkChild(onTimetable(sync, timetable, () => Effect.void, earlier))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(begun, times)
      }),
    )
  }

  it.effect("runs in every half hour of the night when clocks go back", () =>
    Effect.gen(function* () {
      const midnight = Date.parse("2026-10-24T22:00:00Z")
      yield* TestClock.setTime(midnight)
      const times: Array<number> = []
      const sync = Effect.map(Clock.currentTimeMillis, (now) => void times.push(now))
      const timetable = yield* parseTimetable("*/30 * * * *", DateTime.zoneMakeNamedUnsafe("Europe/Berlin"))
      yield* Effect.forkChild(onTimetable(sync, timetable, () => Effect.void))
      yield* TestClock.adjust("5 hours")
      assert.deepStrictEqual(
        times.map((time) => Math.floor((time - midnight) / (30 * minute))),
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      )
    }).pipe(Random.withSeed("timetable")),
  )
})

describe("BATON_EVERY", () => {
  for (const [text, milliseconds] of [
    ["90m", 90 * minute],
    ["1h30m", 90 * minute],
    [" 1d ", 24 * hour],
    ["60s", minute],
  ] as const) {
    it.effect(`is accepted as an interval: ${JSON.stringify(text)}`, () =>
      Effect.gen(function* () {
        const timetable = yield* parseTimetable(text)
        assert.strictEqual(timetable._tag === "Every" ? Duration.toMillis(timetable.interval) : undefined, milliseconds)
      }),
    )
  }

  for (const text of ["59s", "0h", "6 hours", "hourly", "* * *", "61 * * * *", "0 3 30 2 *", ""]) {
    it.effect(`is refused with the values that it can have: ${JSON.stringify(text)}`, () =>
      Effect.gen(function* () {
        const { kind, message, hint } = yield* Effect.flip(parseTimetable(text))
        assert.strictEqual(kind, "configuration")
        assert.include(hint, "6h")
        assert.match(message, /^A schedule must be /)
      }),
    )
  }
})
