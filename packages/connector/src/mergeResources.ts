// Two steps may tell of one resource; this says what is believed. The result is the same whichever step came first,
// so steps can run side by side.
import type { ResourceField, Step } from "./Connector.ts"
import type { Profile, Resource } from "./model/Resource.ts"

/** What one step said of a resource. */
export interface Contribution {
  readonly step: string
  readonly resource: Resource
}

/** Makes one resource of what several steps said of it. */
export type Merge = (contributions: ReadonlyArray<Contribution>) => Resource

const fields: ReadonlyArray<Exclude<ResourceField, "profile" | "account">> = [
  "displayName",
  "description",
  "parent",
  "status",
  "createdAt",
  "childResourceTypes",
]

/**
 * The merge that a connector's steps declare: field by field, and key by key for profile and account facts, the first
 * step in `steps` that tells it is believed, after any step that claims the field with `authorityOn`.
 */
export const mergeBy = (steps: ReadonlyArray<Pick<Step, "id" | "authorityOn">>): Merge => {
  const rank = new Map(steps.map((step, index) => [step.id, index]))
  const claims = new Map(steps.map((step) => [step.id, new Set(step.authorityOn ?? [])]))

  return (contributions) => {
    const first = contributions[0]
    if (first === undefined) throw new Error("There is nothing to merge.")
    if (contributions.length === 1) return first.resource

    const inOrder = [...contributions].sort((a, b) => (rank.get(a.step) ?? 0) - (rank.get(b.step) ?? 0))
    const believed = (field: ResourceField): ReadonlyArray<Resource> => {
      const claimed = inOrder.filter((it) => claims.get(it.step)?.has(field))
      const rest = inOrder.filter((it) => !claims.get(it.step)?.has(field))
      return [...claimed, ...rest].map((it) => it.resource)
    }

    const merged: Record<string, unknown> = { id: first.resource.id }
    for (const field of fields) {
      const told = believed(field).find((resource) => resource[field] !== undefined)
      if (told !== undefined) merged[field] = told[field]
    }
    const profile = firstOfEachKey(believed("profile").map((resource) => resource.profile))
    if (profile !== undefined) merged["profile"] = profile as Profile
    const account = firstOfEachKey(believed("account").map((resource) => resource.account))
    if (account !== undefined) merged["account"] = account
    return merged as unknown as Resource
  }
}

const firstOfEachKey = (objects: ReadonlyArray<object | undefined>): object | undefined => {
  const told = objects.filter((object) => object !== undefined)
  return told.length === 0 ? undefined : Object.assign({}, ...told.toReversed())
}
