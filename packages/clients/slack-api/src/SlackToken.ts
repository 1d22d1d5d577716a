// A token of Slack: the service that gives it, what its first letters say about it before it is sent anywhere, and what its
// scopes stand for. Sources: https://docs.slack.dev/authentication/tokens,
// https://docs.slack.dev/authentication/using-token-rotation
import type { TokenSource } from "@rollcall/api-client"
import { Context, Effect, Layer, Redacted } from "effect"

/**
 * Where the current token comes from: a service, because its value can change while the process runs. It is asked for before
 * every attempt of a call. A token that lives in a file comes from the app.
 */
export class SlackToken extends Context.Service<SlackToken, { readonly current: TokenSource }>()(
  "@rollcall/slack-api/SlackToken",
) {
  /** A token that stays as it is. */
  static readonly layer = (token: Redacted.Redacted): Layer.Layer<SlackToken> =>
    Layer.succeed(SlackToken, { current: Effect.succeed(token) })
}

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

// Scopes of older tokens, each of which stands for many: of a token that has one, the header `x-oauth-scopes` does not
// name what it may read.
// Sources: https://docs.slack.dev/legacy/legacy-custom-integrations/legacy-custom-integrations-tokens,
// https://api.slack.com/docs/oauth-scopes

/** These stand for many, whatever is named with them. */
const bundles: ReadonlySet<string> = new Set(["bot", "bot:basic", "read", "post", "client"])

/** Newer tokens have these too, next to scopes that are named singly; only where none is named do they stand for many. */
const bundlesAlone: ReadonlySet<string> = new Set(["identify", "admin", "apps"])

/** The scopes of these that stand for many. */
export const bundledScopes = (scopes: ReadonlyArray<string>): ReadonlyArray<string> => {
  const noneSingly = scopes.every((scope) => bundles.has(scope) || bundlesAlone.has(scope))
  return scopes.filter((scope) => bundles.has(scope) || (noneSingly && bundlesAlone.has(scope)))
}

/** Whether a token surely lacks a scope: its scopes are known, it is not among them, and none of them stands for many. */
export const lacksScope = (scopes: ReadonlyArray<string> | undefined, scope: string): boolean =>
  scopes !== undefined && !scopes.includes(scope) && bundledScopes(scopes).length === 0
