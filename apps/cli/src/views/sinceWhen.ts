// Since when somebody holds something, where that is asked for: as the copies of an archive tell it.
import type {
  AccessReader,
  EarlierSync,
  GrantFilter,
  GrantKey,
  ListedAccess,
  ListedGrant,
  ListQuery,
} from "@rollcall/access"
import { sinceWhen } from "@rollcall/access"
import { listArchive } from "@rollcall/archive"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Array, Effect, Stream } from "effect"
import { errLines } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { readOptions } from "../settings/commandFields.ts"
import { archivedSyncs, workspaceOfCopy } from "./archivedSyncs.ts"

/** Whether a column of the listing tells since when. */
export const tellsSince = (columns: ReadonlyArray<{ readonly needs?: string | undefined }>): boolean =>
  columns.some(({ needs }) => needs === "since")

/** The full syncs of the workspace in the archive that ended before the one that is read, the last one first. */
const earlierSyncs = Effect.fnUntraced(function* (settings: ViewSettings, { sync }: AccessReader) {
  if (settings.archive === undefined || sync?.endedAt === undefined) return []
  const ended = Date.parse(sync.endedAt)
  const workspace = sync.source?.tenant.id
  const copies =
    workspace === undefined
      ? yield* archivedSyncs(settings)
      : (yield* listArchive(settings.archive)).filter((copy) => workspaceOfCopy(copy) === workspace)
  return copies
    .filter((copy) => copy.type === "full" && copy.id !== sync.id && Date.parse(copy.endedAt) < ended)
    .map(({ file, id, endedAt }): EarlierSync => ({ file, id, endedAt }))
    .toReversed()
})

/** Looks grants up in the archive; without one it says that since when is not known. */
const lookUp = Effect.fnUntraced(function* (
  settings: ViewSettings,
  access: AccessReader,
  grants: Stream.Stream<GrantKey, StoreError>,
) {
  const earlier = yield* earlierSyncs(settings, access)
  const { of, notes } = yield* sinceWhen(access, grants, earlier, readOptions(settings))
  const why =
    settings.archive === undefined
      ? [
          "Since when is not known without an archive of earlier syncs: name its folder with --archive or BATON_ARCHIVE.",
        ]
      : earlier.length === 0
        ? [`Since when is not known: ${settings.archive} has no full sync of the workspace that ended before this one.`]
        : notes
  yield* errLines(why.map((note) => `note: ${note}`))
  return of
})

/** Grants with when each was first seen. */
export const grantsSince = Effect.fnUntraced(function* (
  settings: ViewSettings,
  access: AccessReader,
  filter: GrantFilter,
  query: ListQuery,
) {
  const keyOf = ({ entitlement, principal, resource }: ListedGrant): GrantKey => ({
    entitlement: entitlement.id,
    principal: principal.id,
    resourceType: resource.id.resourceType,
  })
  const keys = Stream.map(access.grants(filter, { ...query, withKinds: false }), keyOf)
  const of = yield* lookUp(settings, access, keys)
  return Stream.mapArrayEffect(access.grants(filter, query), (grants) =>
    Effect.map(of(grants.map(keyOf)), (since) => Array.map(grants, (grant, at) => grant.seenSince(since[at]))),
  )
})

/** What a principal holds, with when each was first seen. What is inherited and not stored was seen in no sync. */
export const accessSince = Effect.fnUntraced(function* (
  settings: ViewSettings,
  access: AccessReader,
  principal: ResourceId,
) {
  const keysOf = ({ resource, entitlements }: ListedAccess): ReadonlyArray<GrantKey> =>
    entitlements.map(({ id }) => ({ entitlement: id, principal, resourceType: resource.id.resourceType }))
  const stored = Stream.flatMap(access.access(principal), (held) =>
    Stream.fromIterable(keysOf({ ...held, entitlements: held.entitlements.filter(({ reason }) => reason.stored) })),
  )
  const of = yield* lookUp(settings, access, stored)
  return Stream.mapEffect(access.access(principal), (held) =>
    Effect.map(of(keysOf(held)), (since) => ({
      ...held,
      entitlements: held.entitlements.map((entitlement, at) => ({ ...entitlement, since: since[at] })),
    })),
  )
})
