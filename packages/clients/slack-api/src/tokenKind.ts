// What a token's first letters say about it, before it is sent anywhere.
// Source: https://docs.slack.dev/authentication/tokens and https://docs.slack.dev/authentication/using-token-rotation
import { Redacted } from "effect"

/** A kind of token. */
export interface SlackTokenKind {
  /** For a person, such as `a bot token (xoxb-…)`. */
  readonly name: string
  /** Whether the read methods of the Web API take it. */
  readonly usable: boolean
  /** Whose it is, if the prefix says so. */
  readonly holder?: "bot" | "user"
}

const kinds: ReadonlyArray<readonly [prefix: string, kind: SlackTokenKind]> = [
  ["xoxb-", { name: "a bot token (xoxb-…)", usable: true, holder: "bot" }],
  ["xoxp-", { name: "a user token (xoxp-…)", usable: true, holder: "user" }],
  ["xoxe.xoxb-", { name: "a bot token that rotates (xoxe.xoxb-…)", usable: true, holder: "bot" }],
  ["xoxe.xoxp-", { name: "a user token that rotates, or a configuration token (xoxe.xoxp-…)", usable: true }],
  ["xoxe-", { name: "a refresh token (xoxe-…), which cannot read anything itself", usable: false }],
  ["xapp-", { name: "an app-level token (xapp-…), which cannot read anything", usable: false }],
  ["xwfp-", { name: "a workflow token (xwfp-…), which lives for one run of a workflow", usable: false }],
]

const unknown: SlackTokenKind = { name: "a token with a prefix that is not known", usable: true }

/** The kind of a token; one with an unknown prefix is left to Slack to judge. */
export const slackTokenKind = (token: Redacted.Redacted): SlackTokenKind => {
  const value = Redacted.value(token)
  return kinds.find(([prefix]) => value.startsWith(prefix))?.[1] ?? unknown
}
