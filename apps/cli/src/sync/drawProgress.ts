// Draws progress on a terminal, in place, a few times a second, and takes it away at the end.
import type { SyncEvent } from "@rollcall/connector"
import { SyncEvents } from "@rollcall/connector"
import { CallWaits } from "@rollcall/resilience"
import { Clock, Effect, Schedule } from "effect"
import { Screen } from "../Screen.ts"
import type { Progress } from "./progress.ts"
import { afterEvent, afterWait, noProgress, progressLines } from "./progress.ts"

/** Runs a sync and shows how it goes, where the standard error is a terminal and `shown` is true. */
export const withProgress = Effect.fnUntraced(function* <A, E, R>(
  sync: Effect.Effect<A, E, R>,
  options: { readonly shown: boolean },
): Effect.fn.Return<A, E, R | Screen> {
  const screen = yield* Screen
  if (!options.shown || !screen.errIsTerminal) return yield* sync

  let progress: Progress = noProgress
  let shown = ""
  let drawn = 0
  const erase = () => (drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`)
  const draw = Effect.gen(function* () {
    const lines = progressLines(progress, yield* Clock.currentTimeMillis).map((line) => fit(line, screen.errColumns))
    const text = lines.map((line) => `${line}\n`).join("")
    if (text === shown) return
    const before = erase()
    drawn = lines.length
    shown = text
    yield* screen.err(before + text)
  })
  const others = yield* SyncEvents
  const told = (event: SyncEvent) =>
    Effect.suspend(() => {
      progress = afterEvent(progress, event)
      return others(event)
    })
  return yield* sync.pipe(
    Effect.provideService(SyncEvents, told),
    Effect.provideService(CallWaits, (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => void (progress = afterWait(progress, wait, now))),
    ),
    Effect.raceFirst(Effect.andThen(Effect.repeat(draw, Schedule.spaced("100 millis")), Effect.never)),
    Effect.ensuring(Effect.suspend(() => screen.err(erase()))),
  )
})

// A line that wraps would make the count of lines to take back wrong.
const fit = (line: string, columns: number): string =>
  line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`
