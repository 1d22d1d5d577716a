// Where log lines of both apps go: the standard error, as JSON unless a terminal reads them. Whatever a line says, tokens and e-mail
// addresses are not in it: systems quote them in what they answer, and logs travel far.
import { hideTokens } from "@rollcall/api-client"
import { Layer, Logger, References } from "effect"

// Looked for only where a run of letters begins, and in a length that addresses can have (RFC 5321, section 4.5.3.1, with
// escapes): in a run of 100,000 letters, looking on from each of them would hold the thread for seconds.
const addresses =
  /(?<![^\s"'<>()[\]{},;:=\\@/])[^\s"'<>()[\]{},;:=\\@/]{1,256}(?:@|%40)[^\s"'<>()[\]{},;:=\\@/]{1,253}\.\p{L}[\p{L}\d-]+/giu

/**
 * The text without tokens of Slack, client secrets of C1 and e-mail addresses. For texts before they are formatted: in JSON, the
 * `n` of a `\n` stands before what follows it as if it were a part of it.
 */
export const hidePrivate = (text: string): string => hideTokens(text, "<secret>").replaceAll(addresses, "<address>")

/** Hides it in all texts and names of data that were made to be written or sent. */
export const hideIn = <A extends object>(data: A): A => {
  for (const [key, value] of Object.entries(data)) {
    const name = hidePrivate(key)
    if (name !== key) Reflect.deleteProperty(data, key)
    Reflect.set(data, name, typeof value === "string" ? hidePrivate(value) : value)
    if (typeof value === "object" && value !== null) hideIn(value)
  }
  return data
}

const levels = { debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const

type Line = ReturnType<typeof Logger.formatStructured.log>

/** A line of the log without tokens and e-mail addresses. */
export const privateLine = Logger.map(Logger.formatJson, (json) => {
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
