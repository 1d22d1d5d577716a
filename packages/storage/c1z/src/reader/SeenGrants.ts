// Grants of one sync that are looked for in earlier ones, and since when each was seen. It is a table next to the read index, so a
// list of any length takes no memory.
import type { ResourceId, StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import type { Database } from "./Database.ts"
import { indexSchema } from "./Database.ts"
import { reading } from "./readFailure.ts"
import { RowReader } from "./Row.ts"

/** That a principal has a grant of an entitlement. */
export interface GrantKey {
  readonly entitlement: string
  readonly principal: ResourceId
  /** The type of what the entitlement is on. */
  readonly resourceType: string
}

/** A grant that is still looked for. */
export interface SoughtGrant extends GrantKey {
  readonly row: number
}

/** When a grant was first seen. */
export interface FirstSeen {
  /** The time of the first sync that shows it and after which all do: RFC 3339. */
  readonly at: string
  /** Whether no sync before that one was read, or none that would show it. */
  readonly orBefore: boolean
}

/** The grants. Making it throws what SQLite throws. */
export class SeenGrants {
  readonly #database: Database
  readonly #table: string

  constructor(database: Database) {
    this.#database = database
    this.#table = `${indexSchema}.seen_${database.nextIndex()}`
    database.run(`create table ${this.#table} (row integer primary key, entitlement text, resource_type text,
      principal_type text, principal text, at text, sought integer, unique (entitlement, principal_type, principal))`)
  }

  /** Adds grants of the sync that ended at this time. */
  add(grants: ReadonlyArray<GrantKey>, at: string): Effect.Effect<void, StoreError> {
    const sql = `insert or ignore into ${this.#table} values (null, ?, ?, ?, ?, ?, 1)`
    return this.#atOnce(() => {
      for (const { entitlement, resourceType, principal } of grants) {
        this.#database.run(sql, entitlement, resourceType, principal.resourceType, principal.resource, at)
      }
    })
  }

  /** Some of those that are still looked for, from after a row on. */
  sought(after: number, most: number): Effect.Effect<ReadonlyArray<SoughtGrant>, StoreError> {
    const read = new RowReader(this.#database.path, this.#table)
    const sql = `select * from ${this.#table} where row > ? and sought = 1 order by row limit ?`
    return reading(this.#database.path, () =>
      this.#database.all(sql, after, most).map((row) => ({
        row: read.number(row, "row"),
        entitlement: read.text(row, "entitlement"),
        resourceType: read.text(row, "resource_type"),
        principal: { resourceType: read.text(row, "principal_type"), resource: read.text(row, "principal") },
      })),
    )
  }

  /** Writes down that the sync of this time shows some grants, and does not show others, which are looked for no further. */
  note(
    at: string,
    shown: ReadonlyArray<SoughtGrant>,
    missing: ReadonlyArray<SoughtGrant>,
  ): Effect.Effect<void, StoreError> {
    return this.#atOnce(() => {
      for (const { row } of shown) this.#database.run(`update ${this.#table} set at = ? where row = ?`, at, row)
      for (const { row } of missing) this.#database.run(`update ${this.#table} set sought = 0 where row = ?`, row)
    })
  }

  /** When each was first seen; `undefined` where it was not looked for. */
  of(
    grants: ReadonlyArray<Omit<GrantKey, "resourceType">>,
  ): Effect.Effect<ReadonlyArray<FirstSeen | undefined>, StoreError> {
    const read = new RowReader(this.#database.path, this.#table)
    const sql = `select at, sought from ${this.#table} where entitlement = ? and principal_type = ? and principal = ?`
    return reading(this.#database.path, () =>
      grants.map(({ entitlement, principal: { resourceType, resource } }) => {
        const row = this.#database.first(sql, entitlement, resourceType, resource)
        return row === undefined ? undefined : { at: read.text(row, "at"), orBefore: read.number(row, "sought") === 1 }
      }),
    )
  }

  #atOnce(write: () => void): Effect.Effect<void, StoreError> {
    return reading(this.#database.path, () => {
      this.#database.run("begin")
      try {
        write()
      } finally {
        this.#database.run("commit")
      }
    })
  }
}
