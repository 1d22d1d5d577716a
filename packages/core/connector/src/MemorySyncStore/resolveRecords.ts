// Whose a record is, in a store that lives in memory: aliases are resolved, the precedences of contributions compared, and of
// records with one id the first is kept. A file answers the same with SQL.
import type { Alias } from "../Connector.ts"
import type { Contribution } from "../mergeResources.ts"
import type { Entitlement, Grant, Resource, ResourceId } from "../model.ts"
import { formatResourceId } from "../model.ts"
import type { StepState } from "../SyncStore.ts"

/** What one step has given. */
export interface StepRecords {
  state: StepState
  readonly resources: Array<Resource>
  readonly entitlements: Array<Entitlement>
  readonly grants: Array<Grant>
  readonly aliases: Array<Alias>
}

/** The order of ids in a file. */
export const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** All that the steps, in the connector's order, have given: each resource with what was said of it, the rest once. */
export const resolveRecords = (steps: ReadonlyArray<StepRecords>) => {
  const root = rootIdOf(steps)
  const resources = new Map<string, Array<Contribution>>()
  const used = new Map<string, string>()
  for (const { state, resources: given } of steps) {
    for (const resource of given.map((it) => ({ ...it, id: root(it.id) }))) {
      const id = formatResourceId(resource.id)
      resources.set(id, [...(resources.get(id) ?? []), { step: state.step, resource }])
      const key = `${state.step} ${id}`
      const { precedence } = resource
      if (precedence !== undefined && precedence < (used.get(key) ?? `${precedence}.`)) used.set(key, precedence)
    }
  }
  const grants = steps.flatMap(({ state, grants: given }) =>
    given.flatMap(({ precedence, ...grant }) => {
      const principal = root(grant.principal)
      const id = grant.id.endsWith(grant.principal.resource)
        ? grant.id.slice(0, -grant.principal.resource.length) + principal.resource
        : grant.id
      const isUsed = precedence === (used.get(`${state.step} ${formatResourceId(principal)}`) ?? precedence)
      return precedence === undefined || isUsed ? [{ ...grant, id, principal }] : []
    }),
  )
  return {
    resources,
    entitlements: firstOfEach(steps.flatMap((it) => it.entitlements)),
    grants: firstOfEach(grants),
  }
}

/** From any id to the one that the sync shows. */
const rootIdOf = (steps: ReadonlyArray<StepRecords>): ((id: ResourceId) => ResourceId) => {
  const roots = new Map<string, ResourceId>()
  const claims = steps.flatMap((it) => it.aliases).toSorted((a, b) => byCodeUnits(a.id.resource, b.id.resource))
  for (const { id, alias } of claims) {
    const key = formatResourceId({ ...id, resource: alias })
    if (!roots.has(key)) roots.set(key, id)
  }
  for (const { aliases, resources } of steps) {
    if (aliases.length > 0) for (const { id } of resources) roots.delete(formatResourceId(id))
  }
  return (id) => roots.get(formatResourceId(id)) ?? id
}

const firstOfEach = <A extends { readonly id: string }>(values: ReadonlyArray<A>): ReadonlyArray<A> => {
  const all = new Map<string, A>()
  for (const it of values) if (!all.has(it.id)) all.set(it.id, it)
  return [...all.values()]
}
