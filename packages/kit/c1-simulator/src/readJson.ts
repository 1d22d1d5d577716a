// JSON that a person gives the command: texts of flags, and a file of tasks.
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { SimulatorError } from "./SimulatorError.ts"

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const unreadable = (what: string, cause: unknown) =>
  new SimulatorError({
    reason: "BadOption",
    message: `${what} cannot be read: ${reasonOf(cause)}.`,
    hint: "Correct it and start again.",
    cause,
  })

/** The value of a JSON text, named as in `--task`. Fails with `BadOption`. */
export const readJson = (what: string, text: string): Effect.Effect<unknown, SimulatorError> =>
  Effect.try({ try: (): unknown => JSON.parse(text), catch: (cause) => unreadable(what, cause) })

/** The tasks of a file, a line each; empty lines are skipped. Fails with `BadOption`. */
export const readTaskFile = (path: string): Effect.Effect<ReadonlyArray<unknown>, SimulatorError> =>
  Effect.gen(function* () {
    const text = yield* Effect.try({
      try: () => readFileSync(path, "utf8"),
      catch: (cause) => unreadable(`the file ${path}`, cause),
    })
    const lines = text.split("\n").map((line, index) => ({ line, name: `line ${index + 1} of ${path}` }))
    return yield* Effect.forEach(
      lines.filter(({ line }) => line.trim() !== ""),
      ({ line, name }) => readJson(name, line),
    )
  })
