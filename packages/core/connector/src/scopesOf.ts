// The permissions that a connector uses, as help, documentation and an app's manifest name them.
import type { ScopeNeed, Step } from "./Connector.ts"

/** The permissions that the steps use, each once, the required ones first. */
export const scopesOf = ({
  steps,
}: {
  readonly steps: ReadonlyArray<Pick<Step, "scopes">>
}): ReadonlyArray<ScopeNeed> => {
  const needs = steps.flatMap((step) => step.scopes)
  const once = needs.filter((need, index) => needs.findIndex((other) => other.scope === need.scope) === index)
  return once.toSorted((a, b) => Number(b.required) - Number(a.required))
}
