// Connectors as values: made from what is particular about them, where what most connectors say alike is filled in; given the
// clients that they need, so that whoever runs one need not know these; and asked for the permissions that they use.
import type { Context } from "effect"
import { Effect } from "effect"
import type { Action } from "./Action.ts"
import type { Connector, ScopeNeed, Step } from "./Connector.ts"
import type { ResourceType } from "./model.ts"
import type { Provisioning } from "./Provisioning.ts"

/** A resource type of which only the id must be said. */
export type ResourceTypeDeclaration = Pick<ResourceType, "id"> & Partial<ResourceType>

/** A step whose title and scopes may be left out. */
export type StepDeclaration<R> = Omit<Step<R>, "title" | "scopes"> & Partial<Pick<Step<R>, "title" | "scopes">>

/** What {@link defineConnector} takes. */
export interface ConnectorDeclaration<R> extends Omit<Connector<R>, "resourceTypes" | "steps"> {
  readonly resourceTypes: ReadonlyArray<ResourceTypeDeclaration>
  readonly steps: ReadonlyArray<StepDeclaration<R>>
}

/**
 * A connector. Where nothing else is said, a resource type is synced, has no trait, and its id in capitals names it (`userGroup`:
 * `User Group`); a step has its id as its title and needs no scope.
 */
export const defineConnector = <R = never>({
  resourceTypes,
  steps,
  ...rest
}: ConnectorDeclaration<R>): Connector<R> => ({
  ...rest,
  resourceTypes: resourceTypes.map((type) => ({
    displayName: wordsOf(type.id),
    traits: [],
    capabilities: ["sync"],
    permissions: [],
    ...type,
  })),
  steps: steps.map((step) => ({ title: step.id, scopes: [], ...step })),
})

/** The words of an id, each with a capital. */
const wordsOf = (id: string): string =>
  id
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[-_]+/gu, " ")
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ")

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
  { holders, grant, revoke, findPrincipals, aliasesOf, privileged, ...data }: Provisioning<R>,
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
  ...(privileged === undefined ? {} : { privileged: Effect.provideContext(privileged, services) }),
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
