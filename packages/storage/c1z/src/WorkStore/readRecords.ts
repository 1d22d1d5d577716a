// Reading a work file as a whole, in bounded portions: each resource with all that was said of it, and each entitlement once.
// `findDuplicates` comes first.
import type { Contribution, Entitlement, Resource, ResourceId, UnknownPrincipals } from "@rollcall/connector"
import { Effect } from "effect"
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import type { decodeResource } from "./decodeResource.ts"

/** Rows in one portion: a few milliseconds of work, and little memory. */
const rowsPerPortion = 100

/** Grants that one statement goes through at once. */
const grantsPerSpan = 20_000

/** A row by the order of its columns: an object for each of a million rows would double the time. */
type Row = ReadonlyArray<SQLOutputValue>

/**
 * Whether a row of `resolved_resources` is published as it stands: it was encoded whole when it was stored, nobody else says anything
 * of the resource, and its type is one of `copied_types`.
 */
export const isCopied = `(
  is_whole and is_own_id and type in (select type from temp.copied_types)
  and n not in (select n from duplicate_resources) and n not in (select first from duplicate_resources)
)`

/** What a step said of a resource, as it is stored: encoded, or as JSON. `id` is that which the sync shows. */
export interface StoredContribution {
  readonly step: string
  readonly type: string
  readonly id: string
  readonly data: SQLOutputValue
  readonly isOwnId: boolean
  readonly parent: ResourceId | undefined
}

/** Each resource that is not copied and not of one of these types, with what every step said of it. */
export function* readContributions(
  db: DatabaseSync,
  without: ReadonlyArray<string> = [],
): Generator<ReadonlyArray<ReadonlyArray<StoredContribution>>> {
  const columns = "step, type, id, data, is_own_id, parent_type, parent"
  const firsts = prepareRows(
    db,
    `select n, ${columns} from resolved_resources
    where n > ? and n not in (select n from duplicate_resources) and not ${isCopied}
      ${without.length === 0 ? "" : "and type not in (select value from json_each(?))"}
    order by n limit ${rowsPerPortion}`,
  )
  const left = without.length === 0 ? [] : [JSON.stringify(without)]
  // One query for all of a portion: one for each resource would be a hundred thousand.
  const further = prepareRows(
    db,
    `select a.first, ${columns} from duplicate_resources a join resolved_resources r on r.n = a.n
    where a.first between ? and ? order by a.first, a.n`,
  )
  for (const rows of portions((after) => firsts(after, ...left))) {
    const duplicates = Map.groupBy(further(numberOf(rows.at(0)), numberOf(rows.at(-1))), numberOf)
    yield rows.map((row) => [row, ...(duplicates.get(numberOf(row)) ?? [])].map(storedOf))
  }
}

const storedOf = ([, step, type, id, data, isOwnId, parentType, parent]: Row): StoredContribution => ({
  step: textOf(step),
  type: textOf(type),
  id: textOf(id),
  data: data ?? null,
  isOwnId: isOwnId === 1,
  parent: typeof parent === "string" ? { resourceType: textOf(parentType), resource: parent } : undefined,
})

/** Each entitlement. */
export function* readEntitlements(db: DatabaseSync): Generator<ReadonlyArray<Entitlement>> {
  const statement = prepareRows(
    db,
    `select n, data from entitlements
    where n > ? and n not in (select n from duplicate_entitlements) order by n limit ${rowsPerPortion}`,
  )
  for (const rows of portions(statement)) yield rows.map(([, data]): Entitlement => JSON.parse(textOf(data)))
}

/** Finds the grants whose principal no step has shown, in portions; what follows is asked of them. */
export function* findUnknownPrincipals(db: DatabaseSync): Generator<void> {
  db.exec(`
    drop table if exists temp.unknown_principals;
    create temp table unknown_principals (n integer primary key, type text not null, id text not null);
  `)
  const last = Number(db.prepare("select coalesce(max(n), 0) as last from grants").get()?.["last"])
  const statement = db.prepare(`
    insert into unknown_principals select g.n, g.principal_type, g.principal from resolved_grants g
    where g.n > ? and g.n <= ?
      and not exists (select 1 from distinct_resources t where t.type = g.principal_type and t.id = g.principal)
  `)
  for (let from = 0; from < last; from += grantsPerSpan) {
    statement.run(from, from + grantsPerSpan)
    yield
  }
}

