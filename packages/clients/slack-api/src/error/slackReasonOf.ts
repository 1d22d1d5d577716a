// From a refusal in Slack's words to a reason.
import { errorCodeOf, excerpt } from "@rollcall/api-client"
import { slackMethod } from "../methods.ts"
import { errorCodes } from "./errorCodes.ts"
import type { SlackReason } from "./SlackReason.ts"

/** What a body with `ok: false` says. */
export interface SlackRefusal {
  readonly error: string
  /** Scopes, separated by commas, where a scope is missing. */
  readonly needed?: string | undefined
  readonly provided?: string | undefined
}

/** Seconds to pause where Slack says `ratelimited` and not for how long: it does so now and then inside a 200. */
export const unstatedPauseSeconds = 30

const longestCode = 100
const longestScopes = 2000

const scopes = (list: string | undefined): ReadonlyArray<string> =>
  excerpt(list ?? "", longestScopes)
    .split(",")
    .map((scope) => scope.trim())
    .filter((scope) => scope !== "")

/** The reason behind a refusal. `pauseMillis` is the pause that the reply asks for, or the assumed one. */
export const slackReasonOf = (method: string, refusal: SlackRefusal, pauseMillis: number): SlackReason => {
  // What follows the code may name people. A text without any code is kept as far as it can be shown.
  const isKnown = (word: string) => Object.hasOwn(errorCodes, word)
  const code = excerpt(errorCodeOf(refusal.error, isKnown) ?? refusal.error, longestCode)
  // All arguments that methods require are sent, except the workspace, which only a token of a whole organisation needs.
  if (code === "missing_argument" && slackMethod(method).takesTeam === true) return { _tag: "OrgLevelInstall" }
  const tag = isKnown(code) ? errorCodes[code] : undefined
  switch (tag) {
    case undefined:
      return { _tag: "UnknownError", code }
    case "MissingScope":
      return { _tag: "MissingScope", needed: scopes(refusal.needed), provided: scopes(refusal.provided) }
    case "RateLimited":
      return { _tag: "RateLimited", retryAfterMillis: pauseMillis }
    default:
      return { _tag: tag, code }
  }
}
