// The tables of one sync. Resources are read twice: first for the keys of their profiles, which become columns.
import type { AccessReader, ListedResource } from "@rollcall/access"
import { attributesOf } from "@rollcall/access"
import type { Coverage, Gap, StoreError } from "@rollcall/connector"
import { StoreError as Unreadable } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { AccountRecord, CoverageRecord, DescribedColumn, ResourceRecord } from "./columns.ts"
import {
  accountColumns,
  columnColumns,
  coverageColumns,
  entitlementColumns,
  membershipColumns,
  resourceColumns,
  syncColumns,
} from "./columns.ts"
import type { ColumnOf, ColumnType, Table } from "./Table.ts"
import { rowOf, takeName } from "./Table.ts"

/** The tables that every export has, beside one for each type. */
export const fixedTables = ["memberships", "entitlements", "coverage", "sync", "columns"] as const

/** Types of a sync; a workspace has a few. */
const mostTypes = 200
/** Keys of the profiles of a type that become columns; further ones share one column. */
const mostKeys = 200
/** A sheet has 31, of which a few are for the numbers of further sheets. */
const longestTable = 27
/** SQL readers take more. */
const longestColumn = 60

interface ExportedType {
  readonly id: string
  readonly displayName: string
  readonly isAccount: boolean
  readonly table: string
}

/** The tables of the sync that is read. The first are those of the types, in their order. */
export const tablesOf = Effect.fn("Export.tables")(function* (
  access: AccessReader,
): Effect.fn.Return<ReadonlyArray<Table>, StoreError> {
  const coverage = yield* access.coverage
  const counts = yield* access.counts
  const types = yield* typesOf(access, Object.keys(counts.resourcesByResourceType))
  const { unexpandedGrants } = yield* access.incompleteness
  const rolesRead = areRolesRead(access, coverage)
  const resources: Array<Table> = []
  for (const type of types) {
    resources.push(
      type.isAccount
        ? yield* tableOf(access, type, accountColumns, (resource) => accountRecord(access, resource, rolesRead))
        : yield* tableOf(access, type, resourceColumns, resourceRecord),
    )
  }
  const { sync } = access
  const others: ReadonlyArray<Table> = [
    fixed("memberships", membershipColumns, access.grants()),
    fixed("entitlements", entitlementColumns, access.entitlements()),
    fixed("coverage", coverageColumns, Stream.fromIterable(coverageRecords(types, coverage))),
    fixed("sync", syncColumns, Stream.fromIterable(sync === undefined ? [] : [{ sync, unexpandedGrants, counts }])),
  ]
  const described: ReadonlyArray<DescribedColumn> = [
    ...resources,
    ...others,
    { name: "columns", columns: columnColumns },
  ].flatMap(({ name, columns }) => columns.map((column) => ({ table: name, column })))
  return [...resources, ...others, fixed("columns", columnColumns, Stream.fromIterable(described))]
})

const fixed = <A>(
  name: (typeof fixedTables)[number],
  columns: ReadonlyArray<ColumnOf<A>>,
  records: Stream.Stream<A, StoreError>,
): Table => ({ name, columns, rows: Stream.map(records, (record) => rowOf(columns, record)) })

/** The types that the sync lists, and those that it has resources of all the same. */
const typesOf = Effect.fnUntraced(function* (access: AccessReader, found: ReadonlyArray<string>) {
  const listed = yield* Stream.runCollect(access.resourceTypes)
  const known = new Set(listed.map(({ id }) => id))
  const all = [
    ...listed.map(({ id, displayName }) => ({ id, displayName, isAccount: access.accountTypes.has(id) })),
    ...found.filter((id) => !known.has(id)).map((id) => ({ id, displayName: id, isAccount: false })),
  ]
  if (all.length > mostTypes) {
    return yield* Effect.fail(
      new Unreadable({
        reason: "Unreadable",
        message: `The sync lists ${all.length} resource types, and an export takes ${mostTypes}.`,
        hint: "Sync fewer resource types.",
      }),
    )
  }
  const taken = new Set<string>(fixedTables)
  return all.map((type): ExportedType => ({
    ...type,
    table: takeName(`${type.isAccount ? "accounts" : "resources"}_${type.id}`, taken, longestTable),
  }))
})

const tableOf = Effect.fnUntraced(function* <A extends ResourceRecord>(
  access: AccessReader,
  { id, table }: ExportedType,
  own: ReadonlyArray<ColumnOf<A>>,
  record: (resource: ListedResource) => A,
) {
  const keys = yield* profileKeys(access.resources({ resourceType: id }))
  const columns = [...own, ...profileColumns(keys, own)]
  const rows = Stream.map(access.resources({ resourceType: id }, { withKinds: true }), (resource) =>
    rowOf(columns, record(resource)),
  )
  return { name: table, columns, rows } satisfies Table
})

