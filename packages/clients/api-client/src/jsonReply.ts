// From the text of a reply to JSON, or to what is wrong with it.
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
