// Grants as rows of a .c1z database. Nearly all of a sync's records are grants, and nearly all bytes of one are the beginning that
// it shares with the others of its entitlement. So SQLite puts them together, thousands in one statement, and reads no row into
// this process; what is odd about a grant, the encoder judges. Of the encoder's bytes this repeats the frame: a test holds the
// two equal.
import type { Grant } from "@rollcall/connector"
import { encodeGrantHead, immutableGrantTail } from "@rollcall/c1-protocol"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import { built } from "../sqlite.ts"
import { grantSpans, inGrantSpan, prepareRows, textOf } from "../WorkStore/readRecords.ts"

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
  octet_length(g.principal) between 1 and h.longest_principal and octet_length(g.id) between 1 and ${shortLength}
)`

// c1.connector.v2.Grant: 2 principal { 1 id { 1 type, 2 id } }, 3 id. Lengths are single bytes, so each is a character of ASCII. What is
// put together last is copied least, so the head comes last.
const message = `cast(h.head || (
  char(18, octet_length(g.principal) + h.type_bytes + 6, 10, octet_length(g.principal) + h.type_bytes + 4, 10, h.type_bytes)
  || h.principal_type || char(18, octet_length(g.principal)) || g.principal || char(26, octet_length(g.id)) || g.id || h.tail
) as blob)`

// How the grants of a holding begin and end, and how long the ids of their principals may be.
const knowHoldings = `
  insert into known_holdings
    select h.n, h.entitlement, e.resource_type, e.resource, h.principal_type, t.bytes, e.head, iif(h.immutable = 1, ?, ''),
      iif(e.head is null or t.bytes is null, 0, ${shortLength - 6} - t.bytes)
    from holdings h left join grant_heads e on e.entitlement = h.entitlement left join stored_types t on t.type = h.principal_type
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
    drop table if exists temp.known_holdings;
    create temp table known_holdings (
      n integer primary key, entitlement, resource_type, resource, principal_type, type_bytes, head, tail, longest_principal
    );
  `)
  const insertType = db.prepare("insert into stored_types values (?1, octet_length(?1))")
  const insertHead = db.prepare("insert into grant_heads values (?, ?, ?, ?)")
  const findHead = db.prepare("select resource_type, resource, head from grant_heads where entitlement = ?")

  const headOf = (entitlement: string): GrantHead | undefined => {
    const row = findHead.get(entitlement)
    if (!(row?.["head"] instanceof Uint8Array)) return undefined
    return { resourceType: String(row["resource_type"]), resource: String(row["resource"]), bytes: row["head"] }
  }

  /** The odd grants, in spans; the others are stored. */
  function* storePlain(): Generator<ReadonlyArray<Grant>> {
    db.prepare(knowHoldings).run(immutableGrantTail)
    const store = db.prepare(`
      insert into ${built}.v1_grants (
        resource_type_id, resource_id, entitlement_id, principal_resource_type_id, principal_resource_id, external_id,
        data, sync_id, discovered_at
      )
      select h.resource_type, h.resource, h.entitlement, h.principal_type, g.principal, g.id, ${message}, ?, ?
      from distinct_grants g join known_holdings h on h.n = g.holding where ${inGrantSpan} and ${isPlain} order by g.id
    `)
    const count = db.prepare(`select count(*) as grants from distinct_grants g where ${inGrantSpan}`)
    const odd = prepareRows(
      db,
      `select g.id, o.entitlement, o.resource_type, o.resource, o.principal_type, g.principal, o.immutable
      from distinct_grants g join holdings o on o.n = g.holding join known_holdings h on h.n = g.holding
      where ${inGrantSpan} and not ${isPlain} order by g.id`,
    )
    for (const span of grantSpans(db, grantsPerSpan)) {
      const { changes } = store.run(syncId, at, ...span)
      const isAll = count.get(...span)?.["grants"] === changes
      yield isAll ? [] : odd(...span).map(grantOfRow)
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
