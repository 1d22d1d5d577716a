// What a sync is asked to read, which steps that needs, and what of their records it keeps. Whoever knows the request first
// checks it in the same words, be it a program that looks at its settings or the sync itself.
import { Effect } from "effect"
import type { Connector, QuickSync, Records, Step } from "../Connector.ts"
import type { Merge } from "../mergeResources.ts"
import { mergeBy } from "../mergeResources.ts"
import type { ResourceType } from "../model.ts"
import { SyncError } from "../SyncError.ts"
import type { SyncResult } from "../SyncStore.ts"
import { checkConnector } from "./checkConnector.ts"

/** Narrows a sync. Without members it reads all that the connector offers. */
export interface SyncRequest {
  /** Ids of the resource types to keep; absent means all. Grants of kept types stay whole. */
  readonly resourceTypes?: ReadonlyArray<string> | undefined
  readonly skipEntitlementsAndGrants?: boolean
  /** Keeps entitlements and leaves out who holds them. */
  readonly skipGrants?: boolean
  /** Reads only the steps of `Connector.quick`. */
  readonly quick?: boolean
}

/** The request as a stable text: two requests that ask for the same give the same text. */
export const requestKey = (request: SyncRequest): string =>
  JSON.stringify({
    resourceTypes: request.resourceTypes === undefined ? null : [...new Set(request.resourceTypes)].toSorted(),
    skipEntitlementsAndGrants: request.skipEntitlementsAndGrants === true,
    // Says no more where entitlements are left out as well.
    skipGrants: request.skipGrants === true && request.skipEntitlementsAndGrants !== true,
    quick: request.quick === true ? true : undefined,
  })

/** Fails with `BadRequest` where the types of a request are none, or the connector does not have one. Absent types mean all. */
export const checkResourceTypes = Effect.fnUntraced(function* (
  { displayName, resourceTypes }: Pick<Connector, "displayName" | "resourceTypes">,
  asked: ReadonlyArray<string> | undefined,
): Effect.fn.Return<void, SyncError> {
  if (asked === undefined) return
  const known = resourceTypes.map(({ id }) => id)
  if (asked.length === 0) {
    // A file without anything would read as if everybody had left.
    return yield* new SyncError({
      reason: "BadRequest",
      message: "The request names no resource type, so nothing would be synced.",
      hint: `Choose from ${known.join(", ")}, or leave the choice out to sync all.`,
    })
  }
  const unknown = asked.filter((type) => !known.includes(type))
  if (unknown.length > 0) {
    return yield* new SyncError({
      reason: "BadRequest",
      message: `${displayName} has no resource type ${unknown.join(", ")}.`,
      hint: `Choose from ${known.join(", ")}.`,
    })
  }
})

/** The ids of the types that a quick sync reads; `undefined` where none is asked for. Fails with `BadRequest` where it cannot be. */
const quickTypes = Effect.fnUntraced(function* <R>(
  { displayName, quick, steps }: Pick<Connector<R>, "displayName" | "quick" | "steps">,
  request: SyncRequest,
): Effect.fn.Return<ReadonlySet<string> | undefined, SyncError> {
  if (request.quick !== true) return undefined
  if (quick === undefined) {
    return yield* new SyncError({
      reason: "BadRequest",
      message: `${displayName} has no quick sync.`,
      hint: "Sync without --quick.",
    })
  }
  const types = new Set(steps.filter(({ id }) => quick.steps.includes(id)).flatMap(({ produces }) => produces))
  const others = (request.resourceTypes ?? []).filter((type) => !types.has(type))
  if (others.length > 0) {
    return yield* new SyncError({
      reason: "BadRequest",
      message: `A quick sync of ${displayName} reads ${[...types].join(", ")}, and not ${others.join(", ")}.`,
      hint: "Sync without --quick, or leave these types out.",
    })
  }
  return types
})

