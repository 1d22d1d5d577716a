// Which steps a request needs, and what of their records it keeps.
import { Effect } from "effect"
import type { Connector, Records, Step } from "../Connector.ts"
import type { ResourceType } from "../model/ResourceType.ts"
import { SyncError } from "../SyncError.ts"
import type { SyncRequest } from "../SyncRequest.ts"

/** What a sync will do. */
export interface SyncPlan<R> {
  readonly steps: ReadonlyArray<Step<R>>
  /** Types whose records are kept. */
  readonly wanted: ReadonlySet<string>
  /** `wanted`, and the types of those who can hold the kept entitlements: readers drop grants to types not listed. */
  readonly resourceTypes: ReadonlyArray<ResourceType>
  readonly keep: (records: Records) => Records
}

/** Plans a sync; fails when the request names a type, or a step names a step, that the connector does not have. */
export const planSyncSteps = Effect.fnUntraced(function* <R>(connector: Connector<R>, request: SyncRequest) {
  const known = connector.resourceTypes.map((type) => type.id)
  const unknown = (request.resourceTypes ?? []).filter((type) => !known.includes(type))
  if (unknown.length > 0) {
    return yield* new SyncError({
      reason: "BadRequest",
      message: `${connector.displayName} has no resource type ${unknown.join(", ")}.`,
      hint: `Choose from ${known.join(", ")}.`,
    })
  }

  const wanted = new Set(request.resourceTypes ?? known)
  const steps = withNeeds(connector, (step) => step.produces.some((type) => wanted.has(type)))
  const plan: SyncPlan<R> = {
    steps: yield* inRunnableOrder(connector, steps),
    wanted,
    resourceTypes: connector.resourceTypes.filter((type) => wanted.has(type.id) || type.traits.includes("user")),
    keep: keepOnly(wanted, request),
  }
  return plan
})

/** The chosen steps and all that they need first, in the connector's order. */
const withNeeds = <R>(connector: Connector<R>, chosen: (step: Step<R>) => boolean): ReadonlyArray<Step<R>> => {
  const ids = new Set<string>()
  const add = (step: Step<R> | undefined): void => {
    if (step === undefined || ids.has(step.id)) return
    ids.add(step.id)
    for (const need of step.after ?? []) add(connector.steps.find((it) => it.id === need))
  }
  connector.steps.filter(chosen).forEach(add)
  return connector.steps.filter((step) => ids.has(step.id))
}

const inRunnableOrder = Effect.fnUntraced(function* <R>(connector: Connector<R>, steps: ReadonlyArray<Step<R>>) {
  const waiting = [...steps]
  const ordered: Array<Step<R>> = []
  while (waiting.length > 0) {
    const index = waiting.findIndex((step) => (step.after ?? []).every((need) => ordered.some((it) => it.id === need)))
    const [step] = index < 0 ? [] : waiting.splice(index, 1)
    if (step === undefined) {
      return yield* new SyncError({
        reason: "Defective",
        message: `The steps ${waiting.map((it) => it.id).join(", ")} of ${connector.displayName} wait for each other or for a step that does not exist.`,
        hint: "Correct `after` in the connector's steps.",
      })
    }
    ordered.push(step)
  }
  return ordered
})

const keepOnly = (wanted: ReadonlySet<string>, request: SyncRequest) => {
  const keepsEntitlements = request.skipEntitlementsAndGrants !== true
  const keepsGrants = keepsEntitlements && request.skipGrants !== true
  return (records: Records): Records => ({
    resources: records.resources?.filter((it) => wanted.has(it.id.resourceType)) ?? [],
    entitlements: keepsEntitlements
      ? (records.entitlements?.filter((it) => wanted.has(it.resource.resourceType)) ?? [])
      : [],
    grants: keepsGrants ? (records.grants?.filter((it) => wanted.has(it.resource.resourceType)) ?? []) : [],
  })
}
