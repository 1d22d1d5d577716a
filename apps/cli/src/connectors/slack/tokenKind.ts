// What a Slack token is, by its prefix: https://docs.slack.dev/authentication/tokens

/** A kind of token, and whether the Web API's read methods take it. */
export interface TokenKind {
  readonly name: string
  readonly usable: boolean
}

const kinds: ReadonlyArray<readonly [prefix: string, kind: TokenKind]> = [
  ["xoxe.xoxb-", { name: "a bot token that rotates (xoxe.xoxb-…)", usable: true }],
  ["xoxe.xoxp-", { name: "a user token that rotates, or a configuration token (xoxe.xoxp-…)", usable: true }],
  ["xoxe-", { name: "a refresh token (xoxe-…), which cannot read anything itself", usable: false }],
  ["xoxb-", { name: "a bot token (xoxb-…)", usable: true }],
  ["xoxp-", { name: "a user token (xoxp-…)", usable: true }],
  ["xapp-", { name: "an app-level token (xapp-…), which cannot read anything", usable: false }],
  ["xwfp-", { name: "a workflow token (xwfp-…), which lives for one run of a workflow", usable: false }],
]

const unknown: TokenKind = { name: "a token with a prefix that is not known", usable: true }

/** The kind of a token; one with an unknown prefix is left to Slack to judge. */
export const tokenKindOf = (token: string): TokenKind =>
  kinds.find(([prefix]) => token.startsWith(prefix))?.[1] ?? unknown
