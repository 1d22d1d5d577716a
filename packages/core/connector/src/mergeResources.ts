// Two steps may tell of one resource, and one step in several places; this says what is believed. The result is the same
// whichever step came first, so steps can run side by side.
import { Schema } from "effect"
import type { ResourceField } from "./Connector.ts"
import type { Resource } from "./model.ts"

/** What one step said of a resource. */
export interface Contribution {
  readonly step: string
  readonly resource: Resource
}

const resourceFields = [
  "displayName",
  "description",
  "parent",
  "profile",
  "status",
  "createdAt",
  "account",
  "childResourceTypes",
  "precedence",
] as const satisfies ReadonlyArray<ResourceField>

/** A step, and the fields on which it is believed before those that stand in front of it. */
export const MergeRule = Schema.Struct({
  id: Schema.String,
  authorityOn: Schema.optionalKey(Schema.Array(Schema.Literals(resourceFields))),
})
export type MergeRule = typeof MergeRule.Type

/** What the merge of a connector goes by, as data. */
export const mergeRulesOf = (steps: ReadonlyArray<MergeRule>): ReadonlyArray<MergeRule> =>
  steps.map(({ id, authorityOn }) => (authorityOn === undefined ? { id } : { id, authorityOn }))

/** Makes one resource of what was said of it; several contributions of one step come in the order in which they were stored. */
export type Merge = (contributions: ReadonlyArray<Contribution>) => Resource

/**
 * The merge that a connector's steps declare: field by field, and key by key for profile and account facts, the first
 * step in `steps` that tells it is believed, after any step that claims the field with `authorityOn`.
 */
export const mergeBy = (steps: ReadonlyArray<MergeRule>): Merge => {
  const rank = new Map(steps.map((step, index) => [step.id, index]))
  const claims = new Map(steps.map((step) => [step.id, step.authorityOn]))

  return (contributions) => {
    const [only] = contributions
    // Most resources are told of by one step, and a sync may have a million of them.
    if (contributions.length === 1 && only !== undefined) return withoutPrecedence(only.resource)
    const leastBelievedFirst = oncePerStep(contributions).toSorted(
      (a, b) => (rank.get(b.step) ?? 0) - (rank.get(a.step) ?? 0),
    )
    const [first, ...others] = [
      ...leastBelievedFirst.map((it) => it.resource),
      ...leastBelievedFirst.flatMap((it) => claimedFields(it.resource, claims.get(it.step))),
    ]
    if (first?.id === undefined) throw new Error("There is nothing to merge.")
    return withoutPrecedence(others.reduce<Resource>(lay, { ...first, id: first.id }))
  }
}

/** Of two steps the one that is believed, and the fields on which the other one is believed all the same. */
export interface Belief {
  readonly first: string
  readonly second: string
  readonly claimed: ReadonlySet<ResourceField>
}

/** What the same rules say of two contributions, by one step and by another, in the order in which they were stored. */
export const beliefBy = (steps: ReadonlyArray<MergeRule>) => {
  const rank = new Map(steps.map((step, index) => [step.id, index]))
  const claims = new Map(steps.map((step) => [step.id, step.authorityOn ?? []]))
  return (one: string, other: string): Belief => {
    const isOneFirst = (rank.get(other) ?? 0) > (rank.get(one) ?? 0)
    const [first, second] = isOneFirst ? [one, other] : [other, one]
    const claimed = new Set(claims.get(second))
    for (const field of claims.get(first) ?? []) claimed.delete(field)
    return { first, second, claimed }
  }
}

/**
 * The facts that decide what a resource may do, as one text: its status and its boolean profile facts. Two contributions of one
 * step are told apart by it.
 */
export const flagsOf = ({ status, profile = {} }: Resource): string =>
  JSON.stringify([
    status,
    ...Object.entries(profile)
      .filter(([, value]) => typeof value === "boolean")
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ])

/** Of each step the contribution with the lowest precedence; of equal ones, and without any, the first. */
const oncePerStep = (contributions: ReadonlyArray<Contribution>): ReadonlyArray<Contribution> => {
  const used = new Map<string, Contribution>()
  for (const it of contributions) {
    const other = used.get(it.step)
    if (other === undefined || comesBefore(it.resource, other.resource)) used.set(it.step, it)
  }
  return [...used.values()]
}

const comesBefore = ({ precedence: a }: Resource, { precedence: b }: Resource): boolean =>
  a !== undefined && b !== undefined && a < b

const withoutPrecedence = (resource: Resource): Resource => {
  if (resource.precedence === undefined) return resource
  const { precedence: _, ...published } = resource
  return published
}

const lay = (below: Resource, above: Partial<Resource>): Resource => ({
  ...below,
  ...told(above),
  ...(below.profile && above.profile ? { profile: { ...below.profile, ...above.profile } } : {}),
  ...(below.account && above.account ? { account: { ...below.account, ...told(above.account) } } : {}),
})

/** Without what is left out by `undefined`, which tells nothing. */
const told = <A extends object>(facts: A): Partial<A> => {
  if (!Object.values(facts).includes(undefined)) return facts
  const left: Partial<A> = { ...facts }
  for (const [name, value] of Object.entries(facts)) if (value === undefined) Reflect.deleteProperty(left, name)
  return left
}

const claimedFields = (
  resource: Resource,
  fields: ReadonlyArray<keyof Resource> | undefined,
): ReadonlyArray<Partial<Resource>> => {
  const claimed = (fields ?? []).filter((field) => resource[field] !== undefined)
  return claimed.length === 0 ? [] : [Object.fromEntries(claimed.map((field) => [field, resource[field]]))]
}
