// What one principal holds, as a tree for people and as records for programs.
import type { AccessReader, IncompleteJson, ListedResource } from "@rollcall/access"
import { accessListing } from "@rollcall/access"
import { escapeControls, safeJson } from "@rollcall/access/render"
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { printJsonArray, printLines, printListing } from "../render/printListing.ts"
import type { ViewRequest } from "./showRecords.ts"
import { noteIncomplete, openView } from "./showRecords.ts"

/** Prints what the principal holds. */
export const showAccess = Effect.fnUntraced(function* (request: ViewRequest, id: ResourceId) {
  const { format } = request
  const access = yield* openView(request, { resource: id })
  const incomplete = yield* noteIncomplete(access, "listed")
  const principal = yield* access.resource(id)
  if (format === "json") yield* printJson(access, id, principal, incomplete)
  else if (format === "table") yield* printTree(access, id, principal)
  else yield* printListing(accessListing(id), access.access(id), format, incomplete)
})

const printTree = (access: AccessReader, id: ResourceId, principal: ListedResource | undefined) => {
  const name = principal?.displayName ?? `MISSING RESOURCE (${formatResourceId(id)})`
  const lines = Stream.flatMap(access.access(id), ({ resource, resourceType, entitlements }) =>
    Stream.make(
      `  ${resource.displayName} (${resourceType.displayName})`,
      ...entitlements.map(
        ({ slug, displayName, reason }) => `    ${slug || displayName}${reason.stored ? "" : " (inherited)"}`,
      ),
    ),
  )
  const head = `${name} (${formatResourceId(id)})`
  return printLines([escapeControls(head)], Stream.map(lines, escapeControls))
}

/** `{principal, access: […]}`, as the Go viewer prints it. */
const printJson = Effect.fnUntraced(function* (
  access: AccessReader,
  id: ResourceId,
  principal: ListedResource | undefined,
  incomplete: IncompleteJson,
) {
  const shown = principal === undefined ? { id } : (yield* principal.json)["resource"]
  const records = Stream.mapEffect(access.access(id), ({ json }) => json)
  yield* printJsonArray(
    { ...incomplete, principal: shown },
    "access",
    Stream.map(records, (json) => safeJson(json)),
  )
})
