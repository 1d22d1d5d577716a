// Prints the records of one sync. What a view lacks is said on the standard error, and in JSON.
import type { AccessReader, Asked, HeldThing, InheritedIs, TypeFilter } from "@rollcall/access"
import {
  entitlementListing,
  grantListing,
  incompletenessOf,
  openAccess,
  refuseUnknown,
  resourceListing,
  resourceTypeListing,
} from "@rollcall/access"
import type { GrantFilter } from "@rollcall/access"
import type { Listing } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Stream } from "effect"
import { errLines } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import type { ViewSettings } from "../settings/commandFields.ts"

/** What a view reads, and how it prints. */
export interface ViewRequest {
  readonly settings: ViewSettings
  readonly syncId: string | undefined
  readonly format: OutputFormat
}

/** How the settings want files to be read. */
export const readOptions = (settings: ViewSettings) => ({
  decodedLimit: settings["decoder-max-decoded-size-mb"] * 1024 * 1024,
  tempDirectory: settings["c1z-temp-dir"],
})

/** Opens the sync that a view reads. It fails where the sync does not know what was asked for. */
export const openView = Effect.fnUntraced(function* ({ settings, syncId }: ViewRequest, asked: Asked = {}) {
  const access = yield* openAccess(settings.file, { ...readOptions(settings), syncId })
  yield* refuseUnknown(access, asked)
  return access
})

/**
 * Says on the standard error what the sync lacks, and returns that for JSON. It is part of the answer, and so no matter of
 * `--quiet`.
 */
export const noteIncomplete = Effect.fnUntraced(function* (access: AccessReader, inherited: InheritedIs) {
  const { notes, members } = yield* incompletenessOf(access, inherited)
  yield* writeNotes(notes)
  return members
})

/** Writes notes to the standard error, a line each. */
export const writeNotes = (notes: ReadonlyArray<string>) => errLines(notes.map((note) => `note: ${note}`))

const show = Effect.fnUntraced(function* <A>(
  request: ViewRequest,
  asked: Asked,
  listing: Listing<A, StoreError>,
  recordsOf: (access: AccessReader) => Stream.Stream<A, StoreError>,
) {
  const access = yield* openView(request, asked)
  const members = yield* noteIncomplete(access, "missing")
  yield* printListing(listing, recordsOf(access), request.format, members)
})

/** Prints the resource types. */
export const showResourceTypes = (request: ViewRequest) =>
  show(request, {}, resourceTypeListing, (access) => access.resourceTypes)

/** Prints the resources of one type, or of all. */
export const showResources = (request: ViewRequest, filter: TypeFilter) =>
  show(request, filter, resourceListing, (access) => access.resources(filter))

/** Prints the entitlements on resources of one type, or of all. */
export const showEntitlements = (request: ViewRequest, filter: TypeFilter) =>
  show(request, filter, entitlementListing, (access) => access.entitlements(filter))

/** Prints grants. */
export const showGrants = (request: ViewRequest, filter: GrantFilter) =>
  show(request, filter, grantListing, (access) => access.grants(filter))

/** Prints who holds an entitlement, or any entitlement on a resource. */
export const showPrincipals = (request: ViewRequest, of: HeldThing) =>
  show(request, of, resourceListing, (access) => access.principals(of))
