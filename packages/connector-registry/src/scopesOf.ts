// The permissions that a connector uses.
import type { Connector, ScopeNeed } from "@rollcall/connector"

/** The permissions that the steps use, each once, the required ones first. */
export const scopesOf = <R>(connector: Connector<R>): ReadonlyArray<ScopeNeed> => {
  const needs = connector.steps.flatMap((step) => step.scopes)
  const once = needs.filter((need, index) => needs.findIndex((other) => other.scope === need.scope) === index)
  return once.toSorted((a, b) => Number(b.required) - Number(a.required))
}
