// Gives a connector the clients that it needs, so that whoever runs it need not know them.
import type { Context } from "effect"
import { Effect } from "effect"
import type { Action } from "./Action.ts"
import type { Connector, Step } from "./Connector.ts"
import type { Provisioning } from "./Provisioning.ts"

/** The same connector, with its services in place. */
export const provideConnector = <R>(connector: Connector<R>, services: Context.Context<R>): Connector => {
  const provide = Effect.provideContext(services)
  const { identify, steps, provisioning, actions, ...data } = connector
  return {
    ...data,
    identify: provide(identify),
    steps: steps.map((step): Step => ({ ...step, page: (request) => provide(step.page(request)) })),
    ...(provisioning === undefined ? {} : { provisioning: provideProvisioning(provisioning, services) }),
    ...(actions === undefined ? {} : { actions: actions.map((action) => provideAction(action, services)) }),
  }
}

const provideProvisioning = <R>(
  { holders, grant, revoke, findPrincipals, aliasesOf, ...data }: Provisioning<R>,
  services: Context.Context<R>,
): Provisioning => ({
  ...data,
  holders: (entitlement) => Effect.provideContext(holders(entitlement), services),
  grant: (entitlement, principal) => Effect.provideContext(grant(entitlement, principal), services),
  revoke: (entitlement, principal) => Effect.provideContext(revoke(entitlement, principal), services),
  ...(aliasesOf === undefined
    ? {}
    : { aliasesOf: (principal) => Effect.provideContext(aliasesOf(principal), services) }),
  findPrincipals: (names, options) => Effect.provideContext(findPrincipals(names, options), services),
})

const provideAction = <R>({ takesAccess, ...action }: Action<R>, services: Context.Context<R>): Action => ({
  ...action,
  isDone: (values) => Effect.provideContext(action.isDone(values), services),
  run: (values) => Effect.provideContext(action.run(values), services),
  ...(takesAccess === undefined
    ? {}
    : {
        takesAccess: {
          from: takesAccess.from,
          ownIds: (tenant) => Effect.provideContext(takesAccess.ownIds(tenant), services),
        },
      }),
})
