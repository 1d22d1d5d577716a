// Gives a connector the clients that it needs, so that whoever runs it need not know them.
import type { Connector, ScopeNeed, Step } from "@rollcall/connector"
import type { Context } from "effect"
import { Effect } from "effect"

/** The same connector, with its services in place. */
export const provideConnector = <R>(connector: Connector<R>, services: Context.Context<R>): Connector => ({
  ...connector,
  identify: Effect.provideContext(connector.identify, services),
  steps: connector.steps.map((step): Step => ({
    ...step,
    page: (request) => Effect.provideContext(step.page(request), services),
  })),
})

/** The permissions that the steps use, each once, the required ones first. */
export const scopesOf = <R>(connector: Connector<R>): ReadonlyArray<ScopeNeed> => {
  const needs = connector.steps.flatMap((step) => step.scopes)
  const once = needs.filter((need, index) => needs.findIndex((other) => other.scope === need.scope) === index)
  return once.toSorted((a, b) => Number(b.required) - Number(a.required))
}
