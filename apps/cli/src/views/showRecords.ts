// Prints the records of one sync. What a view lacks is said on the standard error, and in JSON.
import type {
  AccessReader,
  EntitlementSort,
  Found,
  GrantFilter,
  HeldThing,
  InheritedIs,
  ListQuery,
  ListedGrant,
  ListedResource,
  SortKey,
} from "@rollcall/access"
import {
  checkQuery,
  entitlementListing,
  findAccount,
  findEntitlement,
  findHeldThing,
  findResource,
  findResourceType,
  grantListing,
  incompletenessOf,
  openAccess,
  resourceListing,
  resourceTypeListing,
} from "@rollcall/access"
import type { ColumnChoice, Listing } from "@rollcall/access/render"
import { chooseColumns, keyOf } from "@rollcall/access/render"
import type { JsonLines } from "@rollcall/c1z"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { keepHeapTight } from "@rollcall/host/sync"
import { Effect, Stream } from "effect"
import { UsageError } from "../errors.ts"
import { errLines } from "../Screen.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printJsonLines, printListing, printRows } from "../render/printListing.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { readOptions } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import { findSync, noteDate } from "./findSync.ts"
import { grantsSince, tellsSince } from "./sinceWhen.ts"

/** What a view reads, and how it prints. */
export interface ViewRequest {
  readonly settings: ViewSettings
  readonly syncId: string | undefined
  readonly format: OutputFormat
  /** `--columns`, `--wide` and `--bom`. */
  readonly columns?: AskedColumns | undefined
}

/** The flags that choose columns, as they were given. */
export interface AskedColumns {
  readonly columns: ReadonlyArray<string> | undefined
  readonly wide: boolean
  readonly bom: boolean
}

/** The flags that choose records, as they were given. */
export interface AskedRecords {
  readonly status?: ReadonlyArray<string> | undefined
  readonly kind?: ReadonlyArray<string> | undefined
  readonly noMfa?: boolean
  /** A pattern. */
  readonly privileged?: string | undefined
  readonly search?: string | undefined
  readonly sort?: SortKey | `${SortKey}:desc` | undefined
  readonly limit?: number | undefined
}

/** The flags that choose entitlements, as they were given. */
export interface AskedEntitlements extends Pick<AskedRecords, "search" | "limit"> {
  readonly sort?: EntitlementSort["by"] | `${EntitlementSort["by"]}:desc` | undefined
}

/** What a list is about, by ids or names. */
export interface AskedThing {
  readonly name?: string | undefined
  readonly resourceType?: string | undefined
  readonly resource?: string | undefined
  readonly entitlement?: string | undefined
}

/** The patterns of `--privileged`. */
export const patternsOf = (text: string | undefined): ReadonlyArray<string> =>
  (text ?? "").split(",").flatMap((pattern) => pattern.trim() || [])

/** Opens the sync that a view reads. */
export const openView = Effect.fnUntraced(function* ({ settings, syncId }: ViewRequest, privileged?: string) {
  keepHeapTight()
  const { all } = yield* KnownModules
  const { file, sync } = yield* findSync(settings, syncId)
  const access = yield* openAccess(file, {
    ...readOptions(settings),
    syncId: sync,
    meanings: all,
    privileged: privileged === undefined ? [] : [privileged],
  })
  yield* noteDate(syncId, access.sync)
  return access
})

/**
 * Says on the standard error what the sync lacks, and returns that for JSON. It is part of the answer, and so no matter of
 * `--quiet`.
 */
export const noteIncomplete = Effect.fnUntraced(function* (access: AccessReader, inherited: InheritedIs) {
  const { notes, members } = yield* incompletenessOf(access, inherited)
  yield* writeNotes([...(yield* notFull(access)), ...notes])
  return members
})

/** A sync that left out what there may be is shown where it was asked for, or where the file has no full one. */
const notFull = Effect.fnUntraced(function* ({ sync, coverage }: AccessReader) {
  if (sync?.endedAt === undefined || sync.type === "full" || sync.type === "") return []
  const gaps = (yield* coverage).flatMap((it) => it.gaps)
  const type = gaps.some(({ reason }) => reason === "quick") ? "quick" : sync.type
  return [
    `The sync ${sync.id} is not a full one (${type}), so it shows a part of what there is. \`rollcall stats\` names what it left out.`,
  ]
})

/** Writes notes to the standard error, a line each. */
export const writeNotes = (notes: ReadonlyArray<string>) => errLines(notes.map((note) => `note: ${note}`))

