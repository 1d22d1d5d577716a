// Where log lines go: the standard error, as JSON unless a terminal reads them. Whatever a line says, tokens and e-mail
// addresses are not in it: systems quote them in what they answer, and logs travel far.
import { Layer, Logger, References } from "effect"
import { hidePrivate } from "./hidePrivate.ts"

const levels = { debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

/** The logger that the settings describe. */
export const loggingLayer = (options: {
  readonly level: keyof typeof levels
  readonly format: "json" | "console" | undefined
  readonly isTerminal: boolean
}): Layer.Layer<never> => {
  const format = options.format ?? (options.isTerminal ? "console" : "json")
  const lines = format === "json" ? Logger.formatJson : Logger.formatLogFmt
  return Layer.mergeAll(
    Logger.layer([Logger.withConsoleError(Logger.map(lines, hidePrivate))]),
    Layer.succeed(References.MinimumLogLevel, levels[options.level]),
  )
}
