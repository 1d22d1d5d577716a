// Where log lines of both apps go: the standard error, as JSON unless a terminal reads them. Whatever a line says, tokens and e-mail
// addresses are not in it: systems quote them in what they answer, and logs travel far.
import { Layer, Logger, References } from "effect"
import { hideIn } from "./hidePrivate.ts"

const levels = { debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

type Line = ReturnType<typeof Logger.formatStructured.log>

const privateLine = Logger.map(Logger.formatJson, (json) => {
  const line: Line = JSON.parse(json)
  return hideIn(line)
})

/** A line of JSON without tokens and e-mail addresses. */
export const privateJson = Logger.map(privateLine, (line) => JSON.stringify(line))

/** The form of Effect's own `formatLogFmt`, which would format a line before anything can be hidden in its texts. */
const logfmt = ({ timestamp, level, fiberId, message, cause, spans, annotations }: Line): string =>
  [
    ...Object.entries({ timestamp, level, fiber: fiberId, message, cause }),
    ...Object.entries(spans).map(([label, millis]) => [label, `${millis}ms`] as const),
    ...Object.entries(annotations),
  ]
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value)
      return `${label.replaceAll(breaks, "_")}=${text.search(breaks) >= 0 ? JSON.stringify(text) : text}`
    })
    .join(" ")

/** Where a label or a value without quotes would end. */
const breaks = /[\s"=]/gu

/** The logger that the settings describe. */
export const loggingLayer = (options: {
  readonly level: keyof typeof levels
  readonly format: "json" | "console" | undefined
  readonly isTerminal: boolean
}): Layer.Layer<never> => {
  const format = options.format ?? (options.isTerminal ? "console" : "json")
  return Layer.mergeAll(
    Logger.layer([Logger.withConsoleError(format === "json" ? privateJson : Logger.map(privateLine, logfmt))]),
    Layer.succeed(References.MinimumLogLevel, levels[options.level]),
  )
}