/** What a sync will do. */
export interface SyncPlan<R> {
  /** The steps to run, in the connector's order. */
  readonly steps: ReadonlyArray<Step<R>>
  /** Types whose records are kept. */
  readonly wanted: ReadonlySet<string>
  /**
   * The types to publish: where entitlements are kept, all of them, because readers drop a grant whose principal is of a
   * type that the file does not list.
   */
  readonly resourceTypes: ReadonlyArray<ResourceType>
  readonly kind: SyncResult["kind"]
  readonly keepsEntitlements: boolean
  readonly keepsGrants: boolean
  /** The types that a quick sync reads, and what it leaves out of them; absent for any other. */
  readonly quick?: { readonly types: ReadonlySet<string>; readonly lacks: QuickSync["lacks"] } | undefined
  readonly keep: (records: Records) => Records
  /** Types that are stored because steps are asked for their resources, and that the request leaves out. */
  readonly unpublishedTypes: ReadonlyArray<string>
  /** Types whose resources no step is asked for one by one. */
  readonly encodedTypes: ReadonlyArray<ResourceType>
  readonly merge: Merge
}

/** Plans a sync; fails when the connector is defective, or the request names no type or one that it does not have. */
export const planSyncSteps = Effect.fnUntraced(function* <R>(connector: Connector<R>, request: SyncRequest) {
  yield* checkConnector(connector)
  yield* checkResourceTypes(connector, request.resourceTypes)
  const quick = yield* quickTypes(connector, request)
  const known = connector.resourceTypes.map((type) => type.id)
  const wanted = new Set(request.resourceTypes ?? quick ?? known)
  const keepsEntitlements = request.skipEntitlementsAndGrants !== true
  const keepsGrants = keepsEntitlements && request.skipGrants !== true
  const steps = withNeeds(
    connector,
    ({ id, produces }) =>
      produces.some((type) => wanted.has(type)) &&
      (quick === undefined || connector.quick?.steps.includes(id) === true),
  )
  const parentTypes = new Set(steps.flatMap(({ parentType }) => parentType ?? []))
  const plan: SyncPlan<R> = {
    steps,
    wanted,
    resourceTypes: connector.resourceTypes.filter((type) => keepsEntitlements || wanted.has(type.id)),
    // Without grants it is no full one either: read as one, everybody would have lost everything.
    kind: !keepsEntitlements
      ? "resourcesOnly"
      : keepsGrants && quick === undefined && known.every((id) => wanted.has(id))
        ? "full"
        : "partial",
    keepsEntitlements,
    keepsGrants,
    quick: quick && { types: quick, lacks: connector.quick?.lacks ?? [] },
    keep: keepOnly(wanted, parentTypes, keepsEntitlements, keepsGrants),
    unpublishedTypes: [...parentTypes].filter((type) => !wanted.has(type)),
    encodedTypes: connector.resourceTypes.filter(({ id }) => !parentTypes.has(id)),
    merge: mergeBy(connector.steps),
  }
  return plan
})

/** The chosen steps and all that they need first. */
const withNeeds = <R>(connector: Connector<R>, isChosen: (step: Step<R>) => boolean): ReadonlyArray<Step<R>> => {
  const ids = new Set<string>()
  const add = (step: Step<R> | undefined): void => {
    if (step === undefined || ids.has(step.id)) return
    ids.add(step.id)
    for (const need of step.after ?? []) add(connector.steps.find((candidate) => candidate.id === need))
  }
  connector.steps.filter(isChosen).forEach(add)
  return connector.steps.filter((step) => ids.has(step.id))
}

const keepOnly =
  (wanted: ReadonlySet<string>, parentTypes: ReadonlySet<string>, keepsEntitlements: boolean, keepsGrants: boolean) =>
  ({ resources = [], entitlements = [], grants = [], aliases = [] }: Records): Records => ({
    resources: resources.filter(({ id }) => wanted.has(id.resourceType) || parentTypes.has(id.resourceType)),
    entitlements: keepsEntitlements ? entitlements.filter(({ resource }) => wanted.has(resource.resourceType)) : [],
    grants: keepsGrants ? grants.filter(({ resource }) => wanted.has(resource.resourceType)) : [],
    // Principals of the grants that are kept may be of any type.
    aliases,
  })
