// What a token's first letters tell of it, before it is sent anywhere.
// Source: https://docs.slack.dev/authentication/tokens and https://docs.slack.dev/authentication/using-token-rotation
import { Redacted } from "effect"

/** `user` may also be a configuration token of an app's developer: both begin with `xoxe.xoxp-`. */
export type SlackTokenKind = "bot" | "user" | "app" | "workflow" | "refresh" | "unknown"

const prefixes: ReadonlyArray<readonly [prefix: string, kind: SlackTokenKind, rotates: boolean]> = [
  ["xoxb-", "bot", false],
  ["xoxp-", "user", false],
  ["xoxe.xoxb-", "bot", true],
  ["xoxe.xoxp-", "user", true],
  ["xoxe-", "refresh", false],
  ["xapp-", "app", false],
  ["xwfp-", "workflow", false],
]

/** The kind of a token, and whether it is one that expires after 12 hours because its app rotates tokens. */
export const slackTokenKind = (
  token: Redacted.Redacted,
): { readonly kind: SlackTokenKind; readonly rotates: boolean } => {
  const value = Redacted.value(token)
  const found = prefixes.find(([prefix]) => value.startsWith(prefix))
  return found === undefined ? { kind: "unknown", rotates: false } : { kind: found[1], rotates: found[2] }
}
