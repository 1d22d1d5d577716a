// From the text of a setting to its value, by its type. A secret is a small service, asked again at each use, since the file
// behind it may have been rotated meanwhile.
import type { ConfigField, ConfigFieldType } from "@rollcall/connector"
import { Effect, Redacted } from "effect"
import type { Stats } from "node:fs"
import { readFile, stat } from "node:fs/promises"
import { ConfigError, invalidIn, whyUnreadable } from "./ConfigError.ts"
import { suggestion } from "./editDistance.ts"
import type { Origin } from "./sources.ts"
import { describeOrigin, withoutLastNewline } from "./sources.ts"

/** A value as it was given: one text, or several for a list. */
export type RawValue = string | ReadonlyArray<string>

/** Why a value cannot be used. */
export interface Unfit {
  /** What the value must be instead, as the end of the sentence "It must …". */
  readonly mustBe: string
  /** What to do, where that is more than to correct it. */
  readonly hint?: string
  /** A question for what was most likely meant, with a space behind it. */
  readonly meant?: string
}

/** A value of the setting's type, or why it cannot be one. */
export type Parsed = { readonly value: string | number | boolean | ReadonlyArray<string> } | Unfit

/** Reads a given value as the field's type. Secrets are read as text; what becomes of them is `resolveConfig`'s work. */
export const parseSetting = (field: ConfigField, raw: RawValue): Parsed => {
  if (field.type !== "list" && typeof raw !== "string") return { mustBe: "be given once" }
  return parsers[field.type](typeof raw === "string" ? raw : raw.join(","), field)
}

const parsers: Record<ConfigFieldType, (text: string, field: ConfigField) => Parsed> = {
  text: (text) =>
    isQuoted(text) ? { mustBe: "stand without quotes around it", hint: withoutQuotes } : { value: text },
  secret: (text) => ({ value: text }),
  boolean: (text) => booleans[text.trim().toLowerCase()] ?? { mustBe: "be true or false (also 1, 0, yes, no)" },
  integer: (text, field) =>
    /^[+-]?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text))
      ? inRange(Number(text), field)
      : { mustBe: `be a whole number${rangeOf(field)}` },
  number: (text, field) =>
    text.trim() !== "" && Number.isFinite(Number(text))
      ? inRange(Number(text), field)
      : { mustBe: `be a number${rangeOf(field)}` },
  url: (text) => {
    const url = URL.parse(text.trim())
    if (url === null || !keepsSecrets(url)) {
      return {
        mustBe: "be a URL that begins with https://, or with http:// on this machine (127.0.0.1, [::1], localhost)",
      }
    }
    // `new URL` keeps them, and `fetch` refuses such a URL in a message that quotes it.
    return url.username === "" && url.password === ""
      ? { value: text.trim() }
      : { mustBe: "be a URL without a user or a password", hint: "Tokens have settings of their own." }
  },
  path: (text) => (text.includes("\u0000") ? { mustBe: "be a path" } : { value: text }),
  list: (text) => {
    const items = text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "")
    // Whoever wants all of something leaves the setting out, so no items are a slip, such as a shell variable without a value.
    return items.length === 0 ? { mustBe: "name at least one" } : { value: items }
  },
  choice: (text, field) => {
    const { choices = [], aliases = {} } = field
    const typed = text.trim().toLowerCase()
    const choice = aliases[typed] ?? typed
    if (choices.includes(choice)) return { value: choice }
    const meant = suggestion(typed, choices)
    const mustBe = `be one of ${choices.join(", ")}`
    return meant === "" ? { mustBe } : { mustBe, meant }
  },
  date: (text) => (isDay(text.trim()) ? { value: text.trim() } : { mustBe: "be a day in UTC, such as 2026-12-31" }),
}

/** Whether it is a day of the calendar: `2026-02-30` is none. */
const isDay = (text: string): boolean => {
  const time = /^\d{4}-\d\d-\d\d$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}

