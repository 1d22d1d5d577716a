// Where log messages go: the standard error, in the form and from the level that the settings name.
import { Layer, Logger, References } from "effect"

const levels = { debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

/** The logger of one command. */
export const loggingLayer = (options: {
  readonly level: keyof typeof levels
  readonly format: "json" | "console" | undefined
  readonly isTerminal: boolean
}): Layer.Layer<never> => {
  const format = options.format ?? (options.isTerminal ? "console" : "json")
  return Layer.mergeAll(
    Logger.layer([format === "json" ? Logger.consoleJson : Logger.consolePretty()]),
    Layer.succeed(References.MinimumLogLevel, levels[options.level]),
    Layer.succeed(References.LogToStderr, true),
  )
}
