// What one principal holds, as a tree for people and as records for programs.
import type { AccessReader, EndOf, IncompleteJson, ListedAccess, ListedResource } from "@rollcall/access"
import { accessListing, noEnds, sinceText } from "@rollcall/access"
import { escapeControls, safeJson } from "@rollcall/access/render"
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { printJsonArray, printLines, printListing } from "../render/printListing.ts"
import { accessEndsColumns, endsIn } from "../leases/endsIn.ts"
import { accessSince, tellsSince } from "./sinceWhen.ts"
import type { ViewRequest } from "./viewRequest.ts"
import { columnsFor } from "./columnsFor.ts"
import { accountNamed } from "./named.ts"
import { noteIncomplete, openView } from "./openView.ts"

/** Prints what the principal holds, which is named by its id, its address or its name. */
export const showAccess = Effect.fnUntraced(function* (
  request: ViewRequest,
  text: string,
  resourceType: string | undefined,
) {
  const { format } = request
  const access = yield* openView(request)
  const id = yield* accountNamed(access, text, resourceType)
  const ends = (yield* endsIn(request.settings.leases, access.sync?.source?.tenant.id)) ?? noEnds
  const whole = accessListing(id)
  const withEnds = { ...whole, columns: [...whole.columns, ...accessEndsColumns(ends, id)] }
  const { listing, output } = yield* columnsFor(withEnds, request)
  const incomplete = yield* noteIncomplete(access, "listed")
  const principal = yield* access.resource(id)
  const isTree = format === "table" && request.columns?.columns === undefined && request.columns?.wide !== true
  if (format === "json" && !output.flat) yield* printJson(access, id, principal, incomplete)
  else {
    // A tree without an archive would repeat for every line that since when is not known.
    const needsSince = isTree ? request.settings.archive !== undefined : tellsSince(listing.columns)
    const records = needsSince ? yield* accessSince(request.settings, access, id) : access.access(id)
    yield* isTree ? printTree(records, id, principal, ends) : printListing(listing, records, format, incomplete, output)
  }
})

const printTree = <E>(
  records: Stream.Stream<ListedAccess, E>,
  id: ResourceId,
  principal: ListedResource | undefined,
  ends: EndOf,
) => {
  const untilOf = (entitlement: string) => {
    const end = ends(entitlement, id)
    return end === undefined ? "" : `, ${end.isOfC1 ? "C1: " : ""}until ${end.endsAt}`
  }
  const name = principal?.displayName ?? `MISSING RESOURCE (${formatResourceId(id)})`
  const lines = Stream.flatMap(records, ({ resource, resourceType, entitlements }) =>
    Stream.make(
      `  ${resource.displayName} (${resourceType.displayName})`,
      ...entitlements.map(
        ({ id: entitlement, slug, displayName, reason, throughNames, since }) =>
          `    ${slug || displayName}${reason.direct ? "" : through(throughNames)}${reason.stored ? "" : " (inherited)"}${
            since === undefined ? "" : `, since ${sinceText(since)}`
          }${untilOf(entitlement)}`,
      ),
    ),
  )
  const head = `${name} (${formatResourceId(id)})`
  return printLines([escapeControls(head)], Stream.map(lines, escapeControls))
}

const through = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "" : ` through ${[...new Set(names)].join(", ")}`

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
