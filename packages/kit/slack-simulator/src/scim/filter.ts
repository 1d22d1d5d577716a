// Filters of SCIM lists as far as Slack documents them: `eq co sw pr gt ge lt le`, `and`, `or`, parentheses, names without
// regard to case, values bare, in single or in double quotes. https://docs.slack.dev/reference/scim-api
import type { ScimErrorCode } from "./scimError.ts"

/** Attributes by name in lower case, as texts; true is `1`, as Slack's own filters write it. */
export type Filterable<Subject> = Readonly<Record<string, (subject: Subject) => string>>
export type Predicate<Subject> = (subject: Subject) => boolean

type Comparison = (actual: string, wanted: string) => boolean

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["eq", (actual, wanted) => actual === wanted],
  ["co", (actual, wanted) => actual.includes(wanted)],
  ["sw", (actual, wanted) => actual.startsWith(wanted)],
  ["gt", (actual, wanted) => actual > wanted],
  ["ge", (actual, wanted) => actual >= wanted],
  ["lt", (actual, wanted) => actual < wanted],
  ["le", (actual, wanted) => actual <= wanted],
])

const token = /\s*("(?:[^"\\]|\\.)*"|'[^']*'|[()]|[^\s()]+)/gy

const tokensOf = (text: string): Array<string> => Array.from(text.matchAll(token), (match) => match[1]!)

/** The value without its quotes, in lower case; `true` and `false` as Slack writes them. */
const valueOf = (text: string): string => {
  const bare = /^["']/.test(text) ? text.slice(1, -1).replaceAll(/\\(.)/g, "$1") : text
  const value = bare.toLowerCase()
  return value === "true" ? "1" : value === "false" ? "0" : value
}

/** What went wrong while a filter was read. It never leaves this file. */
class Unreadable extends Error {
  readonly code: ScimErrorCode
  constructor(code: ScimErrorCode) {
    super(code)
    this.code = code
  }
}

/** Recursive descent over the tokens: `or` binds less than `and`, as in RFC 7644 §3.4.2.2. */
const parse = <Subject>(tokens: Array<string>, attributes: Filterable<Subject>): Predicate<Subject> => {
  const next = (): string => {
    const found = tokens.shift()
    if (found === undefined) throw new Unreadable("incomplete_filter")
    return found
  }
  const term = (): Predicate<Subject> => {
    const first = next()
    if (first === "(") {
      const inner = either()
      if (tokens.shift() !== ")") throw new Unreadable("invalid_filter_group")
      return inner
    }
    const name = first.toLowerCase()
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    const operator = next().toLowerCase()
    if (attribute === undefined) throw new Unreadable("invalid_query")
    if (operator === "pr") return (subject) => attribute(subject) !== ""
    const compare = comparisons.get(operator)
    if (compare === undefined) throw new Unreadable("invalid_query")
    const wanted = valueOf(next())
    return (subject) => compare(attribute(subject).toLowerCase(), wanted)
  }
  const chain = (word: string, part: () => Predicate<Subject>): Array<Predicate<Subject>> => {
    const parts = [part()]
    while (tokens[0]?.toLowerCase() === word) {
      tokens.shift()
      parts.push(part())
    }
    return parts
  }
  const both = (): Predicate<Subject> => {
    const parts = chain("and", term)
    return (subject) => parts.every((holds) => holds(subject))
  }
  const either = (): Predicate<Subject> => {
    const parts = chain("or", both)
    return (subject) => parts.some((holds) => holds(subject))
  }
  const filter = either()
  if (tokens.length > 0) throw new Unreadable(tokens[0] === ")" ? "invalid_filter_group" : "invalid_query")
  return filter
}

/** Reads a filter, or says with Slack's code why it cannot be read. */
export const readFilter = <Subject>(
  text: string,
  attributes: Filterable<Subject>,
): Predicate<Subject> | ScimErrorCode => {
  const tokens = tokensOf(text)
  if (tokens.length === 0) return "no_filters"
  try {
    return parse(tokens, attributes)
  } catch (cause) {
    if (cause instanceof Unreadable) return cause.code
    throw cause
  }
}
