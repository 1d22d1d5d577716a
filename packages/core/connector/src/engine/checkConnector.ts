// What the types cannot say of a connector: that its ids are unique, its references lead somewhere, and its steps do not wait
// for each other; and that its records are of types that it declares. Connectors are composed from other connectors' steps,
// so this goes wrong by one import.
import { Effect } from "effect"
import type { Action } from "../Action.ts"
import { mayTakeAccess } from "../Action.ts"
import type { Connector, QuickSync, Records, Step } from "../Connector.ts"
import type { ResourceId, ResourceType } from "../model.ts"
import { formatResourceId } from "../model.ts"
import type { GrantableSlugs, Provisioning } from "../Provisioning.ts"
import { SyncError } from "../SyncError.ts"

/** Fails with `Defective` and all that is wrong with the connector's data. */
export const checkConnector = <R>(connector: Connector<R>): Effect.Effect<void, SyncError> => {
  const types = connector.resourceTypes.map((type) => type.id)
  const steps = connector.steps.map((step) => step.id)
  const actions = (connector.actions ?? []).map((action) => action.name)
  const provisionable = connector.resourceTypes.filter((type) => type.capabilities.includes("provision"))
  const problems = [
    ...repeated(types).map((id) => `the resource type ${id} is declared twice`),
    ...repeated(steps).map((id) => `the step ${id} is declared twice`),
    ...connector.steps.flatMap((step) => [
      ...step.produces
        .filter((type) => !types.includes(type))
        .map((type) => `the step ${step.id} produces ${type}, which is no resource type of it`),
      ...(step.after ?? [])
        .filter((need) => !steps.includes(need))
        .map((need) => `the step ${step.id} waits for ${need}, which is no step of it`),
      ...(step.comparesWith ?? [])
        .filter((other) => !steps.includes(other))
        .map((other) => `the step ${step.id} compares with ${other}, which is no step of it`),
      ...(step.parentType === undefined || givesResources(step.parentType, step.after ?? [], connector.steps)
        ? []
        : [`the step ${step.id} is asked for each ${step.parentType}, and comes after no step that produces it`]),
      ...(step.expectedIn === undefined || steps.includes(step.expectedIn)
        ? []
        : [`the step ${step.id} is expected in ${step.expectedIn}, which is no step of it`]),
      ...(step.expects === undefined || steps.includes(step.expects.step)
        ? []
        : [`the step ${step.id} expects what ${step.expects.step} lists, which is no step of it`]),
    ]),
    ...waitingForEachOther(connector.steps),
    ...(connector.quick === undefined ? [] : problemsOfQuick(connector.quick, connector.steps)),
    ...(connector.actions ?? []).flatMap((action) => problemsOf(action, types)),
    ...repeated(actions).map((name) => `the action ${name} is declared twice`),
    ...(connector.provisioning === undefined
      ? provisionable.map(({ id }) => `${id} can be provisioned, and nothing provisions it`)
      : provisionable.length === 0
        ? ["it provisions, and no resource type can be"]
        : []),
    ...(connector.provisioning === undefined ? [] : problemsOfSlugs(connector.provisioning.slugs, provisionable)),
    ...(connector.provisioning?.principalTypes ?? [])
      .filter((type) => !types.includes(type))
      .map((type) => `${type} can be granted something, and is no resource type of it`),
  ]
  return problems.length === 0
    ? Effect.void
    : Effect.fail(
        new SyncError({
          reason: "Defective",
          message: `The connector ${connector.displayName} contradicts itself: ${problems.join("; ")}.`,
          hint: "Correct the connector's resource types and steps.",
        }),
      )
}

/** The ids of the steps, of these, that must have ended before one begins. */
export const needsOf = <R>(
  { id, after = [], last }: Pick<Step<R>, "id" | "after" | "last">,
  steps: ReadonlyArray<Pick<Step<R>, "id" | "last">>,
): ReadonlyArray<string> =>
  last === true ? steps.filter((step) => step.id !== id && step.last !== true).map((step) => step.id) : after

const problemsOfQuick = <R>({ steps: ids, lacks }: QuickSync, steps: ReadonlyArray<Step<R>>): ReadonlyArray<string> => {
  const types = steps.filter(({ id }) => ids.includes(id)).flatMap(({ produces }) => produces)
  return [
    ...(ids.length === 0 ? ["a quick sync of it has no step"] : []),
    ...ids
      .filter((id) => !steps.some((step) => step.id === id))
      .map((id) => `a quick sync reads ${id}, which is no step of it`),
    ...lacks
      .filter(({ resourceType }) => !types.includes(resourceType))
      .map(({ resourceType }) => `a quick sync lacks some of ${resourceType}, which no step of it produces`),
  ]
}

