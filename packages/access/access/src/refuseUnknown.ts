// Refuses a question about something that the sync does not know: with a typing mistake in it, an empty list would look
// like an answer. What the sync knows and shows nothing of, such as a group without members, has an empty answer.
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { AccessReader } from "./AccessReader.ts"
import { escapeControls } from "./render/safeText.ts"
import type { Candidate } from "./UnknownName.ts"
import { closer, didYouMean, UnknownName } from "./UnknownName.ts"

/** What a listing was asked for. */
export interface Asked {
  readonly resourceType?: string | undefined
  readonly resource?: ResourceId | undefined
  readonly entitlement?: string | undefined
}

/** Fails with `UnknownName` where the sync does not know what was asked for. */
export const refuseUnknown = Effect.fnUntraced(function* (
  access: AccessReader,
  { resourceType, resource, entitlement }: Asked,
): Effect.fn.Return<void, StoreError | UnknownName> {
  if (entitlement !== undefined && !(yield* access.known.hasEntitlement(entitlement))) {
    return yield* refuse(access, {
      what: `entitlement ${entitlement}`,
      list: "entitlements",
      typed: entitlement,
      candidates: entitlementsOf(access),
    })
  }
  const type = resource?.resourceType ?? resourceType
  if (type !== undefined && !(yield* access.known.hasResourceType(type))) {
    return yield* refuse(access, {
      what: `resource type ${type}`,
      list: "resource-types",
      typed: type,
      candidates: typesOf(access),
    })
  }
  if (resource !== undefined && !(yield* access.known.hasResource(resource))) {
    return yield* refuse(access, {
      what: `resource ${formatResourceId(resource)}`,
      list: `resources -t ${resource.resourceType}`,
      typed: resource.resource,
      candidates: resourcesLike(access, resource),
    })
  }
  return undefined
})

export type Candidates = Stream.Stream<Candidate, StoreError>

/** What is not there, and where to look for it. */
export interface Unknown {
  readonly what: string
  /** The arguments of the command that lists what there is. */
  readonly list: string
  readonly typed: string
  readonly candidates: Candidates
}

/** Fails with what may have been meant. */
export const refuse = Effect.fnUntraced(function* (access: AccessReader, { what, list, typed, candidates }: Unknown) {
  const found = yield* Stream.runFold(
    candidates,
    () => [] as ReturnType<typeof closer>,
    (soFar, candidate) => closer(soFar, typed, candidate),
  )
  const meant = didYouMean(found)
  const unread = (yield* access.coverage)
    .filter(({ state }) => state === "skipped")
    .flatMap(({ gaps }) => gaps.map(({ missing, explanation }) => ` The sync lacks ${missing}: ${explanation}`))
  return yield* new UnknownName({
    message: `${access.sync === undefined ? "The file holds no sync, and so" : "The sync shows"} no ${what}.${meant === "" ? "" : ` ${meant}`}`,
    hint: `\`rollcall ${list}\` lists what it shows.${unread.join("")}`,
  })
})

const typesOf = (access: AccessReader): Candidates =>
  Stream.map(access.resourceTypes, ({ id, displayName }) => ({ shown: escapeControls(id), names: [id, displayName] }))

const entitlementsOf = (access: AccessReader): Candidates =>
  Stream.map(access.entitlements(), ({ id }) => ({ shown: escapeControls(id), names: [id] }))

/** Those of its type by id and by name; of other types the one with the same id. */
const resourcesLike = (access: AccessReader, asked: ResourceId): Candidates =>
  Stream.map(access.resources(), ({ id, displayName }) => {
    const names = id.resourceType === asked.resourceType ? [id.resource, displayName] : []
    const shown = displayName === "" ? formatResourceId(id) : `${formatResourceId(id)} (${displayName})`
    return { shown: escapeControls(shown), names: id.resource === asked.resource ? [id.resource] : names }
  })