const resourceRecord = (resource: ListedResource): ResourceRecord => ({ resource, facts: resource.facts() })

const accountRecord = ({ meanings }: AccessReader, resource: ListedResource, rolesRead: boolean): AccountRecord => {
  const facts = resource.facts()
  const attributes = resource.account?.attributes() ?? attributesOf(facts, [], meanings)
  const privileged = attributes.privileged.length > 0 ? "yes" : rolesRead ? "no" : "unknown"
  return { resource, facts, attributes, privileged }
}

/** Whether an account without a privileged entitlement has none: the sync came to its end and read all that could tell. */
const areRolesRead = ({ sync, meanings }: AccessReader, coverage: ReadonlyArray<Coverage>): boolean => {
  if (sync?.endedAt === undefined || sync.type !== "full" || !meanings.declarePrivileged) return false
  if (coverage.length === 0) return true
  return meanings.types.every((type) => {
    const covered = coverage.find(({ resourceType }) => resourceType === type)
    return covered !== undefined && covered.state !== "skipped" && !covered.gaps.some(keepsRecordsOut)
  })
}

const keepsRecordsOut = ({ attributes, expected }: Gap): boolean => attributes === undefined && expected !== true

type KeyType = Extract<ColumnType, "text" | "number" | "boolean">

/** The keys of the profiles, by the type of their values; in the order in which they are found, and at most so many. */
const profileKeys = (resources: Stream.Stream<ListedResource, StoreError>) =>
  Stream.runFold(
    resources,
    () => ({ keys: new Map<string, KeyType | undefined>(), more: false }),
    (found, resource) => {
      for (const [key, value] of Object.entries(resource.facts().profile ?? {})) {
        if (!found.keys.has(key) && found.keys.size >= mostKeys) found.more = true
        else if (value !== null) found.keys.set(key, widened(found.keys.get(key), value))
        else if (!found.keys.has(key)) found.keys.set(key, undefined)
      }
      return found
    },
  )

const widened = (before: KeyType | undefined, value: string | number | boolean): KeyType => {
  const type = typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : "number"
  const isFit = type !== "number" || Number.isFinite(value)
  return isFit && (before === undefined || before === type) ? type : "text"
}

const profileColumns = (
  { keys, more }: { readonly keys: ReadonlyMap<string, KeyType | undefined>; readonly more: boolean },
  own: ReadonlyArray<{ readonly name: string }>,
): ReadonlyArray<ColumnOf<ResourceRecord>> => {
  const taken = new Set(own.map(({ name }) => name))
  const columns = [...keys].map(([key, type = "text"]): ColumnOf<ResourceRecord> => ({
    name: takeName(`profile_${key}`, taken, longestColumn),
    type,
    description: key,
    value: ({ facts }) => {
      const value = facts.profile !== undefined && Object.hasOwn(facts.profile, key) ? facts.profile[key] : undefined
      return value === undefined || value === null || type !== "text" ? value : String(value)
    },
  }))
  const rest: ColumnOf<ResourceRecord> = {
    name: takeName("profile_of_further_keys", taken, longestColumn),
    type: "text",
    description: `JSON of what has further keys than the first ${mostKeys}`,
    value: ({ facts }) => {
      const further = Object.entries(facts.profile ?? {}).filter(([key]) => !keys.has(key))
      return further.length === 0 ? undefined : JSON.stringify(Object.fromEntries(further))
    },
  }
  return more ? [...columns, rest] : columns
}

const coverageRecords = (
  types: ReadonlyArray<ExportedType>,
  coverage: ReadonlyArray<Coverage>,
): ReadonlyArray<CoverageRecord> => {
  const listed = new Map(types.map((type) => [type.id, type]))
  const ids = new Set([...listed.keys(), ...coverage.map(({ resourceType }) => resourceType)])
  return [...ids].flatMap((resourceType) => {
    const covered = coverage.find((it) => it.resourceType === resourceType)
    const type = listed.get(resourceType)
    const { displayName = resourceType, table } = type ?? {}
    const of = { resourceType, displayName, table, state: covered?.state ?? ("unknown" as const) }
    const gaps: ReadonlyArray<Gap | undefined> = covered?.gaps ?? []
    return (gaps.length === 0 ? [undefined] : gaps).map((gap) => ({ ...of, gap }))
  })
}
