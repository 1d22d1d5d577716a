// What one principal holds, as a tree for people and as records for programs.
import type { AccessView, ResourceView, SyncReader } from "@rollcall/c1z"
import { accessViewToJson, resourceViewToJson } from "@rollcall/c1z"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { escapeControls, safeJson } from "../render/escapeControls.ts"
import type { Listing } from "../render/printListing.ts"
import { printJsonArray, printLines, printListing } from "../render/printListing.ts"
import type { OutputFormat } from "../settings/commandFields.ts"
import type { IncompleteJson } from "./noteIncomplete.ts"
import { noteIncomplete } from "./noteIncomplete.ts"
import { refuseUnknown } from "./refuseUnknown.ts"

/** Prints what the principal holds. */
export const showAccess = Effect.fnUntraced(function* (reader: SyncReader, id: ResourceId, format: OutputFormat) {
  yield* refuseUnknown(reader, { resource: id })
  const incomplete = yield* noteIncomplete(reader, "listed")
  const principal = yield* reader.resource(id)
  if (format === "json") yield* printJson(reader, id, principal, incomplete)
  else if (format === "table") yield* printTree(reader, id, principal)
  else yield* printListing(accessListing(reader, id), reader.access(id), format, incomplete)
})

const printTree = (reader: SyncReader, id: ResourceId, principal: ResourceView | undefined) => {
  const name = principal?.resource.displayName ?? `MISSING RESOURCE (${formatResourceId(id)})`
  const lines = Stream.flatMap(reader.access(id), ({ resource, resourceType, entitlements, reasons }) =>
    Stream.make(
      `  ${resource.displayName} (${resourceType.displayName})`,
      ...entitlements.map(
        ({ slug, displayName }, at) =>
          `    ${slug || displayName}${reasons[at]?.stored === false ? " (inherited)" : ""}`,
      ),
    ),
  )
  const head = `${name} (${formatResourceId(id)})`
  return printLines([escapeControls(head)], Stream.map(lines, escapeControls))
}

/** `{principal, access: […]}`, as the Go viewer prints it. */
const printJson = Effect.fnUntraced(function* (
  reader: SyncReader,
  id: ResourceId,
  principal: ResourceView | undefined,
  incomplete: IncompleteJson,
) {
  const shown = principal === undefined ? { id } : (yield* reader.toJson(resourceViewToJson, principal))["resource"]
  const access = Stream.mapEffect(reader.access(id), (view) => reader.toJson(accessViewToJson, view))
  yield* printJsonArray(
    { ...incomplete, principal: shown },
    "access",
    Stream.map(access, (json) => safeJson(json)),
  )
})

const accessListing = (reader: SyncReader, id: ResourceId): Listing<AccessView, StoreError> => ({
  name: "access",
  columns: [
    { title: "Principal", value: () => formatResourceId(id) },
    { title: "Resource Type", value: (view) => view.resourceType.displayName },
    { title: "Resource", value: (view) => view.resource.displayName },
    { title: "Permissions", value: (view) => view.entitlements.map((entitlement) => entitlement.slug).join(", ") },
  ],
  json: (view) => reader.toJson(accessViewToJson, view),
})
