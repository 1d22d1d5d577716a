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