const givesResources = <R>(type: string, ids: ReadonlyArray<string>, steps: ReadonlyArray<Step<R>>): boolean =>
  steps.some(({ id, produces }) => ids.includes(id) && produces.includes(type))

const problemsOf = <R>(action: Action<R>, types: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...(action.resourceType === undefined || types.includes(action.resourceType)
    ? []
    : [`the action ${action.name} is of ${action.resourceType}, which is no resource type of it`]),
  ...(action.takesAccess === undefined || mayTakeAccess(action)
    ? []
    : [`the action ${action.name} takes access from an account, which its kind and arguments do not say`]),
]

/** JavaScript may leave out what the types require. */
const problemsOfSlugs = (
  slugs: Provisioning["slugs"] | undefined,
  provisionable: ReadonlyArray<Pick<ResourceType, "id">>,
): ReadonlyArray<string> => [
  ...provisionable
    .filter(({ id }) => isEmpty(slugs?.[id]))
    .map(({ id }) => `${id} can be provisioned, and provisioning.slugs has no entitlement of it`),
  ...Object.keys(slugs ?? {})
    .filter((type) => !provisionable.some(({ id }) => id === type))
    .map((type) => `provisioning.slugs has ${type}, which is no resource type of it that can be provisioned`),
]

const isEmpty = (slugs: GrantableSlugs | undefined): boolean =>
  slugs === undefined || (!(slugs instanceof RegExp) && slugs.length === 0)

const repeated = (ids: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(ids.filter((id, index) => ids.indexOf(id) !== index)),
]

/**
 * Takes away the steps that could end, again and again; those that remain wait in a circle. A page that compares waits
 * like a step that comes after.
 */
const waitingForEachOther = <R>(steps: ReadonlyArray<Step<R>>): ReadonlyArray<string> => {
  let waiting = steps
  for (;;) {
    const ids = new Set(waiting.map((step) => step.id))
    const stillWaiting = waiting.filter((step) =>
      [...needsOf(step, steps), ...(step.comparesWith ?? [])].some((need) => ids.has(need)),
    )
    if (stillWaiting.length === 0) return []
    if (stillWaiting.length === waiting.length) return [`the steps ${[...ids].join(", ")} wait for each other`]
    waiting = stillWaiting
  }
}

/** Why a page of the step breaks the contract; nothing where all that it names is of a type that the connector declares. */
export const undeclaredType = (
  { displayName, resourceTypes }: Pick<Connector, "displayName" | "resourceTypes">,
  step: Pick<Step, "id">,
  page: Records,
): SyncError | undefined => {
  const types = new Set(resourceTypes.map(({ id }) => id))
  const found = firstUndeclared(page, (type) => !types.has(type))
  if (found === undefined) return undefined
  const { type, record } = found
  return new SyncError({
    reason: "Defective",
    step: step.id,
    message: `The step ${step.id} gives ${record} of the resource type ${JSON.stringify(type)}, which ${displayName} does not declare.`,
    hint: `It declares: ${[...types].join(", ")}. Correct the type in the connector's code, or add it to resourceTypes.`,
  })
}

/** Looks at every record of a sync, so it makes nothing for one that is fine. */
const firstUndeclared = (
  { resources = [], entitlements = [], grants = [], aliases = [] }: Records,
  isUndeclared: (type: string) => boolean,
): { readonly type: string; readonly record: string } | undefined => {
  for (const { id, parent, childResourceTypes } of resources) {
    if (isUndeclared(id.resourceType)) return { type: id.resourceType, record: resourceOf(id) }
    if (parent !== undefined && isUndeclared(parent.resourceType)) {
      return { type: parent.resourceType, record: `${resourceOf(id)} with a parent` }
    }
    const child = childResourceTypes?.find(isUndeclared)
    if (child !== undefined) return { type: child, record: `${resourceOf(id)} with children` }
  }
  for (const { id, resource, grantableTo } of entitlements) {
    if (isUndeclared(resource.resourceType))
      return { type: resource.resourceType, record: `the entitlement ${id} on a resource` }
    const holder = grantableTo.find(isUndeclared)
    if (holder !== undefined) return { type: holder, record: `the entitlement ${id} that is grantable to principals` }
  }
  for (const { id, resource, principal } of grants) {
    if (isUndeclared(resource.resourceType))
      return { type: resource.resourceType, record: `the grant ${id} on a resource` }
    if (isUndeclared(principal.resourceType))
      return { type: principal.resourceType, record: `the grant ${id} to a principal` }
  }
  const alias = aliases.find(({ id }) => isUndeclared(id.resourceType))
  return alias && { type: alias.id.resourceType, record: `an alias of ${formatResourceId(alias.id)}` }
}

const resourceOf = (id: ResourceId): string => `the resource ${formatResourceId(id)}`
