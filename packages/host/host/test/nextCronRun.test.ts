// When a cron schedule is due where clocks change, compared with the local time of every minute of three days.
import { assert, describe, it } from "@effect/vitest"
import { Cron, DateTime, Result } from "effect"
import { nextCronRun } from "../src/schedule/nextCronRun.ts"

const scheduleOf = (expression: string, zone: string) => ({
  localTimes: Result.getOrThrow(Cron.parse(expression, "UTC")),
  zone: DateTime.zoneMakeNamedUnsafe(zone),
})

/** The runs after one instant, up to another. */
const runs = (expression: string, zone: string, from: string, to: string) => {
  const schedule = scheduleOf(expression, zone)
  const due: Array<string> = []
  for (let at = nextCronRun(schedule, Date.parse(from)); at <= Date.parse(to); at = nextCronRun(schedule, at)) {
    due.push(`${new Date(at).toISOString().slice(0, 16)}Z`)
  }
  return due
}

describe("a cron schedule as clocks go back", () => {
  it("runs in both of the two hours that clocks show as one in Berlin", () => {
    assert.deepStrictEqual(runs("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"), [
      "2026-10-25T00:30Z",
      "2026-10-25T01:00Z",
      "2026-10-25T01:30Z",
      "2026-10-25T02:00Z",
    ])
  })

  it("runs in both of the two half hours that clocks show as one on Lord Howe Island", () => {
    assert.deepStrictEqual(
      runs("*/15 * * * *", "Australia/Lord_Howe", "2026-04-04T14:30:00Z", "2026-04-04T15:30:00Z"),
      ["2026-04-04T14:45Z", "2026-04-04T15:00Z", "2026-04-04T15:15Z", "2026-04-04T15:30Z"],
    )
  })

  it("runs once if it names one hour of the day", () => {
    assert.deepStrictEqual(runs("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"), [
      "2026-10-25T00:30Z",
      "2026-10-26T01:30Z",
    ])
  })

  it("goes on in the second of the two hours if it began in that", () => {
    assert.strictEqual(
      nextCronRun(scheduleOf("*/10 * * * *", "America/New_York"), Date.parse("2026-11-01T06:05:30Z")),
      Date.parse("2026-11-01T06:10:00Z"),
    )
  })
})

describe("a cron schedule as clocks go forward", () => {
  it("runs every half hour of real time in Berlin", () => {
    assert.deepStrictEqual(runs("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"), [
      "2026-03-29T00:30Z",
      "2026-03-29T01:00Z",
      "2026-03-29T01:30Z",
      "2026-03-29T02:00Z",
    ])
  })

  it("runs at a skipped time later by as much as clocks skip, in Berlin and on Lord Howe Island", () => {
    assert.deepStrictEqual(runs("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"), [
      "2026-03-29T01:30Z",
      "2026-03-30T00:30Z",
    ])
    assert.deepStrictEqual(runs("10 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-05T00:00:00Z"), [
      "2026-10-03T15:40Z",
      "2026-10-04T15:10Z",
    ])
  })

  it("runs at the times after the skipped ones too if they come before the run for a skipped one", () => {
    assert.deepStrictEqual(runs("50 2,23 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"), [
      "2026-03-29T01:50Z",
      "2026-03-29T21:50Z",
    ])
    assert.deepStrictEqual(runs("0,50 2,3 * * *", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"), [
      "2026-03-29T01:00Z",
      "2026-03-29T01:50Z",
    ])
    assert.deepStrictEqual(runs("*/25 2,3 * * *", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z"), [
      "2026-03-29T01:00Z",
      "2026-03-29T01:25Z",
      "2026-03-29T01:50Z",
    ])
  })
})

// Days on which clocks change by an hour, half an hour, two hours and three; and at midnight.
for (const [zone, ...days] of [
  ["Europe/Berlin", "2026-03-29", "2026-10-25"],
  ["Europe/Dublin", "2026-03-29", "2026-10-25"],
  ["America/New_York", "2026-03-08", "2026-11-01"],
  ["America/Santiago", "2026-04-05", "2026-09-06"],
  ["America/Havana", "2026-03-08", "2026-11-01"],
  ["Australia/Lord_Howe", "2026-04-05", "2026-10-04"],
  ["Antarctica/Troll", "2026-03-29", "2026-10-25"],
  ["Antarctica/Casey", "2023-03-09"],
  ["Africa/Casablanca", "2026-02-15", "2026-03-22"],
  ["Asia/Kolkata", "2026-03-29"],
] as const) {
  for (const day of days) {
    it(`a schedule of every hour is due whenever local time shows it: ${zone}, ${day}`, () => {
      const from = Date.parse(`${day}T00:00:00Z`) - 86_400_000
      const local = new Intl.DateTimeFormat("en-GB", { timeZone: zone, minute: "2-digit" })
      const minutes = Array.from({ length: 3 * 1440 }, (_, minute) => from + minute * 60_000)
      for (const step of [15, 30]) {
        const shown = minutes.filter((at) => at > from && Number(local.format(at)) % step === 0)
        const due: Array<number> = []
        for (let at = from; due.length < shown.length; due.push(at)) {
          at = nextCronRun(scheduleOf(`*/${step} * * * *`, zone), at)
        }
        assert.deepStrictEqual(due, shown)
      }
    })
  }
}

it("a schedule whose time never comes has no next run", () => {
  assert.throws(() => nextCronRun(scheduleOf("0 3 30 2 *", "Europe/Berlin"), 0))
})
