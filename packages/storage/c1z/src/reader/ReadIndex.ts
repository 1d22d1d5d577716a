// What lists are filtered, sorted and searched by. A file keeps names, addresses and status inside blobs, which SQL cannot ask; the
// index has them as plain columns, in a database of its own next to the unpacked copy. It is made in one pass over the resources of
// the types that are asked about, when something needs it, and takes no memory that grows with them.
import type { ResourceAtAGlance } from "@rollcall/c1-protocol"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect, Semaphore, Stream } from "effect"
import type { Database } from "./Database.ts"
import { indexSchema } from "./Database.ts"
import type { KeptIndexes } from "../KeptIndex.ts"
import { heldOn } from "./held.ts"
import { reading } from "./readFailure.ts"
import type { Records } from "./Records.ts"
import type { Row } from "./Row.ts"
import { recordTables, RowReader } from "./Row.ts"

/** What the index keeps of a resource, beside its id and name. What is not known is `undefined`. */
export interface IndexedFacts {
  /** Whether it is an account. */
  readonly isAccount: boolean
  /** E-mail addresses, the primary one first. */
  readonly emails: ReadonlyArray<string>
  readonly status: string | undefined
  /** All that it is, what counts most first; none where that is not known. */
  readonly kinds: ReadonlyArray<string>
  readonly mfa: boolean | undefined
  readonly privileged: boolean
  /** RFC 3339. */
  readonly createdAt: string | undefined
}

/** How a caller describes resources to the index. */
export interface IndexOptions {
  /** All that `describe` computes its answers from, beside the record: an index that is kept is used where this is the same. None is kept without. */
  readonly describedBy?: string | undefined
  /** The types on which entitlements are handed to `describe`. */
  readonly heldOn: ReadonlyArray<string>
  /**
   * @param held The ids of the entitlements on resources of those types that the resource holds; empty where it is not asked for kind,
   * second factor and privilege. Nothing else may follow from it.
   */
  readonly describe: (resource: ResourceAtAGlance, held: ReadonlyArray<string>) => IndexedFacts
}

/** What many resources have in common, by which pages are narrowed and counted. */
export interface Facet {
  readonly resourceType: string
  /** Whether the sync lists them; the others are named by grants alone. */
  readonly isListed: boolean
  /** `undefined` of those that are not listed. */
  readonly isAccount: boolean | undefined
  readonly status: string | undefined
  readonly kinds: ReadonlyArray<string>
  readonly mfa: boolean | undefined
  readonly privileged: boolean
}

/** A resource that was found by its name or address. */
export interface FoundResource {
  readonly id: ResourceId
  readonly displayName: string
  readonly email: string | undefined
}

/** By what a resource is looked up: one of its addresses, its whole name, or a part of that. Case does not matter. */
export type LookupBy = "email" | "name" | "part"

/** How many accounts there are, and of how many of them each attribute is known. */
export interface KnownAttributes {
  readonly accounts: number
  readonly status: number
  readonly kind: number
  readonly mfa: number
}

/** A text as it is compared: in lower case, and in one form where Unicode has several. */
export const searchKey = (text: string): string => text.normalize("NFKC").toLowerCase()

/** Texts in one column: each, and none else, is found in it when it is written the same way. */
export const listed = (texts: ReadonlyArray<string>): string => `\n${texts.join("\n")}\n`

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The resources of one sync in plain columns. */
export class ReadIndex {
  /** Names a table of this index; `resources` is the one that all others refer to, by `row`. */
  readonly table: (name: string) => string
  readonly #insert: string
  readonly #database: Database
  readonly #records: Records
  readonly #options: IndexOptions
  /** The types that are in it, and whether with what their resources hold. */
  readonly #done = new Map<string, boolean>()
  #all = false
  readonly #facets = new Map<string, { readonly number: number; readonly facet: Facet }>()
  /** Several questions at once must not fill it twice. */
  readonly whileLocked = Semaphore.makeUnsafe(1).withPermits(1)

  readonly #kept: KeptIndexes | undefined

  constructor(database: Database, records: Records, options: IndexOptions, kept?: KeptIndexes) {
    this.#database = database
    this.#kept = options.describedBy === undefined ? undefined : kept
    this.#records = records
    this.#options = options
    const number = database.nextIndex()
    this.table = (name) => `${indexSchema}.${name}_${number}`
    this.#insert = insertInto(this.table("resources"))
  }

