// Refuses a question about something that the sync does not know: with a typing mistake in it, an empty list would look
// like an answer. What the sync knows and shows nothing of, such as a group without members, has an empty answer.
import type { SyncReader } from "@rollcall/c1z"
import { toResourceId } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { escapeControls } from "../render/escapeControls.ts"
import { UsageError } from "../UsageError.ts"
import type { Candidate } from "./closest.ts"
import { closer, didYouMean } from "./closest.ts"

/** What a view was asked for. */
export interface Asked {
  readonly resourceType?: string | undefined
  readonly resource?: ResourceId
  readonly entitlement?: string
}

/** Fails with what was asked for and the sync does not know. */
export const refuseUnknown = Effect.fnUntraced(function* (
  reader: SyncReader,
  { resourceType, resource, entitlement }: Asked,
): Effect.fn.Return<void, StoreError | UsageError> {
  if (entitlement !== undefined && !(yield* reader.known.hasEntitlement(entitlement))) {
    return yield* refuse(reader, `entitlement ${entitlement}`, "entitlements", entitlement, entitlementsOf(reader))
  }
  const type = resource?.resourceType ?? resourceType
  if (type !== undefined && !(yield* reader.known.hasResourceType(type))) {
    return yield* refuse(reader, `resource type ${type}`, "resource-types", type, typesOf(reader))
  }
  if (resource !== undefined && !(yield* reader.known.hasResource(resource))) {
    const asked = formatResourceId(resource)
    return yield* refuse(
      reader,
      `resource ${asked}`,
      `resources -t ${resource.resourceType}`,
      resource.resource,
      resourcesLike(reader, resource),
    )
  }
  return undefined
})

type Candidates = Stream.Stream<Candidate, StoreError>

const refuse = Effect.fnUntraced(function* (
  reader: SyncReader,
  what: string,
  list: string,
  typed: string,
  candidates: Candidates,
) {
  const found = yield* Stream.runFold(
    candidates,
    () => [] as ReturnType<typeof closer>,
    (soFar, candidate) => closer(soFar, typed, candidate),
  )
  const meant = didYouMean(found)
  return yield* new UsageError({
    message: `${reader.sync === undefined ? "The file holds no sync, and so" : "The sync shows"} no ${what}.${meant === "" ? "" : ` ${meant}`}`,
    hint: `\`rollcall ${list}\` lists what it shows.`,
  })
})

const typesOf = (reader: SyncReader): Candidates =>
  Stream.map(reader.resourceTypes, ({ resourceType: { id, displayName } }) => ({
    shown: escapeControls(id),
    names: [id, displayName],
  }))

const entitlementsOf = (reader: SyncReader): Candidates =>
  Stream.map(reader.entitlements(), ({ entitlement: { id } }) => ({ shown: escapeControls(id), names: [id] }))

/** Those of its type by id and by name; of other types the one with the same id. */
const resourcesLike = (reader: SyncReader, asked: ResourceId): Candidates =>
  Stream.map(reader.resources(), ({ resource: { id: message, displayName } }) => {
    const id = toResourceId(message)
    const names = id.resourceType === asked.resourceType ? [id.resource, displayName] : []
    const shown = displayName === "" ? formatResourceId(id) : `${formatResourceId(id)} (${displayName})`
    return { shown: escapeControls(shown), names: id.resource === asked.resource ? [id.resource] : names }
  })