/** Says what was taken where only a part of its name was given. */
export const named = Effect.fnUntraced(function* <A, E, R>(finding: Effect.Effect<Found<A>, E, R>, text: string) {
  const { id, by, shown } = yield* finding
  if (by === "part") yield* writeNotes([`"${text}" is taken for ${shown}.`])
  return id
})

/** The listing with the columns that are asked for, and how it is printed. It fails for what no column is, or has no sense. */
export const columnsFor = Effect.fnUntraced(function* <A, E>(
  listing: Listing<A, E>,
  { format, columns: asked = { columns: undefined, wide: false, bom: false } }: Pick<ViewRequest, "format" | "columns">,
) {
  const { columns: names, wide, bom } = asked
  const isJson = format === "json" || format === "ndjson"
  if (bom && format !== "csv") return yield* noSense("--bom begins CSV, and the results are", format)
  if (wide && names !== undefined) {
    return yield* new UsageError({
      message: "--wide and --columns exclude each other.",
      hint: "Leave one of them out.",
    })
  }
  if (wide && isJson) {
    return yield* new UsageError({
      message: `--wide is for tables, CSV and Markdown: ${format} has all there is.`,
      hint: "For flat objects of all columns, use `--columns all`.",
    })
  }
  const choice: ColumnChoice = { names, wide }
  const chosen = chooseColumns(listing, format, choice)
  if ("unknown" in chosen) {
    return yield* new UsageError({
      message: `There is no column ${chosen.unknown.join(", ")}.`,
      hint: `The columns are ${listing.columns.map(keyOf).join(", ")}; default and all stand for several.`,
    })
  }
  return { listing: chosen.listing, output: { flat: isJson && names !== undefined, byteOrderMark: bom } }
})

const noSense = (why: string, format: OutputFormat) =>
  new UsageError({ message: `${why} ${format}.`, hint: "Use -o csv, or leave it out." })

/** What has to be looked up for the columns of a listing that the form shows. */
const needsOf = <A, E>({ columns }: Listing<A, E>, isViewers: boolean) => ({
  withKinds: !isViewers && columns.some(({ needs }) => needs === "kinds"),
  withMembers: !isViewers && columns.some(({ needs }) => needs === "members"),
})

const queryOf = ({ noMfa = false, privileged, sort, ...asked }: AskedRecords): ListQuery => ({
  ...asked,
  mfa: noMfa ? false : undefined,
  privileged: privileged === undefined ? undefined : true,
  sort: sortOf(sort),
})

/** `name`, or `name:desc`. */
const sortOf = <Key extends string>(sort: Key | `${Key}:desc` | undefined) => {
  if (sort === undefined) return undefined
  const [by] = sort.split(":")
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What stands before the colon is one of the keys.
  return { by: by as Key, descending: sort.endsWith(":desc") }
}

/** The lines of the records that a query asks for, where they can be written faster than one by one. */
interface Lines<A> {
  readonly ofJson: (query: ListQuery, form: JsonLines) => Stream.Stream<Uint8Array, StoreError>
  readonly ofRows: (query: ListQuery, line: (record: A) => string) => Stream.Stream<string, StoreError>
}

interface ShowOptions<A> {
  readonly asked?: AskedRecords
  /** The type that the list is of. */
  readonly resourceType?: string | undefined
  readonly lines?: Lines<A> | undefined
}

/** Prints a list of what is known of accounts, or of what they hold. */
const show = Effect.fnUntraced(function* <A, E, R>(
  request: ViewRequest,
  access: AccessReader,
  whole: Listing<A, StoreError>,
  records: (query: ListQuery, listing: Listing<A, StoreError>) => Effect.Effect<Stream.Stream<A, StoreError>, E, R>,
  { asked = {}, resourceType, lines }: ShowOptions<A> = {},
) {
  const { format } = request
  const { listing, output } = yield* columnsFor(whole, request)
  const query = queryOf(asked)
  const isJson = format === "json" || format === "ndjson"
  const isViewers = isJson && !output.flat
  yield* writeNotes(yield* checkQuery(access, query, resourceType))
  const members = yield* noteIncomplete(access, "missing")
  if (isJson && isViewers && lines !== undefined) {
    return yield* printJsonLines(format, listing.name, members, (form) => lines.ofJson(query, form))
  }
  const wanted = { ...query, ...needsOf(listing, isViewers) }
  if ((format === "csv" || format === "markdown") && lines !== undefined && !tellsSince(listing.columns)) {
    return yield* printRows(listing, format, output, (line) => lines.ofRows(wanted, line))
  }
  const found = yield* records(wanted, listing)
  yield* printListing(listing, found, format, members, output)
})

const typeOf = (access: AccessReader, text: string | undefined) =>
  text === undefined ? Effect.as(Effect.void, undefined) : named(findResourceType(access, text), text)

