// What the text of a reply says: its JSON or what is wrong with it, and the code of what went wrong. Slack appends who or
// what it is about to some codes: `cannot_disable_primary_owner (user=U0123)`. The code decides what it means; the rest may
// name people and is never kept.
import { excerpt } from "./excerpt.ts"
import type { ReplyProblem, UnexpectedReply } from "./ExchangeReason.ts"

/** The JSON of a text; `undefined`, which no JSON is, where it is none. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a text is that is no JSON. */
export const spoiltAs = (text: string): ReplyProblem => {
  const begin = text.trimStart().charAt(0)
  return begin === "<" ? "html" : begin === "{" || begin === "[" ? "truncated" : "notJson"
}

/** JSON may hold names and addresses, which belong into no message; what a gateway says may be quoted. */
const quotable = (text: string): string =>
  /^\s*[{[]/u.test(text) ? `${text.length} characters of JSON` : excerpt(text)

/** The reason for a reply that is not what is documented. */
export const unexpectedReply = (problem: ReplyProblem, text: string): UnexpectedReply => ({
  _tag: "UnexpectedReply",
  problem,
  detail: quotable(text),
})

const longestDetail = 300

/** The reason for JSON that a schema does not take. Its message names paths and expectations, not values, on one line. */
export const wrongShape = (message: string): UnexpectedReply => ({
  _tag: "UnexpectedReply",
  problem: "shape",
  detail: excerpt(message.replaceAll(/\s*\n\s*/gu, " "), longestDetail),
})

const wholeCode = /^[\w.-]{0,99}\w$/u
const firstWord = /^(?<word>[\w.-]{0,99}\w)(?!\w)/u
const withDetail = /^(?<word>[a-z]+(?:_[a-z0-9]+)+)\s*\(.*\)$/su

/**
 * The code that the text is, or begins with. A first word is taken for a code where it is a known one, or where a detail in
 * brackets is all that follows; a sentence for people has no code, and so `undefined` is returned.
 */
export const errorCodeOf = (text: string, isKnown: (word: string) => boolean): string | undefined => {
  // A full stop at the end is no part of a code.
  const trimmed = text.trim().replace(/\.$/u, "")
  if (wholeCode.test(trimmed)) return trimmed
  const word = firstWord.exec(trimmed)?.groups?.["word"]
  if (word !== undefined && isKnown(word)) return word
  return withDetail.exec(trimmed)?.groups?.["word"]
}
