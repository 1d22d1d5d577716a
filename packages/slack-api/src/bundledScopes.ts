// Scopes of older tokens, each of which stands for many: of a token that has one, the header `x-oauth-scopes` does not
// name what it may read.
// Sources: https://docs.slack.dev/legacy/legacy-custom-integrations/legacy-custom-integrations-tokens,
// https://api.slack.com/docs/oauth-scopes

const bundles: ReadonlySet<string> = new Set(["bot", "bot:basic", "read", "post", "client"])

/**
 * The scopes of these that stand for many. `admin` does so beside `identify`, which older tokens have; by itself it is the
 * scope of SCIM, and opens no method of the Web API.
 */
export const bundledScopes = (scopes: ReadonlyArray<string>): ReadonlyArray<string> =>
  scopes.filter((scope) => bundles.has(scope) || (scope === "admin" && scopes.includes("identify")))

/** Whether a token surely lacks a scope: its scopes are told, it is not among them, and none of them stands for many. */
export const lacksScope = (scopes: ReadonlyArray<string> | undefined, scope: string): boolean =>
  scopes !== undefined && !scopes.includes(scope) && bundledScopes(scopes).length === 0
