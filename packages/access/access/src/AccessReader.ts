// One sync of a file, as questions about access. A file is read directly, without a service in between: what differs between
// callers is which file, and a test has real ones. SQL is the concern of `@rollcall/c1z`.
import type { ResourceAtAGlance } from "@rollcall/c1-protocol"
import { toResourceType } from "@rollcall/c1-protocol"
import type {
  C1zFileOptions,
  EntitlementFilter,
  EntitlementSort,
  FacetCount,
  GrantFilter,
  Incompleteness,
  JsonLines,
  KnownAttributes,
  ListOptions,
  LookupBy,
  OrderedResource,
  Page,
  PageQuery,
  ReadIndex,
  RecordsInOrder,
  ResourceQuery,
  SyncInfo,
  SyncReader,
  SyncStats,
} from "@rollcall/c1z"
import { C1zFile, needsIndex, searchKey, statsOf } from "@rollcall/c1z"
import type { Coverage, ResourceId, ResourceType, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import type { AccountAttributes, KnownMeanings, Meanings } from "./accountAttributes.ts"
import { attributesOf, meaningsFor, meaningsFrom } from "./accountAttributes.ts"
import { chooseSync } from "./chooseSync.ts"
import type {
  ListedAccess,
  ListedEntitlement,
  ListedGrant,
  ListedResource,
  ListedResourceType,
  NamedResource,
  RecordContext,
} from "./records.ts"
import { recordsOf } from "./records.ts"
import { UnknownName } from "./UnknownName.ts"

/** Which sync of a file is read, and how. */
export interface AccessOptions extends C1zFileOptions {
  /** The sync, as `chooseSync` knows it: its id, `latest`, a date …; the full one that was published last when absent. */
  readonly syncId?: string | undefined
  /** What entitlements mean, by connector, such as the modules that a host knows. */
  readonly meanings?: ReadonlyArray<KnownMeanings> | undefined
  /** Patterns of further entitlements that make an account privileged. */
  readonly privileged?: ReadonlyArray<string> | undefined
}

/** Which records of a listing are wanted. */
export interface TypeFilter {
  /** Only those of this resource type, or on resources of it. */
  readonly resourceType?: string | undefined
}

/** A resource, and what is known of it as an account, which is of use only where it is one. */
export interface ShownResource extends Pick<NamedResource, "id" | "displayName"> {
  /** What it belongs to. */
  readonly parent: ResourceId | undefined
  readonly attributes: AccountAttributes
}

/** Whose holders are wanted. */
export type HeldThing = { readonly resource: ResourceId } | { readonly entitlement: string }

type Records<A> = Stream.Stream<A, StoreError>

/**
 * Opens a file, which may come from untrusted hands, and one sync in it, for as long as the scope lasts. It fails with
 * `UnknownName` where the file has no sync of the id, and with a `StoreError` where it cannot be read.
 */
export const openAccess = Effect.fn("Access.open")(function* (
  path: string,
  { syncId, meanings, privileged, ...options }: AccessOptions = {},
): Effect.fn.Return<AccessReader, StoreError | UnknownName, Scope.Scope> {
  return yield* readerOf(yield* C1zFile.open(path, options), { syncId, meanings, privileged })
})

/** The syncs of a file, for as long as the scope lasts. */
export const openSyncs = (path: string, options: C1zFileOptions) =>
  Effect.map(C1zFile.open(path, options), ({ syncs }) => syncs)

/** Opens a sync of a file that is open, as `openAccess` does. */
export const readerOf = Effect.fnUntraced(function* (
  file: C1zFile,
  { syncId, meanings = [], privileged = [] }: Pick<AccessOptions, "syncId" | "meanings" | "privileged">,
): Effect.fn.Return<AccessReader, StoreError | UnknownName> {
  const chosen =
    syncId === undefined ? undefined : yield* chooseSync(file.path, yield* Stream.runCollect(file.syncs), syncId)
  const reader = yield* file.sync(chosen?.id)
  const coverage = yield* reader.coverage
  const resourceTypes = (yield* Stream.runCollect(reader.resourceTypes)).map(({ resourceType }) =>
    toResourceType(resourceType),
  )
  const types = resourceTypes.map(({ id }) => id)
  const having = (trait: ResourceType["traits"][number]) =>
    new Set(resourceTypes.filter(({ traits }) => traits.includes(trait)).map(({ id }) => id))
  const declared = meaningsFor(meanings, reader.sync?.source?.connector, types)
  return new AccessReader(reader, {
    meanings: meaningsFrom(declared, coverage, types, privileged),
    accountTypes: having("user"),
    roleTypes: having("role"),
    describedBy: JSON.stringify([declared, coverage, resourceTypes, privileged]),
  })
})

/** What is looked up of each record in a list, and which of them are listed. */
export interface ListQuery extends ResourceQuery {
  /** Whether kind, second factor and roles of accounts are looked up. */
  readonly withKinds?: boolean | undefined
  /** Whether the members of groups, roles and the like are counted. */
  readonly withMembers?: boolean | undefined
}

/**
 * Reads one sync. Lists are streams in the order in which the records were stored, and take little memory however long. A query by
 * what is known of accounts, or by text, first reads all resources that it asks about into an index on the disk.
 */
export class AccessReader {
  /** What entitlements mean here, and which attributes of accounts were read. */
  readonly meanings: Meanings
  /** The types whose resources are accounts. */
  readonly accountTypes: ReadonlySet<string>
  readonly #reader: SyncReader
  readonly #records: ReturnType<typeof recordsOf>
  readonly #roleTypes: ReadonlySet<string>
  readonly #index: ReadIndex
  readonly #pages: ReturnType<SyncReader["pages"]>

  constructor(reader: SyncReader, context: RecordContext) {
    this.#reader = reader
    this.meanings = context.meanings
    this.accountTypes = context.accountTypes
    this.#roleTypes = context.roleTypes
    this.#records = recordsOf(reader, context)
    this.#index = reader.readIndex({
      heldOn: this.meanings.types,
      describedBy: context.describedBy,
      describe: (resource, held) => {
        const isAccount = this.accountTypes.has(resource.id.resourceType)
        const known = attributesOf(resource, held, this.meanings)
        return {
          isAccount,
          emails: resource.account?.emails ?? [],
          status: known.status,
          kinds: isAccount ? known.kinds : [],
          mfa: isAccount ? known.mfa : undefined,
          privileged: isAccount && known.privileged.length > 0,
          createdAt: resource.createdAt(),
        }
      },
    })
    this.#pages = reader.pages(this.#index)
  }

  /** The sync that is read; `undefined` where the file holds none, of which every list is empty. */
  get sync(): SyncInfo | undefined {
    return this.#reader.sync
  }

  get resourceTypes(): Records<ListedResourceType> {
    return Stream.map(this.#reader.resourceTypes, this.#records.resourceType)
  }

  resources(filter: TypeFilter = {}, query: ListQuery = {}): Records<ListedResource> {
    const types = filter.resourceType === undefined ? this.#types : Effect.succeed([filter.resourceType])
    return this.#listed(query, types, (options) => this.#reader.resources(filter, options), this.#records.resource)
  }

  /** One resource; `undefined` where the sync does not list it. */
  resource(id: ResourceId): Effect.Effect<ListedResource | undefined, StoreError> {
    return Effect.map(this.#reader.resource(id), (view) =>
      view === undefined ? undefined : this.#records.resource(view),
    )
  }

  /** @param filter `search` is a part of the name, the id or the name of the resource, in any case. */
  entitlements(
    filter: EntitlementFilter & { readonly search?: string | undefined } = {},
    sort?: EntitlementSort,
  ): Records<ListedEntitlement> {
    const all = Stream.map(this.#reader.entitlements(filter, sort), this.#records.entitlement)
    if (filter.search === undefined) return all
    const key = searchKey(filter.search)
    return Stream.filter(all, ({ id, displayName, resource }) =>
      [id, displayName, resource.displayName].some((text) => searchKey(text).includes(key)),
    )
  }

  /** Who holds what, and why; the query is about who holds it. */
  grants(filter: GrantFilter = {}, query: ListQuery = {}): Records<ListedGrant> {
    return this.grantsAs(filter, query, (grant) => grant)
  }

  /** Each grant turned into something as it is read, such as a line of text: less is in memory, and it takes a third less time. */
  grantsAs<A>(filter: GrantFilter, query: ListQuery, as: (grant: ListedGrant) => A): Records<A> {
    const views = (options: ListOptions) =>
      this.#reader.grantsAs(filter, options, (view) => as(this.#records.grant(view)))
    return this.#listed(query, this.#types, views, (record) => record)
  }

  /**
   * The same grants as lines in the JSON of the Go viewer, several times as fast as the JSON of each. The bytes of some lines are valid
   * until the next are asked for.
   */
  grantLines(filter: GrantFilter, query: ListQuery, form: JsonLines): Records<Uint8Array> {
    const lines = (options: ListOptions) => this.#reader.grantLines(filter, options, form)
    return this.#listed(query, this.#types, lines, (some) => some)
  }

  /** Everybody who holds an entitlement, or any entitlement on a resource; each once. */
  principals(of: HeldThing, query: ListQuery = {}): Records<ListedResource> {
    return this.#listed(query, this.#types, (options) => this.#reader.principals(of, options), this.#records.resource)
  }

  /** Resources of these types that have the text as an address, as their name, or in it; the first `most` of them. */
  find(by: LookupBy, text: string, options: { readonly types: ReadonlyArray<string>; readonly most: number }) {
    return this.#index.find(by, text, options)
  }

  /**
   * Of how many accounts of these types each attribute is known.
   * @param kinds Whether to count kinds and second factors too, which takes longer; else they are 0.
   */
  knownAttributes(types: ReadonlyArray<string>, kinds = true): Effect.Effect<KnownAttributes, StoreError> {
    return this.#index.known(types, kinds)
  }

  /**
   * All that one principal holds, by resource, and why. What it inherits is there too, be it that the connector stored that as
   * grants or left it to be worked out.
   */
  access(principal: ResourceId): Records<ListedAccess> {
    return Stream.map(this.#reader.access(principal), this.#records.access)
  }

  /**
   * A page of the resources by name, or of who holds something on one. It takes as long in a large sync as in a small one, but for the
   * first page, which waits for `preparePages`. It fails with `UnknownName` where it is to come after what the sync does not show.
   */
  page(query: Partial<PageQuery> = {}): Effect.Effect<Page<ListedResource>, StoreError | UnknownName> {
    const asked = { ...query, status: withDeleted(query.status), limit: query.limit ?? pageSize }
    return Effect.gen({ self: this }, function* () {
      const page = (yield* this.#pages.page(asked)) ?? (yield* noSuchPage(query.after))
      const types = new Set(page.records.map(({ resourceType }) => resourceType))
      const details = {
        heldOn: this.#kindTypes,
        countHolders: new Set([...types].filter((type) => !this.accountTypes.has(type))),
      }
      const views = yield* this.#pages.resources(page.records, details)
      return { ...page, records: views.map(this.#records.resource) }
    })
  }

  /** A page of what `access` lists, by the names of the resources. It takes longer only for who holds more. */
  accessPage(
    principal: ResourceId,
    { after, limit = pageSize }: Pick<Partial<PageQuery>, "after" | "limit"> = {},
  ): Effect.Effect<Page<ListedAccess>, StoreError | UnknownName> {
    return Effect.gen({ self: this }, function* () {
      const page = (yield* this.#pages.access(principal, { after, limit })) ?? (yield* noSuchPage(after))
      return { ...page, records: page.records.map(this.#records.access) }
    })
  }

  /**
   * How many resources there are, or hold something on one, for each combination of type, status, kind, second factor and privilege
   * that occurs. Sums of them are how many have a status, a kind and so on.
   */
  pageCounts(holdersOf?: ResourceId): Effect.Effect<ReadonlyArray<FacetCount>, StoreError> {
    return Effect.map(this.#pages.counts(holdersOf), (counts) =>
      counts.filter(({ isListed }) => isListed || holdersOf !== undefined),
    )
  }

  /** Reads all that pages are answered from into an index on the disk, which takes time that grows with the sync. */
  get preparePages(): Effect.Effect<void, StoreError> {
    return this.#pages.prepare()
  }

  /** What is known of an account. */
  attributes(account: NamedResource): Effect.Effect<AccountAttributes, StoreError> {
    return Effect.map(this.#reader.heldOn(account.id, this.meanings.types), (held) =>
      attributesOf(
        account.facts(),
        held.map(({ entitlement }) => entitlement),
        this.meanings,
      ),
    )
  }

  /** A resource and what is known of it as an account; `undefined` where the sync does not list it. */
  account(id: ResourceId): Effect.Effect<ShownResource | undefined, StoreError> {
    return Effect.map(this.#reader.resourceWithHeld(id, this.meanings.types), (found) =>
      found === undefined
        ? undefined
        : this.#shown(
            found.resource,
            found.held.map(({ entitlement }) => entitlement),
          ),
    )
  }

  /** What a principal has stored grants of, on resources of these types: each entitlement once. */
  held(principal: ResourceId, resourceTypes: ReadonlyArray<string>): ReturnType<SyncReader["heldOn"]> {
    return this.#reader.heldOn(principal, resourceTypes)
  }

  /** One entitlement, on this resource. */
  entitlement(id: string, on: ResourceId): Effect.Effect<ListedEntitlement, StoreError> {
    return Effect.map(this.#reader.entitlement(id, on), this.#records.entitlement)
  }

  /** Whether a principal has the entitlement itself, and not only through others. */
  holdsDirectly(principal: ResourceId, entitlement: string): Effect.Effect<boolean, StoreError> {
    return this.#reader.holdsDirectly(principal, entitlement)
  }

  /** The records by id, for comparing two syncs side by side. */
  get inOrder(): RecordsInOrder {
    return this.#reader.inOrder
  }

  /** A resource of `inOrder`, which holds these entitlements, and what is known of it as an account. */
  shown(resource: OrderedResource, held: ReadonlyArray<string>): Effect.Effect<ShownResource, StoreError> {
    return Effect.map(this.#reader.glanceAt(resource), (found) => this.#shown(found, held))
  }

  #shown(found: ResourceAtAGlance, held: ReadonlyArray<string>): ShownResource {
    const { id, displayName, parent } = found
    return { id, displayName, parent, attributes: attributesOf(found, held, this.meanings) }
  }

  /** A table of grants that are looked for in earlier syncs; empty yet. */
  get seenGrants(): SyncReader["seenGrants"] {
    return this.#reader.seenGrants
  }

  /** Whether the sync knows the ids: lists them, or has records that name them. */
  get known(): SyncReader["known"] {
    return this.#reader.known
  }

  /** Whether records may be missing: the sync has not finished, or grants are not expanded. */
  get incompleteness(): Effect.Effect<Incompleteness, StoreError> {
    return this.#reader.incompleteness
  }

  /** How much of each resource type the sync shows; empty in files that other programs wrote. */
  get coverage(): Effect.Effect<ReadonlyArray<Coverage>, StoreError> {
    return this.#reader.coverage
  }

  /** How many records there are, by type. */
  get counts(): Effect.Effect<SyncStats, StoreError> {
    const types = Stream.runCollect(Stream.map(this.#reader.resourceTypes, ({ resourceType: { id } }) => id))
    return Effect.zipWith(types, this.#reader.counts, statsOf)
  }

  /** The types whose entitlements say of which kind an account is, and which roles it has. */
  get #kindTypes(): ReadonlyArray<string> {
    return [...new Set([...this.meanings.types, ...this.#roleTypes])]
  }

  get #types(): Effect.Effect<ReadonlyArray<string>, StoreError> {
    return Stream.runCollect(Stream.map(this.#reader.resourceTypes, ({ resourceType: { id } }) => id))
  }

  #listed<V, A>(
    { withKinds = false, withMembers = false, ...query }: ListQuery,
    types: Effect.Effect<ReadonlyArray<string>, StoreError>,
    views: (options: ListOptions) => Stream.Stream<V, StoreError>,
    record: (view: V) => A,
  ): Records<A> {
    return Stream.unwrap(
      Effect.map(needsIndex(query) || withMembers ? types : Effect.succeed([]), (asked) =>
        Stream.map(
          views({
            query: { ...query, status: withDeleted(query.status) },
            index: { reader: this.#index, types: asked },
            heldOn: withKinds ? this.#kindTypes : undefined,
            countHolders: withMembers ? new Set(asked.filter((type) => !this.accountTypes.has(type))) : undefined,
          }),
          record,
        ),
      ),
    )
  }
}

/** How many records a page has unless it is said. */
const pageSize = 50

const noSuchPage = (after: ResourceId | undefined): Effect.Effect<never, UnknownName> =>
  Effect.fail(
    new UnknownName({
      message: `No page comes after ${after === undefined ? "that" : formatResourceId(after)}, which the sync does not show.`,
      hint: "Begin with the first page.",
    }),
  )

/** What is deleted is disabled too: some systems call all accounts deleted that are out of use. */
const withDeleted = (statuses: ReadonlyArray<string> | undefined): ReadonlyArray<string> | undefined =>
  statuses?.includes("disabled") === true ? [...statuses, "deleted"] : statuses
