// Runs the command within the test, with its streams caught: for what does not depend on being a process.
import { commandServices } from "@rollcall/host/command-line"
import { Console, Effect, Layer } from "effect"
import { reportFailure } from "../src/reportFailure.ts"
import { rollcall } from "../src/rollcall.ts"
import { Screen } from "../src/Screen.ts"
import { SignalMeaning } from "../src/SignalMeaning.ts"

/** Runs the command to its end, as if its results went to a terminal or, by default, elsewhere. */
export const runInProcess = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  terminal: {
    readonly columns?: number | undefined
    readonly colors?: boolean
    readonly heard?: (err: string, meaning: SignalMeaning["Service"]) => void
  } = {},
) {
  let out = ""
  let err = ""
  const meaning = { endsWell: false, comesTooLate: false }
  const screen = Layer.succeed(Screen, {
    out: (text) => Effect.sync(() => void (out += typeof text === "string" ? text : Buffer.from(text).toString())),
    err: (text) =>
      Effect.sync(() => {
        err += text
        terminal.heard?.(text, meaning)
      }),
    ask: undefined,
    outIsTerminal: terminal.columns !== undefined,
    errIsTerminal: false,
    columns: terminal.columns,
    errColumns: 80,
    outColor: terminal.colors ?? false,
    errColor: false,
  })
  const caught: Console.Console = Object.assign(Object.create(console), {
    log: (text: string) => void (out += `${text}\n`),
    error: (text: string) => void (err += `${text}\n`),
  })
  const code = yield* rollcall(args).pipe(
    Effect.catchCause(reportFailure),
    Effect.provideService(Console.Console, caught),
    Effect.provideService(SignalMeaning, meaning),
    Effect.provide(Layer.mergeAll(commandServices, screen)),
  )
  return { code, out, err }
})
