// Scopes that only the token of an owner or admin can have.

/** Whether a scope is one of them; a bot cannot have it. Source: https://docs.slack.dev/reference/scopes/admin */
export const isAdminScope = (scope: string): boolean => scope === "admin" || scope.startsWith("admin.")
