// Small .c1z files of any content, made without the code that writes real ones.
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdCompressSync } from "node:zlib"

/** A sync of the file; its records go by `type:id`, and an entitlement by `type:id:slug`. */
export interface ForgedSync {
  readonly id: string
  /** Whether it has ended; it has unless this is false. */
  readonly finished?: boolean
  readonly types?: ReadonlyArray<string>
  /** The display name of each resource, by its id. */
  readonly resources?: Readonly<Record<string, string>>
  readonly entitlements?: ReadonlyArray<string>
  readonly grants?: ReadonlyArray<ForgedGrant>
}

/** A grant, and the entitlements whose holders are to inherit it, if it is expandable. */
export interface ForgedGrant {
  readonly entitlement: string
  readonly principal: string
  readonly expandsFrom?: ReadonlyArray<string>
  readonly shallow?: boolean
  readonly principalTypes?: ReadonlyArray<string>
  /** The entitlements through which its principal has it, where the file says so. */
  readonly sources?: ReadonlyArray<string>
}

/** Where a `GrantExpandable` is kept: in a column, or, as old files do, in the record. */
export type ExpansionPlace = "column" | "record"

/** Writes the file into the folder. */
export const forgedFile = (
  folder: string,
  syncs: ReadonlyArray<ForgedSync>,
  place: ExpansionPlace = "column",
): string => {
  const database = join(folder, "forged.db")
  const db = new DatabaseSync(database)
  db.exec(`
    create table v1_sync_runs (id integer primary key, sync_id text, started_at datetime, ended_at datetime,
      sync_token text, sync_type text, parent_sync_id text);
    create table v1_resource_types (id integer primary key, external_id text, data blob, sync_id text);
    create table v1_resources (id integer primary key, resource_type_id text, external_id text, data blob, sync_id text);
    create table v1_entitlements (id integer primary key, resource_type_id text, resource_id text, external_id text,
      data blob, sync_id text);
    create table v1_grants (id integer primary key, resource_type_id text, resource_id text, entitlement_id text,
      principal_resource_type_id text, principal_resource_id text, external_id text,
      ${place === "column" ? "expansion blob, needs_expansion integer," : ""} data blob, sync_id text);
  `)
  db.exec("begin")
  for (const sync of syncs) insertSync(db, sync, place)
  db.exec("commit")
  db.close()
  const path = join(folder, "forged.c1z")
  writeFileSync(path, Buffer.concat([Buffer.from("C1ZF\0"), zstdCompressSync(readFileSync(database))]))
  rmSync(database)
  return path
}

const insertSync = (db: DatabaseSync, sync: ForgedSync, place: ExpansionPlace): void => {
  const insert = (table: string, row: Readonly<Record<string, string | number | null | Uint8Array>>) => {
    const columns = Object.keys({ ...row, sync_id: "" })
    db.prepare(`insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`).run(
      ...Object.values(row),
      sync.id,
    )
  }
  insert("v1_sync_runs", {
    started_at: "2026-01-02 03:04:05",
    ended_at: sync.finished === false ? null : "2026-01-02 03:04:06",
    sync_token: "",
    sync_type: "full",
    parent_sync_id: "",
  })
  for (const type of sync.types ?? []) {
    insert("v1_resource_types", { external_id: type, data: message([1, type], [2, `${type} type`]) })
  }
  for (const [id, name] of Object.entries(sync.resources ?? {})) {
    const data = message([1, resourceId(id)], [3, name])
    insert("v1_resources", { resource_type_id: partsOf(id)[0], external_id: id, data })
  }
  for (const id of sync.entitlements ?? []) {
    const [type, resource, slug] = partsOf(id)
    const data = message([1, message([1, resourceId(id)])], [2, id], [3, `${slug} of ${resource}`], [8, slug])
    insert("v1_entitlements", { resource_type_id: type, resource_id: resource, external_id: id, data })
  }
  for (const grant of sync.grants ?? []) insert("v1_grants", grantRow(grant, place))
}

const grantRow = (grant: ForgedGrant, place: ExpansionPlace) => {
  const [type, resource] = partsOf(grant.entitlement)
  const [principalType, principal] = partsOf(grant.principal)
  const id = `${grant.entitlement}:${grant.principal}`
  const expandable = grant.expandsFrom === undefined ? undefined : grantExpandable(grant)
  const annotation = expandable && place === "record" ? [[4, any("GrantExpandable", expandable)] as const] : []
  const sources = (grant.sources ?? []).map((source) => [1, message([1, source])] as const)
  return {
    resource_type_id: type,
    resource_id: resource,
    entitlement_id: grant.entitlement,
    principal_resource_type_id: principalType,
    principal_resource_id: principal,
    external_id: id,
    ...(place === "record" ? {} : { expansion: expandable ?? null, needs_expansion: expandable ? 1 : 0 }),
    data: message([3, id], ...annotation, ...(sources.length === 0 ? [] : [[5, message(...sources)] as const])),
  }
}

const grantExpandable = ({ expandsFrom = [], shallow, principalTypes = [] }: ForgedGrant): Uint8Array =>
  message(
    ...expandsFrom.map((source) => [1, source] as const),
    ...(shallow === true ? [[2, 1] as const] : []),
    ...principalTypes.map((type) => [3, type] as const),
  )

const any = (name: string, value: Uint8Array): Uint8Array =>
  message([1, `type.googleapis.com/c1.connector.v2.${name}`], [2, value])

const resourceId = (id: string): Uint8Array => message([1, partsOf(id)[0]], [2, partsOf(id)[1]])

const partsOf = (id: string): readonly [string, string, string] => {
  const [type = "", resource = "", slug = ""] = id.split(":")
  return [type, resource, slug]
}

/** Protobuf: fields that hold a text, bytes or a small number. https://protobuf.dev/programming-guides/encoding */
const message = (...fields: ReadonlyArray<readonly [field: number, value: string | number | Uint8Array]>): Uint8Array =>
  Buffer.concat(
    fields.map(([field, value]) => {
      if (typeof value === "number") return Buffer.from([field << 3, value])
      const bytes = Buffer.from(value)
      return Buffer.concat([Buffer.from([(field << 3) | 2, ...varint(bytes.length)]), bytes])
    }),
  )

const varint = (value: number): ReadonlyArray<number> =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
