// Lists the records of one sync.
import type { GrantFilter } from "@rollcall/c1z"
import type { ResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import { printListing } from "../render/printListing.ts"
import type { OutputFormat } from "../settings/commandFields.ts"
import { entitlementListing, grantListing, resourceListing, resourceTypeListing } from "./listings.ts"
import { noteIncomplete } from "./noteIncomplete.ts"
import type { ViewSettings } from "./openSync.ts"
import { openSync } from "./openSync.ts"
import { refuseUnknown } from "./refuseUnknown.ts"

/** What every listing is told. */
export interface ViewRequest {
  readonly settings: ViewSettings
  readonly syncId: string | undefined
  readonly format: OutputFormat
}

/** Prints the resource types. */
export const showResourceTypes = Effect.fnUntraced(function* ({ settings, syncId, format }: ViewRequest) {
  const reader = yield* openSync(settings, syncId)
  const incomplete = yield* noteIncomplete(reader, "missing")
  yield* printListing(resourceTypeListing(reader), reader.resourceTypes, format, incomplete)
})

/** Prints the resources of one type, or of all. */
export const showResources = Effect.fnUntraced(function* (request: ViewRequest, resourceType: string | undefined) {
  const reader = yield* openSync(request.settings, request.syncId)
  yield* refuseUnknown(reader, { resourceType })
  const incomplete = yield* noteIncomplete(reader, "missing")
  yield* printListing(resourceListing(reader), reader.resources(ofType(resourceType)), request.format, incomplete)
})

/** Prints the entitlements on resources of one type, or of all. */
export const showEntitlements = Effect.fnUntraced(function* (request: ViewRequest, resourceType: string | undefined) {
  const reader = yield* openSync(request.settings, request.syncId)
  yield* refuseUnknown(reader, { resourceType })
  const incomplete = yield* noteIncomplete(reader, "missing")
  yield* printListing(entitlementListing(reader), reader.entitlements(ofType(resourceType)), request.format, incomplete)
})

/** Prints grants. */
export const showGrants = Effect.fnUntraced(function* (request: ViewRequest, filter: GrantFilter) {
  const reader = yield* openSync(request.settings, request.syncId)
  yield* refuseUnknown(reader, filter)
  const incomplete = yield* noteIncomplete(reader, "missing")
  yield* printListing(grantListing(reader), reader.grants(filter), request.format, incomplete)
})

/** Prints who holds an entitlement, or any entitlement on a resource. */
export const showPrincipals = Effect.fnUntraced(function* (
  request: ViewRequest,
  of: { readonly resource: ResourceId } | { readonly entitlement: string },
) {
  const reader = yield* openSync(request.settings, request.syncId)
  yield* refuseUnknown(reader, of)
  const incomplete = yield* noteIncomplete(reader, "missing")
  yield* printListing(resourceListing(reader), reader.principals(of), request.format, incomplete)
})

const ofType = (resourceType: string | undefined) => (resourceType === undefined ? {} : { resourceType })