/** Prints the resource types. */
export const showResourceTypes = Effect.fnUntraced(function* (request: ViewRequest) {
  const access = yield* openView(request)
  yield* show(request, access, resourceTypeListing, () => Effect.succeed(access.resourceTypes))
})

/** Prints the resources of one type, or of all. */
export const showResources = Effect.fnUntraced(function* (
  request: ViewRequest,
  askedType: string | undefined,
  asked: AskedRecords,
) {
  const access = yield* openView(request, asked.privileged)
  const resourceType = yield* typeOf(access, askedType)
  const isAboutAccounts =
    resourceType === undefined
      ? asked.kind !== undefined || asked.noMfa === true || asked.privileged !== undefined
      : access.accountTypes.has(resourceType)
  const listing: Listing<ListedResource, StoreError> = resourceListing(
    isAboutAccounts ? "accounts" : resourceType === undefined ? "both" : "others",
  )
  yield* show(request, access, listing, (query) => Effect.succeed(access.resources({ resourceType }, query)), {
    asked,
    resourceType,
  })
})

/** Prints the entitlements on resources of one type, or of all. */
export const showEntitlements = Effect.fnUntraced(function* (
  request: ViewRequest,
  askedType: string | undefined,
  { search, sort, limit }: AskedEntitlements,
) {
  const access = yield* openView(request)
  const resourceType = yield* typeOf(access, askedType)
  const all = access.entitlements({ resourceType, search }, sortOf(sort))
  const some = limit === undefined ? all : Stream.take(all, limit)
  yield* show(request, access, entitlementListing, () => Effect.succeed(some))
})

/** Prints grants. */
export const showGrants = Effect.fnUntraced(function* (
  request: ViewRequest,
  { principal, ...thing }: AskedThing & { readonly principal?: string | undefined },
  asked: AskedRecords,
) {
  const access = yield* openView(request, asked.privileged)
  const holder = principal === undefined ? undefined : yield* named(findAccount(access, principal), principal)
  const filter: GrantFilter = { ...(yield* grantFilter(access, thing)), principal: holder }
  const records = (query: ListQuery, { columns }: Listing<ListedGrant, StoreError>) =>
    tellsSince(columns)
      ? grantsSince(request.settings, access, filter, query)
      : Effect.succeed(access.grants(filter, query))
  const lines: Lines<ListedGrant> = {
    ofJson: (query, form) => access.grantLines(filter, query, form),
    ofRows: (query, line) => access.grantsAs(filter, query, line),
  }
  yield* show(request, access, grantListing, records, { asked, lines })
})

const grantFilter = Effect.fnUntraced(function* (access: AccessReader, { entitlement, ...thing }: AskedThing) {
  const resourceType = yield* typeOf(access, thing.resourceType)
  if (entitlement !== undefined) {
    return { resourceType, entitlement: yield* named(findEntitlement(access, entitlement), entitlement) }
  }
  const { resource, name } = thing
  if (resource !== undefined) return { resource: yield* resourceNamed(access, resource, resourceType) }
  if (name === undefined) return { resourceType }
  return yield* named(findHeldThing(access, name, { resourceType }), name)
})

const resourceNamed = (access: AccessReader, text: string, resourceType: string | undefined) =>
  named(findResource(access, text, { resourceType }), text)

/** The account of an id, an address or a name. */
export const accountNamed = Effect.fnUntraced(function* (
  access: AccessReader,
  text: string,
  askedType: string | undefined,
) {
  const resourceType = yield* typeOf(access, askedType)
  const id: ResourceId = yield* named(findAccount(access, text, { resourceType }), text)
  return id
})

/** Prints who holds an entitlement, or any entitlement on a resource. */
export const showPrincipals = Effect.fnUntraced(function* (
  request: ViewRequest,
  thing: AskedThing,
  asked: AskedRecords,
) {
  const access = yield* openView(request, asked.privileged)
  const of = yield* heldThing(access, thing)
  yield* show(request, access, resourceListing("accounts"), (query) => Effect.succeed(access.principals(of, query)), {
    asked,
  })
})

const heldThing = Effect.fnUntraced(function* (access: AccessReader, thing: AskedThing) {
  const { entitlement, resource, name = "" } = thing
  const resourceType = yield* typeOf(access, thing.resourceType)
  const of: HeldThing =
    entitlement !== undefined
      ? { entitlement: yield* named(findEntitlement(access, entitlement), entitlement) }
      : resource !== undefined
        ? { resource: yield* resourceNamed(access, resource, resourceType) }
        : yield* named(findHeldThing(access, name, { resourceType }), name)
  return of
})
