// Grants as rows of a .c1z database. Nearly all of a sync's records are grants, and nearly all bytes of one are the beginning that
// it shares with the others of its entitlement. So SQLite puts them together, thousands in one statement, and reads no row into
// this process; what is odd about a grant, the encoder judges. Of the encoder's bytes this repeats the frame: a test holds the
// two equal.
import type { Grant } from "@rollcall/connector"
import { encodeGrantHead, immutableGrantTail } from "@rollcall/c1-protocol"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import { built } from "../sqlite.ts"
import { prepareRows, textOf } from "../WorkStore/readRecords.ts"

/** Grants that one statement goes through: about ten milliseconds. */
const grantsPerSpan = 5000

/** The most bytes whose number takes one byte on the wire. */
const shortLength = 127

/** The resource of an entitlement, and how each grant of the entitlement begins. */
interface GrantHead {
  readonly resourceType: string
  readonly resource: string
  readonly bytes: Uint8Array
}

/** What a grant is told to be odd by: its entitlement or its principal's type is not stored, or a length takes two bytes. */
const isPlain = `(
  h.head is not null and t.type is not null and g.id <> '' and octet_length(g.id) <= ${shortLength}
  and g.principal <> '' and octet_length(g.principal) + t.bytes <= ${shortLength - 6}
)`

// c1.connector.v2.Grant: 2 principal { 1 id { 1 type, 2 id } }, 3 id. Lengths are single bytes, so each is a character of ASCII.
const message = `cast(
  h.head || char(18, octet_length(g.principal) + t.bytes + 6, 10, octet_length(g.principal) + t.bytes + 4, 10, t.bytes)
  || g.principal_type || char(18, octet_length(g.principal)) || g.principal || char(26, octet_length(g.id)) || g.id
  || iif(g.immutable = 1, ?, '') as blob
)`

const fromGrants = `
  from resolved_grants g
    left join temp.grant_heads h on h.entitlement = g.entitlement
    left join temp.stored_types t on t.type = g.principal_type
  where g.n > ? and g.n <= ? and g.n not in (select n from duplicate_grants)
`

/** What writes the grants of one sync into the database that is built, once its types and entitlements are known. */
export const grantRows = (db: DatabaseSync, syncId: string, at: string) => {
  db.exec(`
    drop table if exists temp.grant_heads;
    create temp table grant_heads (
      entitlement text primary key, resource_type text not null, resource text not null, head blob not null
    );
    drop table if exists temp.stored_types;
    create temp table stored_types (type text primary key, bytes integer not null) without rowid;
  `)
  const insertType = db.prepare("insert into stored_types select type, octet_length(type) from (select ? as type)")
  const insertHead = db.prepare("insert into grant_heads values (?, ?, ?, ?)")
  const findHead = db.prepare("select resource_type, resource, head from grant_heads where entitlement = ?")

  const headOf = (entitlement: string): GrantHead | undefined => {
    const row = findHead.get(entitlement)
    if (!(row?.["head"] instanceof Uint8Array)) return undefined
    return { resourceType: String(row["resource_type"]), resource: String(row["resource"]), bytes: row["head"] }
  }

  /** The odd grants, in spans; the others are stored. */
  function* storePlain(): Generator<ReadonlyArray<Grant>> {
    const last = Number(db.prepare("select coalesce(max(n), 0) as last from grants").get()?.["last"])
    const store = db.prepare(`
      insert into ${built}.v1_grants (
        resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, external_id,
        data, sync_id, discovered_at
      )
      select h.resource_type, h.resource, g.entitlement, g.principal_type, g.principal, g.id, ${message}, ?, ?
      ${fromGrants} and ${isPlain} order by g.n
    `)
    const count = db.prepare(`
      select count(*) as grants from resolved_grants where n > ? and n <= ? and n not in (select n from duplicate_grants)
    `)
    const odd = prepareRows(
      db,
      `select g.id, g.entitlement, g.resource_type, g.resource, g.principal_type, g.principal, g.immutable
      ${fromGrants} and not ${isPlain} order by g.n`,
    )
    for (let from = 0; from < last; from += grantsPerSpan) {
      const to = from + grantsPerSpan
      const { changes } = store.run(immutableGrantTail, syncId, at, from, to)
      const isAll = count.get(from, to)?.["grants"] === changes
      yield isAll ? [] : odd(from, to).map(grantOfRow)
    }
  }

  /** How many grants of each resource type are stored; to be asked when their indexes are there. */
  const countByType = (): ReadonlyArray<{ readonly type: string; readonly grants: number }> =>
    db
      .prepare(
        `select h.resource_type as type, sum(g.grants) as grants
        from (
          select entitlement_id, count(*) as grants
          from ${built}.v1_grants indexed by idx_grants_entitlement_sync_grant_v1 where sync_id = ? group by entitlement_id
        ) g join grant_heads h on h.entitlement = g.entitlement_id
        group by h.resource_type`,
      )
      .all(syncId)
      .map(({ type, grants }) => ({ type: String(type), grants: Number(grants) }))

  return {
    addType: (type: string) => void insertType.run(type),
    addEntitlement: (id: string, on: Grant["resource"], resource: Uint8Array) =>
      void insertHead.run(id, on.resourceType, on.resource, encodeGrantHead(id, resource)),
    headOf,
    storePlain,
    countByType,
  }
}

const grantOfRow = ([id, entitlement, resourceType, resource, principalType, principal, immutable]: ReadonlyArray<
  SQLOutputValue | undefined
>): Grant => ({
  id: textOf(id),
  entitlement: textOf(entitlement),
  resource: { resourceType: textOf(resourceType), resource: textOf(resource) },
  principal: { resourceType: textOf(principalType), resource: textOf(principal) },
  ...(immutable === 1 ? { immutable: true } : {}),
})