  /**
   * Makes sure that the resources of these types are in the index.
   * @param kinds Whether kinds, second factors and privileges are wanted: what is held has to be looked up for them.
   */
  add(types: ReadonlyArray<string>, kinds: boolean): Effect.Effect<void, StoreError> {
    return Effect.suspend(() =>
      this.#lacking(types, kinds).length === 0 ? Effect.void : this.whileLocked(this.#fill(types, kinds)),
    )
  }

  /** Makes sure that all resources are in it, for who holds `whileLocked` already. */
  get addAll(): Effect.Effect<void, StoreError> {
    return Effect.suspend(() => (this.#all ? Effect.void : this.#fill("all", true)))
  }

  readonly #fill: (types: ReadonlyArray<string> | "all", kinds: boolean) => Effect.Effect<void, StoreError> = Effect.fn(
    "ReadIndex.fill",
  )({ self: this }, function* (this: ReadIndex, types: ReadonlyArray<string> | "all", kinds: boolean) {
    const lacking = types === "all" ? types : this.#lacking(types, kinds)
    if (lacking.length === 0) return
    const database = this.#database
    const table = this.table("resources")
    // Those that are there without kinds are read again.
    const clear = reading(database.path, () => {
      database.run(create(table))
      if (lacking === "all") database.run(`delete from ${table}`)
      else database.run(`delete from ${table} where type in (select value from json_each(?))`, JSON.stringify(lacking))
    })
    yield* clear
    const { heldOn: asked, describedBy } = this.#options
    // Pages need facets, which are not kept, and other tables, which take most of the time.
    const what =
      lacking === "all" ? undefined : JSON.stringify([this.#records.syncId, describedBy, asked, lacking, kinds])
    const isKept = what !== undefined && (yield* this.#kept?.load(what, database, table) ?? Effect.succeed(false))
    if (!isKept) {
      yield* clear
      yield* reading(database.path, () => database.run("begin"))
      yield* Stream.runDrain(this.#pass(lacking, kinds)).pipe(
        Effect.ensuring(Effect.ignore(reading(database.path, () => database.run("commit")))),
      )
      const rows = `select * from ${table} where type in (${lacking === "all" ? "" : lacking.map(quoted).join()})`
      // The answer is the same whether it is kept or not.
      if (what !== undefined) yield* Effect.ignore(this.#kept?.save(what, database, rows) ?? Effect.void)
    }
    if (lacking === "all") this.#all = true
    else for (const type of lacking) this.#done.set(type, kinds)
  })

  #lacking(types: ReadonlyArray<string>, kinds: boolean): ReadonlyArray<string> {
    return this.#all ? [] : types.filter((type) => !this.#done.has(type) || (kinds && this.#done.get(type) === false))
  }

  /** The facets of the resources by their numbers in the table. */
  get facets(): ReadonlyMap<number, Facet> {
    return new Map([...this.#facets.values()].map(({ number, facet }) => [number, facet]))
  }

  /** Adds a resource that only grants name. Throws what SQLite throws. */
  addUnlisted({ resourceType, resource }: ResourceId): void {
    const facet = { isListed: false, isAccount: undefined, status: undefined, kinds: [], mfa: undefined }
    const number = this.#numberOf({ ...facet, resourceType, privileged: false })
    this.#database.run(
      this.#insert,
      null,
      resourceType,
      resource,
      "",
      "",
      null,
      "",
      null,
      null,
      null,
      null,
      0,
      null,
      number,
    )
  }

  #numberOf(facet: Facet): number {
    const { resourceType, isListed, isAccount, status, kinds, mfa, privileged } = facet
    const key = JSON.stringify([resourceType, isListed, isAccount, status, kinds, mfa, privileged])
    const known = this.#facets.get(key)
    if (known !== undefined) return known.number
    const number = this.#facets.size + 1
    this.#facets.set(key, { number, facet })
    return number
  }

  /** Those of these types that the text names, and how many there are; at most `most` are listed. */
  find(
    by: LookupBy,
    text: string,
    { types, most }: { readonly types: ReadonlyArray<string>; readonly most: number },
  ): Effect.Effect<{ readonly found: ReadonlyArray<FoundResource>; readonly total: number }, StoreError> {
    const key = searchKey(text)
    const where = `type in (select value from json_each(?)) and ${lookups[by]}`
    const parameters = [JSON.stringify(types), by === "email" ? listed([key]) : key]
    return Effect.andThen(
      this.add(types, false),
      reading(this.#database.path, () => {
        const rows = this.#database.all(
          `select type, id, name, email from ${this.table("resources")} where ${where} order by name_key, id limit ?`,
          ...parameters,
          most,
        )
        const total = this.#database.first(
          `select count(*) as found from ${this.table("resources")} where ${where}`,
          ...parameters,
        )
        return { found: rows.map((row) => this.#found(row)), total: Number(total?.["found"] ?? 0) }
      }),
    )
  }

  /**
   * Of how many accounts of these types each attribute is known.
   * @param kinds Whether to count kinds and second factors too, which takes longer; else they are 0.
   */
  known(types: ReadonlyArray<string>, kinds: boolean): Effect.Effect<KnownAttributes, StoreError> {
    return Effect.andThen(
      this.add(types, kinds),
      reading(this.#database.path, () => {
        const row = this.#database.first(
          `select count(*) as accounts, count(status) as status, count(kinds) as kind, count(mfa) as mfa
           from ${this.table("resources")} where account = 1 and type in (select value from json_each(?))`,
          JSON.stringify(types),
        )
        const count = (column: keyof KnownAttributes): number => Number(row?.[column] ?? 0)
        return { accounts: count("accounts"), status: count("status"), kind: count("kind"), mfa: count("mfa") }
      }),
    )
  }

  #pass(types: ReadonlyArray<string> | "all", kinds: boolean): Stream.Stream<void, StoreError> {
    const resources = recordTables.resource
    if (!this.#database.hasTable(resources)) return Stream.empty
    const read = new RowReader(this.#database.path, resources)
    const some = types === "all" ? "" : "and r.resource_type_id in (select value from json_each(?))"
    return this.#database.stream(
      `select r.id, r.data, r.external_id, r.resource_type_id from ${resources} as r
       where r.sync_id = ? ${some} order by r.id`,
      [this.#records.syncId, ...(types === "all" ? [] : [JSON.stringify(types)])],
      (row) => this.#index(row, read, kinds),
    )
  }

  #index(row: Row, read: RowReader, kinds: boolean): void {
    const resource = this.#records.scan(read.bytes(row, "data"))
    const type = read.text(row, "resource_type_id")
    const id = { resourceType: type, resource: read.text(row, "external_id").slice(type.length + 1) }
    const held = kinds ? heldOn(this.#database, this.#records.syncId, id, this.#options.heldOn) : []
    const described = this.#options.describe(
      resource,
      held.map(({ entitlement }) => entitlement),
    )
    const facts = kinds ? described : { ...described, kinds: [], mfa: undefined, privileged: false }
    this.#database.run(
      this.#insert,
      read.number(row, "id"),
      type,
      id.resource,
      resource.displayName,
      searchKey(resource.displayName),
      facts.emails[0] ?? null,
      listed(facts.emails.map(searchKey)),
      facts.isAccount ? 1 : 0,
      facts.status ?? null,
      facts.kinds.length === 0 ? null : listed(facts.kinds),
      facts.mfa === undefined ? null : facts.mfa ? 1 : 0,
      facts.privileged ? 1 : 0,
      facts.createdAt ?? null,
      this.#numberOf({ ...facts, resourceType: type, isListed: true }),
    )
  }

  #found(row: Row): FoundResource {
    const read = new RowReader(this.#database.path, this.table("resources"))
    return {
      id: { resourceType: read.text(row, "type"), resource: read.text(row, "id") },
      displayName: read.text(row, "name"),
      email: read.textOrNull(row, "email"),
    }
  }
}

// A file may list an id twice; the first stands, as one that is joined twice would show each of its grants twice.
const create = (
  table: string,
) => `create table if not exists ${table} (row integer primary key, type text, id text, name text, name_key text, email text,
  addresses text, account integer, status text, kinds text, mfa integer, privileged integer, created text,
  facet integer, unique (type, id))`
const insertInto = (table: string) => `insert or ignore into ${table} values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

const lookups: Readonly<Record<LookupBy, string>> = {
  email: "instr(addresses, ?) > 0",
  name: "name_key = ?",
  part: "instr(name_key, ?) > 0",
}
