// Where the command writes, and what it may assume about it. Results go to `out`, everything else to `err`: on a terminal
// also lines that change in place while work goes on, drawn a few times a second and taken away at the end.
import { escapeControls } from "@rollcall/access/render"
import { hideTokens } from "@rollcall/api-client"
import type { Failure, FailureKind } from "@rollcall/connector"
import { screenOf } from "@rollcall/host/answers"
import type { CallWait } from "@rollcall/resilience"
import { Clock, Context, Effect, Layer, Schedule, Schema } from "effect"
import { ExitWith } from "./errors.ts"

/** Results could not be written, for instance because the disk behind a redirection is full. */
export class OutputError
  extends Schema.TaggedError<OutputError>()("OutputError", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.Defect(),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "cannotWrite"
  }
}

/** The two streams of the process. */
export class Screen extends Context.Service<
  Screen,
  {
    /** Writes results; bytes are UTF-8, and are no longer needed when it ends. When their reader has gone, as in `| head`, it fails with what ends the command quietly. */
    readonly out: (text: string | Uint8Array) => Effect.Effect<void, OutputError | ExitWith>
    /** Writes everything else. What cannot be written there is lost: there is no other place to say so. */
    readonly err: (text: string) => Effect.Effect<void>
    /**
     * Asks whoever sits at the terminal, and gives the line that they type, or nothing at the end of the input. Absent
     * where nobody does.
     */
    readonly ask: ((question: string) => Effect.Effect<string>) | undefined
    readonly outIsTerminal: boolean
    readonly errIsTerminal: boolean
    /** Cells of a line, where results go to a terminal. */
    readonly columns: number | undefined
    /** Cells of a line on the standard error; 80 where it is no terminal. */
    readonly errColumns: number
    readonly outColor: boolean
    readonly errColor: boolean
  }
>()("@rollcall/cli/Screen") {
  /** The process's own streams. */
  static readonly layer: Layer.Layer<Screen> = Layer.sync(Screen, () => {
    const out = screenOf(process.stdout)
    const err = screenOf(process.stderr)
    return {
      out: writeResults,
      // A reader that has gone is no reason to stop either: a sync is worth more than what it says on its way.
      err: (text) => Effect.callback((resume) => void process.stderr.write(text, () => resume(Effect.void))),
      ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined,
      outIsTerminal: process.stdout.isTTY,
      errIsTerminal: process.stderr.isTTY,
      columns: out.columns,
      errColumns: err.columns ?? 80,
      outColor: out.colors,
      errColor: err.colors,
    }
  })
}

// Not as a terminal of readline's own, which would take Ctrl-C away from the process.
const askOnTerminal = (question: string): Effect.Effect<string> =>
  Effect.callback<string>((resume) => {
    const lines = process.getBuiltinModule("node:readline").createInterface({ input: process.stdin, terminal: false })
    lines.once("line", (line) => resume(Effect.succeed(line)))
    lines.once("close", () => resume(Effect.succeed("")))
    process.stderr.write(question)
    return Effect.sync(() => lines.close())
  }).pipe(Effect.ensuring(Effect.sync(() => process.stdin.pause())))

const writeResults = (text: string | Uint8Array): Effect.Effect<void, OutputError | ExitWith> =>
  Effect.callback((resume) => {
    process.stdout.write(text, (cause) => {
      if (cause === undefined || cause === null) return resume(Effect.void)
      // The reader has gone, as `head` does when it has seen enough: nobody is left to tell.
      if (Reflect.get(cause, "code") === "EPIPE") return resume(Effect.fail(new ExitWith({ code: 0 })))
      resume(
        Effect.fail(
          new OutputError({
            message: "The results could not be written to the standard output.",
            hint: "Free some space, or write them to another place.",
            cause,
          }),
        ),
      )
    })
  })

/** Prints the lines; without control characters, and without a token that was given where none belongs. */
export const errLines = Effect.fnUntraced(function* (lines: ReadonlyArray<string>) {
  const screen = yield* Screen
  for (const line of lines) yield* screen.err(`${escapeControls(hideTokens(line))}\n`)
})

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

/** A count with commas between groups of three digits. `toLocaleString` says the same, and loads 15 ms of languages for the first one. */
export const grouped = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ",")
