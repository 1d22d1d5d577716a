// One sync as rows of a .c1z database: each record is encoded and its columns repeat what its bytes say, as readers
// hold one against the other.
import type { Entitlement, Grant, ResourceId, ResourceType, SyncResult } from "@rollcall/connector"
import { beliefBy, formatResourceId, mergeBy } from "@rollcall/connector"
import type { Encoding } from "@rollcall/c1-protocol"
import { encodeEntitlement, encodeGrant, encodeResource, encodeResourceType, mergeEncoded } from "@rollcall/c1-protocol"
import type { DatabaseSync } from "node:sqlite"
import { formatFileTime } from "../schema.ts"
import { grantRows } from "./grantRows.ts"
import type { Notes, Tallies } from "./counts.ts"
import { built, insertInto, memoize } from "../sqlite.ts"
import type { StoredContribution } from "../WorkStore/readRecords.ts"
import { contributionOf, isCopied } from "../WorkStore/readRecords.ts"

/** What the rows of one sync have in common. */
interface SyncToWrite {
  readonly syncId: string
  /** When its rows are written, in milliseconds since the epoch. */
  readonly discoveredAt: number
  readonly result: SyncResult
}

/** A resource as it is written. */
interface Merged {
  readonly encoding: Encoding
  readonly parent: ResourceId | undefined
}

/** Resources that one statement goes through: about ten milliseconds. */
const resourcesPerSpan = 2000

/** Pairs of steps for which it is kept at hand which of them is believed. */
const beliefsAtHand = 16

/** Entitlements whose beginning of a grant is kept at hand. */
const headsAtHand = 256

