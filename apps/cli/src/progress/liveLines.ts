// Lines that change in place on a terminal while work goes on, drawn a few times a second and taken away at the end.
import { escapeControls } from "@rollcall/access/render"
import type { CallWait } from "@rollcall/resilience"
import { Clock, Effect, Schedule } from "effect"
import { Screen } from "../Screen.ts"

/** Does the work and shows the lines of each moment, where the standard error is a terminal and `shown` is true. */
export const withLiveLines = Effect.fnUntraced(function* <A, E, R>(
  work: Effect.Effect<A, E, R>,
  linesAt: (now: number) => ReadonlyArray<string>,
  options: { readonly shown: boolean },
): Effect.fn.Return<A, E, R | Screen> {
  const screen = yield* Screen
  if (!options.shown || !screen.errIsTerminal) return yield* work

  let shown = ""
  let drawn = 0
  const erase = () => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`)
  const draw = Effect.gen(function* () {
    const lines = linesAt(yield* Clock.currentTimeMillis).map((line) => fit(line, screen.errColumns))
    const text = lines.map((line) => `${line}\n`).join("")
    if (text === shown) return
    const before = erase()
    drawn = lines.length
    shown = text
    yield* screen.err(before + text)
  })
  return yield* work.pipe(
    Effect.raceFirst(Effect.andThen(Effect.repeat(draw, Schedule.spaced("100 millis")), Effect.never)),
    Effect.ensuring(Effect.suspend(() => screen.err(erase()))),
  )
})

// A line that wraps would make the count of lines to take back wrong.
const fit = (line: string, columns: number): string =>
  line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`

/** Until when calls of a key wait, in milliseconds since the epoch, and why. */
export type Waits = ReadonlyMap<string, { readonly until: number; readonly reason: CallWait["reason"] }>

/** The waits after one more has begun. */
export const withWait = (waits: Waits, wait: CallWait, now: number): Waits =>
  new Map(waits).set(wait.key, { until: now + wait.millis, reason: wait.reason })

/** A line for each wait that is not over. */
export const waitLines = (waits: Waits, now: number): ReadonlyArray<string> =>
  [...waits].flatMap(([key, { until, reason }]) =>
    until > now ? `  waiting ${Math.ceil((until - now) / 1000)} s ${because[reason]} (${escapeControls(key)})` : [],
  )

const because: Readonly<Record<CallWait["reason"], string>> = {
  budget: "for the rate limit",
  cooldown: "because the system asked for a pause",
  retry: "before trying again",
}