/** Whether it begins and ends with the same quote, as no token, id, host or name does. */
export const isQuoted = (text: string): boolean => /^(["']).*\1$/su.test(text.trim())

/** What to do about quotes that belong to the shell. */
export const withoutQuotes =
  "Remove the quotes: a shell removes them, but `docker run --env-file` and `kubectl create secret --from-env-file` keep them."

// Those of Go's `strconv.ParseBool` in any case, and two words of YAML.
const booleans: Readonly<Record<string, Parsed | undefined>> = {
  true: { value: true },
  t: { value: true },
  "1": { value: true },
  yes: { value: true },
  false: { value: false },
  f: { value: false },
  "0": { value: false },
  no: { value: false },
}

const inRange = (value: number, field: ConfigField): Parsed =>
  value < (field.minimum ?? -Infinity) || value > (field.maximum ?? Infinity)
    ? { mustBe: field.maximum === undefined ? `be ${field.minimum} or more` : `be${rangeOf(field)}` }
    : { value }

const rangeOf = ({ minimum, maximum }: ConfigField): string => {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of at least ${minimum}`
  return maximum === undefined ? "" : ` of at most ${maximum}`
}

/** Tokens go to these URLs, so without encryption they may not leave the machine. */
const keepsSecrets = ({ protocol, hostname }: URL): boolean =>
  protocol === "https:" || (protocol === "http:" && isThisMachine(hostname))

const isThisMachine = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host)

/** Yields the secret as it is now. */
export type Secret = Effect.Effect<Redacted.Redacted, ConfigError>

/** A token is a line; a file that is larger names something else. */
const mostBytes = 65_536

/** A secret that was given as a value. A trailing newline, as `$(cat file)` and editors leave it, is not part of it. */
export const secretFromValue = (text: string, origin: Origin): Secret => {
  const value = withoutLastNewline(text)
  const problem = problemOf(value)
  return problem === undefined
    ? Effect.succeed(Redacted.make(value))
    : Effect.fail(
        new ConfigError({
          reason: invalidIn(origin),
          message: `The secret in ${describeOrigin(origin)} ${problem.what}.`,
          hint: problem.hint ?? "Give a value, or leave the setting out.",
        }),
      )
}

/**
 * A secret that a file holds. The file is read again when its time, size or inode changes, so a rotated Kubernetes
 * secret is taken up without a restart; a trailing newline and a byte order mark are not part of the secret.
 */
export const secretFromFile = (path: string, origin: Origin): Secret => {
  let known: { readonly stamp: string; readonly value: Redacted.Redacted } | undefined

  const unreadable = ({ what, hint }: Problem, cause?: unknown) =>
    new ConfigError({
      reason: "UnreadableSecret",
      message: `The file ${path} that ${describeOrigin(origin)} names ${what}.`,
      hint: hint ?? "Name a readable file that holds the secret and nothing else.",
      cause,
    })
  const attempt = <A>(work: () => Promise<A>) =>
    Effect.tryPromise({ try: work, catch: (cause) => unreadable({ what: whyUnreadable(cause) }, cause) })

  return Effect.gen(function* () {
    const stats = yield* attempt(() => stat(path))
    const stamp = stampOf(stats)
    if (known?.stamp === stamp) return known.value
    if (!stats.isFile()) return yield* unreadable({ what: "is not a file" })
    if (stats.size > mostBytes) return yield* unreadable({ what: "is too large to be a secret" })
    const text = withoutLastNewline((yield* attempt(() => readFile(path, "utf8"))).replace(/^\ufeff/u, ""))
    const problem = problemOf(text)
    if (problem !== undefined) return yield* unreadable(problem)
    known = { stamp, value: Redacted.make(text) }
    return known.value
  })
}

const stampOf = (stats: Stats): string => `${stats.ino}:${stats.mtimeMs}:${stats.size}`

interface Problem {
  /** The end of a sentence about the secret or its file. */
  readonly what: string
  readonly hint?: string
}

// What else a secret may be made of, only the system that takes it knows.
const problemOf = (secret: string): Problem | undefined => {
  if (secret.trim() === "") return { what: "is empty" }
  return isQuoted(secret) ? { what: "begins and ends with a quote", hint: withoutQuotes } : undefined
}
