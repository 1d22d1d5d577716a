// What a sync is asked to read.

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
