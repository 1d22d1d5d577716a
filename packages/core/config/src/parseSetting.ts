// From the text of a flag, variable or file to the value of a setting's type. Pure: no files, no environment.
import type { ConfigField, ConfigFieldType } from "@rollcall/connector"

/** A value as it was given: one text, or several for a list. */
export type RawValue = string | ReadonlyArray<string>

/** Why a value cannot be used. */
export interface Unfit {
  /** What the value must be instead, as the end of the sentence "It must …". */
  readonly mustBe: string
  /** What to do, where that is more than to correct it. */
  readonly hint?: string
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
    return choices.includes(choice) ? { value: choice } : { mustBe: `be one of ${choices.join(", ")}` }
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
    ? { mustBe: `be${rangeOf(field)}` }
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