/** How many grants have a principal, of one of these types, that no step has shown. */
export const countUnknownPrincipals = (db: DatabaseSync, types: ReadonlyArray<string>): number =>
  Number(
    db
      .prepare(
        `select count(*) as grants from unknown_principals
        where type in (select value from json_each(?)) and n not in (select n from duplicate_grants)`,
      )
      .get(JSON.stringify(types))?.["grants"],
  )

/** The first of the principals of one type whom no step has shown, by id, and how many there are. */
export const readUnknownPrincipals = (db: DatabaseSync, type: string, most: number): UnknownPrincipals => ({
  ids: db
    .prepare("select distinct id from unknown_principals where type = ? order by id limit ?")
    .all(type, most)
    .map(({ id }) => String(id)),
  count: Number(
    db.prepare("select count(distinct id) as ids from unknown_principals where type = ?").get(type)?.["ids"],
  ),
})

/** How many resources one step alone has told of. */
export const countOnlyIn = (db: DatabaseSync, step: string): number =>
  Number(db.prepare("select count(*) as told from distinct_resources where only_step = ?").get(step)?.["told"])

/** How many resources one step has listed with a precedence and with different flags. */
export const countDiffering = (db: DatabaseSync, step: string): number =>
  Number(
    db
      .prepare(
        `select count(*) as told from (
          select 1 from resolved_precedences where step = ? group by type, id having min(flags) <> max(flags)
        )`,
      )
      .get(step)?.["told"],
  )

export type ReadRows = (...parameters: ReadonlyArray<SQLOutputValue>) => ReadonlyArray<Row>

/** A statement whose rows are arrays. */
export const prepareRows = (db: DatabaseSync, sql: string): ReadRows => {
  const statement = db.prepare(sql)
  statement.setReturnArrays(true)
  return (...parameters) => {
    const rows: unknown = statement.all(...parameters)
    return isRows(rows) ? rows : []
  }
}

const isRows = (rows: unknown): rows is ReadonlyArray<Row> => Array.isArray(rows)

/** The number of a row, in its first column. */
const numberOf = (row: Row | undefined): SQLOutputValue => row?.[0] ?? null

/** Portions in the order of the rows' numbers, each beginning after the last number of the one before. */
function* portions(read: ReadRows): Generator<ReadonlyArray<Row>> {
  let rows = read(0)
  while (rows.length > 0) {
    yield rows
    rows = read(numberOf(rows.at(-1)))
  }
}

let decode: typeof decodeResource | undefined

/**
 * Loads what decodes resources: it describes every message, which takes 25 ms, and many a sync has no resource to decode. It comes before
 * `contributionOf` of one that is stored encoded.
 */
export const loadDecoder = Effect.promise(async () => {
  decode ??= (await import("./decodeResource.ts")).decodeResource
})

/** Loads it where one of these is stored encoded. */
export const loadDecoderFor = (contributions: ReadonlyArray<ReadonlyArray<StoredContribution>>): Effect.Effect<void> =>
  decode === undefined && contributions.some((told) => told.some(({ data }) => data instanceof Uint8Array))
    ? loadDecoder
    : Effect.void

/** What a step said of a resource. */
export const contributionOf = ({ step, id, data }: Pick<StoredContribution, "step" | "id" | "data">): Contribution => {
  const resource: Resource = data instanceof Uint8Array ? decoded(data) : JSON.parse(textOf(data))
  const isAlias = resource.id.resource !== id
  return { step, resource: isAlias ? { ...resource, id: { ...resource.id, resource: id } } : resource }
}

const decoded = (bytes: Uint8Array): Resource => {
  if (decode === undefined) throw new Error("What decodes resources was not loaded.")
  return decode(bytes)
}

/** A text of a work file. */
export const textOf = (value: SQLOutputValue | undefined): string => {
  if (typeof value !== "string") throw new SyntaxError("The work file holds something else where it should hold text.")
  return value
}
