// Prints the records of one sync. What a view lacks is said on the standard error, and in JSON.
import type {
  AccessReader,
  EntitlementSort,
  GrantFilter,
  ListQuery,
  ListedGrant,
  ListedResource,
  SortKey,
} from "@rollcall/access"
import {
  checkQuery,
  entitlementListing,
  findAccount,
  noEnds,
  grantListing,
  resourceListing,
  resourceTypeListing,
} from "@rollcall/access"
import type { Listing } from "@rollcall/access/render"
import type { JsonLines } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { Effect, Option, Stream } from "effect"
import { printJsonLines, printListing, printRows } from "../render/printListing.ts"
import { columnsFor, needsOf } from "./columnsFor.ts"
import type { AskedThing } from "./named.ts"
import { entitlementFilter, grantFilter, heldThing, named, typeOf } from "./named.ts"
import type { ViewRequest } from "./viewRequest.ts"
import { noteIncomplete, openView } from "./openView.ts"
import { writeNotes } from "./viewRequest.ts"
import { endsColumns, endsIn } from "../leases/endsIn.ts"
import { grantsSince, tellsSince } from "./sinceWhen.ts"

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

/** Prints the entitlements on one resource, on those of one type, or on all. */
export const showEntitlements = Effect.fnUntraced(function* (
  request: ViewRequest,
  thing: Pick<AskedThing, "resourceType" | "resource">,
  { search, sort, limit }: AskedEntitlements,
) {
  const access = yield* openView(request)
  const filter = yield* entitlementFilter(access, thing)
  const all = access.entitlements({ ...filter, search }, sortOf(sort))
  const some = limit === undefined ? all : Stream.take(all, limit)
  yield* show(request, access, entitlementListing, () => Effect.succeed(some))
})

/** Prints grants. */
export const showGrants = Effect.fnUntraced(function* (
  request: ViewRequest,
  { principal, noBase, ...thing }: AskedThing & { readonly principal?: string | undefined; readonly noBase: boolean },
  asked: AskedRecords,
) {
  const access = yield* openView(request, asked.privileged)
  const holder = principal === undefined ? undefined : yield* named(findAccount(access, principal), principal)
  const { base } = access.meanings
  if (noBase && base.length === 0) {
    yield* writeNotes(["What every account has is not known in files of this connector, so nothing is left out."])
  }
  const without = noBase ? base : undefined
  const filter: GrantFilter = { ...(yield* grantFilter(access, thing)), principal: holder, without }
  const records = (query: ListQuery, { columns }: Listing<ListedGrant, StoreError>) =>
    tellsSince(columns)
      ? grantsSince(request.settings, access, filter, query)
      : Effect.succeed(access.grants(filter, query))
  const lines: Lines<ListedGrant> = {
    ofJson: (query, form) => access.grantLines(filter, query, form),
    ofRows: (query, line) => access.grantsAs(filter, query, line),
  }
  const ends = yield* endsToShow(request, access.sync?.source?.tenant.id, access.grants(filter, queryOf(asked)))
  const listing = { ...grantListing, columns: [...grantListing.columns, ...ends] }
  yield* show(request, access, listing, records, { asked, lines })
})

/**
 * The columns of the ends. Tables and Markdown, which are for people, show them where somebody in the list has access for a time; other
 * forms where they are asked for, so that scripts find the columns that they know.
 */
const endsToShow = Effect.fnUntraced(function* <E>(
  { format, columns, settings }: ViewRequest,
  tenant: string | undefined,
  grants: Stream.Stream<ListedGrant, E>,
) {
  const isForPeople = format === "table" || format === "markdown"
  const areAskedFor = columns?.wide === true || columns?.columns !== undefined
  if (!isForPeople && !areAskedFor) return endsColumns(noEnds)
  const ends = (yield* endsIn(settings.leases, tenant)) ?? noEnds
  const hasEnd = ({ entitlement, principal }: ListedGrant) => ends(entitlement.id, principal.id) !== undefined
  if (!isForPeople || ends === noEnds) return endsColumns(ends)
  const first = yield* Stream.runHead(Stream.filter(grants, hasEnd))
  return endsColumns(ends, Option.isSome(first))
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
