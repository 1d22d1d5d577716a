// Files made by hand, well-formed or not, without the code that writes real ones.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { zstdCompressSync } from "node:zlib"
import type { DescMessage, MessageInitShape } from "@bufbuild/protobuf"
import { create, toBinary } from "@bufbuild/protobuf"
import { recordSchemas } from "@rollcall/c1-protocol"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { createTable, tables } from "../../src/schema.ts"

/** Writes a file into a folder for one test. */
export const file = (content: Uint8Array) =>
  Effect.map(scratchFolder("c1z"), (directory) => {
    const path = join(directory, "sync.c1z")
    writeFileSync(path, content)
    return path
  })

export const v1 = (...parts: ReadonlyArray<Uint8Array>): Buffer => Buffer.concat([Buffer.from("C1ZF\0"), ...parts])

export const packed = (database: Uint8Array): Buffer => v1(zstdCompressSync(database))

/** A SQLite file, as bytes. */
export const sqlite = (fill: (database: DatabaseSync) => void): Buffer => {
  const directory = mkdtempSync(join(tmpdir(), "c1z-test-"))
  try {
    const database = new DatabaseSync(join(directory, "db"), { defensive: false })
    fill(database)
    database.close()
    return readFileSync(join(directory, "db"))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** A .c1z file with our tables. */
export const c1z = (fill: (rows: Rows) => void): Buffer =>
  packed(
    sqlite((database) => {
      emptyTables(database)
      fill(new Rows(database))
    }),
  )

/** Our tables, without any index. */
export const emptyTables = (database: DatabaseSync): void => {
  for (const table of tables) database.exec(createTable(table))
}

/** A database whose v1_resources has two of its leaf pages in the wrong order, so that its rows are too. */
export const outOfOrder = (): Buffer => {
  let root = 0
  const content = sqlite((database) => {
    emptyTables(database)
    const rows = new Rows(database)
    rows.sync("sync1")
    for (let i = 0; i < 500; i++) rows.resource("user", `${"U".repeat(600)}${i}`)
    root = Number(
      database.prepare("select rootpage from sqlite_schema where name = 'v1_resources'").get()?.["rootpage"],
    )
  })
  // https://www.sqlite.org/fileformat.html §1.6: an interior table page, its cells' offsets from byte 12 on, and each
  // cell's first four bytes are the page below.
  const page = (root - 1) * 4096
  if (content[page] !== 0x05) throw new Error("The rows fit on one page.")
  const [first, second] = [12, 14].map((at) => page + content.readUInt16BE(page + at))
  if (first === undefined || second === undefined) throw new Error("The page has fewer than two cells.")
  const leaf = content.readUInt32BE(first)
  content.writeUInt32BE(content.readUInt32BE(second), first)
  content.writeUInt32BE(leaf, second)
  return content
}

const bytes = <Desc extends DescMessage>(schema: Desc, message: MessageInitShape<Desc>): Uint8Array =>
  toBinary(schema, create(schema, message))

const at = "2026-01-02 03:04:05"

/** Puts rows into a file's tables. */
export class Rows {
  readonly database: DatabaseSync
  syncId = "sync1"

  constructor(database: DatabaseSync) {
    this.database = database
  }

  insert(table: string, row: Readonly<Record<string, string | number | null | Uint8Array>>): void {
    const columns = Object.keys(row)
    this.database
      .prepare(`insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`)
      .run(...Object.values(row))
  }

  /** A sync to which the rows that follow belong. */
  sync(syncId: string, times: { startedAt?: string; endedAt?: string; type?: string } = {}): void {
    this.syncId = syncId
    this.insert("v1_sync_runs", {
      sync_id: syncId,
      started_at: times.startedAt ?? at,
      ended_at: times.endedAt ?? null,
      sync_token: "",
      sync_type: times.type ?? "full",
    })
  }

  resourceType(id: string, displayName: string): void {
    const data = bytes(recordSchemas.resourceType, { id, displayName, traits: [1] })
    this.insert("v1_resource_types", { external_id: id, data, sync_id: this.syncId, discovered_at: at })
  }

  resource(
    resourceType: string,
    resource: string,
    parent?: { readonly resourceType: string; readonly resource: string },
  ): void {
    const message = { id: { resourceType, resource }, displayName: `name of ${resource}` }
    const data = bytes(
      recordSchemas.resource,
      parent === undefined ? message : { ...message, parentResourceId: parent },
    )
    this.insert("v1_resources", {
      resource_type_id: resourceType,
      external_id: `${resourceType}:${resource}`,
      data,
      sync_id: this.syncId,
      discovered_at: at,
    })
  }

  entitlement(resourceType: string, resource: string, slug: string): void {
    const id = `${resourceType}:${resource}:${slug}`
    this.insert("v1_entitlements", {
      resource_type_id: resourceType,
      resource_id: resource,
      external_id: id,
      data: bytes(recordSchemas.entitlement, { id, slug, resource: { id: { resourceType, resource } } }),
      sync_id: this.syncId,
      discovered_at: at,
    })
  }

  /** A grant whose record names nothing: what it says is in its columns alone. */
  grant(resourceType: string, resource: string, slug: string, user: string): void {
    const entitlement = `${resourceType}:${resource}:${slug}`
    const id = `${entitlement}:user:${user}`
    this.insert("v1_grants", {
      resource_type_id: resourceType,
      resource_id: resource,
      entitlement_id: entitlement,
      principal_resource_type_id: "user",
      principal_resource_id: user,
      external_id: id,
      data: bytes(recordSchemas.grant, { id }),
      sync_id: this.syncId,
      discovered_at: at,
    })
  }
}
