// What a sync is asked to read, and what it may be asked for: resource types that there are. Said in the same words by
// whoever knows it first, be it a program that looks at its settings or the sync itself.
import { Effect } from "effect"
import type { Connector } from "./Connector.ts"
import { SyncError } from "./SyncError.ts"

/** Narrows a sync. Without members it reads all that the connector offers. */
export interface SyncRequest {
  /** Ids of the resource types to keep; absent means all. Grants of kept types stay whole. */
  readonly resourceTypes?: ReadonlyArray<string> | undefined
  readonly skipEntitlementsAndGrants?: boolean
  /** Keeps entitlements and leaves out who holds them. */
  readonly skipGrants?: boolean
}

/** The request as a stable text: two requests that ask for the same give the same text. */
export const requestKey = (request: SyncRequest): string =>
  JSON.stringify({
    resourceTypes: request.resourceTypes === undefined ? null : [...new Set(request.resourceTypes)].toSorted(),
    skipEntitlementsAndGrants: request.skipEntitlementsAndGrants === true,
    // Says no more where entitlements are left out as well.
    skipGrants: request.skipGrants === true && request.skipEntitlementsAndGrants !== true,
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
