// The scopes that a connector declares.
import type { Connector } from "@rollcall/connector"

const needs = <R>(connector: Connector<R>) => connector.steps.flatMap((step) => step.scopes)

/** Scopes that some step cannot do without. */
export const requiredScopes = <R>(connector: Connector<R>): ReadonlyArray<string> => [
  ...new Set(
    needs(connector)
      .filter((need) => need.required)
      .map((need) => need.scope),
  ),
]

/** Scopes that every step can do without. */
export const optionalScopes = <R>(connector: Connector<R>): ReadonlyArray<string> => {
  const required = requiredScopes(connector)
  return [...new Set(needs(connector).map((need) => need.scope))].filter((scope) => !required.includes(scope))
}