/** What writes the rows of one sync. Resources need their indexes before entitlements come; grants come last. */
export const syncWriter = (
  db: DatabaseSync,
  { syncId, discoveredAt, result }: SyncToWrite,
  tallies: Tallies,
  notes: Notes,
) => {
  const at = formatFileTime(discoveredAt)
  const merge = mergeBy(result.merge)
  const grants = grantRows(db, syncId, at)
  const insertType = insertInto(db, "v1_resource_types", ["external_id", "data", "sync_id", "discovered_at"])
  const insertResource = insertInto(db, "v1_resources", [
    "resource_type_id",
    "external_id",
    "parent_resource_type_id",
    "parent_resource_id",
    "data",
    "sync_id",
    "discovered_at",
  ])
  const insertEntitlement = insertInto(db, "v1_entitlements", [
    "resource_type_id",
    "resource_id",
    "external_id",
    "data",
    "sync_id",
    "discovered_at",
  ])
  const insertGrant = insertInto(db, "v1_grants", [
    "resource_type_id",
    "resource_id",
    "entitlement_id",
    "principal_resource_type_id",
    "principal_resource_id",
    "external_id",
    "data",
    "sync_id",
    "discovered_at",
  ])

  /** The bytes of a record; a refused one is counted, and so is all that was changed in it. */
  const bytesOf = (encoding: Encoding): Uint8Array | undefined => {
    if (encoding._tag === "Refused") {
      notes.count(encoding.warning)
      return undefined
    }
    for (const warning of encoding.warnings) notes.count(warning)
    return encoding.bytes
  }

  const types = new Map<string, { readonly type: ResourceType; readonly bytes: Uint8Array }>()
  const writeTypes = (): ReadonlyArray<string> => {
    for (const type of result.resourceTypes) {
      const bytes = types.has(type.id) ? undefined : bytesOf(encodeResourceType(type))
      if (bytes === undefined) continue
      types.set(type.id, { type, bytes })
      grants.addType(type.id)
      insertType(type.id, bytes, syncId, at)
    }
    return [...types.keys()]
  }

  const typeOf = (what: string, resourceType: string) => {
    const listed = types.get(resourceType)
    if (listed === undefined) notes.count({ code: "type-not-listed", message: `${what} of the type ${resourceType}` })
    return listed
  }

  const beliefOf = beliefBy(result.merge)
  const belief = memoize(beliefsAtHand, (steps: string) => {
    const [one = "", other = ""] = steps.split("\n")
    return beliefOf(one, other)
  })
  /** What is merged without being decoded: what two steps say, both encoded when it was stored. */
  const mergedBytes = (type: ResourceType, [one, other]: ReadonlyArray<StoredContribution>): Merged | undefined => {
    if (one === undefined || other === undefined || one.step === other.step) return undefined
    const believed = belief(`${one.step}\n${other.step}`)
    if (believed === undefined || !one.isOwnId || !other.isOwnId) return undefined
    const [above, below] = believed.first === one.step ? [one, other] : [other, one]
    if (!(above.data instanceof Uint8Array && below.data instanceof Uint8Array)) return undefined
    const what = `the resource ${one.type}:${one.id}`
    const encoding = mergeEncoded(what, above.data, below.data, type, believed.claimed)
    const parent = believed.claimed.has("parent") ? (below.parent ?? above.parent) : (above.parent ?? below.parent)
    return encoding && { encoding, parent }
  }
  const mergedRecords = (type: ResourceType, told: ReadonlyArray<StoredContribution>): Merged => {
    const resource = merge(told.map(contributionOf))
    return { encoding: encodeResource(resource, type), parent: resource.parent }
  }

  const writeResource = (told: ReadonlyArray<StoredContribution>): void => {
    const [first] = told
    const listed = first && typeOf("a resource", first.type)
    if (first === undefined || listed === undefined) return
    const merged = told.length === 2 ? mergedBytes(listed.type, told) : undefined
    const { encoding, parent } = merged ?? mergedRecords(listed.type, told)
    const bytes = bytesOf(encoding)
    if (bytes === undefined) return
    const { type, id } = first
    insertResource(type, `${type}:${id}`, parent?.resourceType ?? null, parent?.resource ?? null, bytes, syncId, at)
    tallies.resources.add(type)
  }

  /** Publishes what was encoded when it was stored, in spans. */
  function* copyResources(): Generator<void> {
    const unpublished = new Set(result.unpublishedTypes)
    db.exec(
      "drop table if exists temp.copied_types; create temp table copied_types (type text primary key) without rowid",
    )
    const insertCopied = db.prepare("insert into copied_types values (?)")
    const copied = [...types.keys()].filter((type) => !unpublished.has(type))
    for (const type of copied) insertCopied.run(type)
    const last = Number(db.prepare("select coalesce(max(n), 0) as last from resources").get()?.["last"])
    const inSpan = `from resolved_resources where n > ? and n <= ? and ${isCopied}`
    const count = db.prepare(`select type, count(*) as resources ${inSpan} group by type`)
    const copy = db.prepare(`
      insert into ${built}.v1_resources (
        resource_type_id, external_id, parent_resource_type_id, parent_resource_id, data, sync_id, discovered_at
      )
      select type, type || ':' || id, parent_type, parent, data, ?, ? ${inSpan} order by n
    `)
    for (let from = 0; from < last; from += resourcesPerSpan) {
      const to = from + resourcesPerSpan
      const counted = count.all(from, to)
      if (counted.length > 0) copy.run(syncId, at, from, to)
      for (const { type, resources } of counted) tallies.resources.add(String(type), Number(resources))
      yield
    }
  }

  const findResource = db.prepare(`select data from ${built}.v1_resources where external_id = ? and sync_id = ?`)
  const storedResource = (id: ResourceId): Uint8Array | undefined => {
    const stored = findResource.get(formatResourceId(id), syncId)?.["data"]
    return stored instanceof Uint8Array ? stored : undefined
  }
  /** A resource that no step gave, as far as it is known: an entitlement without any would break readers. */
  const unknownResource = (id: ResourceId): Uint8Array | undefined => {
    const listed = types.get(id.resourceType)
    return listed === undefined ? undefined : bytesOf(encodeResource({ id }, listed.type))
  }

  const writeEntitlement = (entitlement: Entitlement): void => {
    const { resourceType, resource: id } = entitlement.resource
    if (typeOf("an entitlement", resourceType) === undefined) return
    const stored = storedResource(entitlement.resource)
    const resource = stored ?? unknownResource(entitlement.resource)
    if (resource === undefined) return
    if (stored === undefined) {
      notes.count({ code: "resource-unknown", message: `the entitlement ${entitlement.id}` })
    }
    const grantableTo = entitlement.grantableTo.flatMap((type) => types.get(type)?.bytes ?? [])
    const bytes = bytesOf(encodeEntitlement(entitlement, { resource, grantableTo }))
    if (bytes === undefined) return
    insertEntitlement(resourceType, id, entitlement.id, bytes, syncId, at)
    grants.addEntitlement(entitlement.id, entitlement.resource, resource)
    tallies.entitlements.add(resourceType)
  }

  const headAtHand = memoize(headsAtHand, grants.headOf)

  const writeOddGrant = (grant: Grant): void => {
    const { resourceType: principalType, resource: principal } = grant.principal
    if (typeOf("a grant to a principal", principalType) === undefined) return
    const on = headAtHand(grant.entitlement)
    if (on === undefined) {
      notes.count({ code: "entitlement-unknown", message: `the grant ${grant.id}` })
      return
    }
    const bytes = bytesOf(encodeGrant(grant, on.bytes))
    if (bytes === undefined) return
    const { resourceType, resource } = on
    insertGrant(resourceType, resource, grant.entitlement, principalType, principal, grant.id, bytes, syncId, at)
  }

  /** Counts the grants that are stored and indexed. */
  const countGrants = (): void => {
    for (const { type, grants: stored } of grants.countByType()) tallies.grants.add(type, stored)
  }

  return {
    writeTypes,
    copyResources,
    writeResource,
    writeEntitlement,
    storePlainGrants: grants.storePlain,
    writeOddGrant,
    countGrants,
  }
}
