// One sync of a file, as questions about access. A file is read directly, without a service in between: what differs between
// callers is which file, and a test has real ones. SQL is the concern of `@rollcall/c1z`.
import type {
  C1zFileOptions,
  GrantFilter,
  Incompleteness,
  OrderedResource,
  RecordsInOrder,
  SyncInfo,
  SyncReader,
  SyncStats,
} from "@rollcall/c1z"
import { C1zFile, statsOf } from "@rollcall/c1z"
import type { Coverage, ResourceId, StoreError } from "@rollcall/connector"
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
} from "./records.ts"
import { recordsOf } from "./records.ts"
import type { UnknownName } from "./UnknownName.ts"

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

/** Opens a sync of a file that is open, as `openAccess` does. */
export const readerOf = Effect.fnUntraced(function* (
  file: C1zFile,
  { syncId, meanings = [], privileged = [] }: Pick<AccessOptions, "syncId" | "meanings" | "privileged">,
): Effect.fn.Return<AccessReader, StoreError | UnknownName> {
  const chosen =
    syncId === undefined ? undefined : yield* chooseSync(file.path, yield* Stream.runCollect(file.syncs), syncId)
  const reader = yield* file.sync(chosen?.id)
  const coverage = yield* reader.coverage
  const types = (yield* Stream.runCollect(reader.resourceTypes)).map(({ resourceType: { id } }) => id)
  const declared = meaningsFor(meanings, reader.sync?.source?.connector, types)
  return new AccessReader(reader, meaningsFrom(declared, coverage, types, privileged))
})

/** Reads one sync. Lists are streams in the order in which the records were stored, and take little memory however long. */
export class AccessReader {
  /** What entitlements mean here, and which attributes of accounts were read. */
  readonly meanings: Meanings
  readonly #reader: SyncReader
  readonly #records: ReturnType<typeof recordsOf>

  constructor(reader: SyncReader, meanings: Meanings) {
    this.#reader = reader
    this.meanings = meanings
    this.#records = recordsOf(reader)
  }

  /** The sync that is read; `undefined` where the file holds none, of which every list is empty. */
  get sync(): SyncInfo | undefined {
    return this.#reader.sync
  }

  get resourceTypes(): Records<ListedResourceType> {
    return Stream.map(this.#reader.resourceTypes, this.#records.resourceType)
  }

  resources(filter: TypeFilter = {}): Records<ListedResource> {
    return Stream.map(this.#reader.resources(filter), this.#records.resource)
  }

  /** One resource; `undefined` where the sync does not list it. */
  resource(id: ResourceId): Effect.Effect<ListedResource | undefined, StoreError> {
    return Effect.map(this.#reader.resource(id), (view) =>
      view === undefined ? undefined : this.#records.resource(view),
    )
  }

  entitlements(filter: TypeFilter = {}): Records<ListedEntitlement> {
    return Stream.map(this.#reader.entitlements(filter), this.#records.entitlement)
  }

  /** Who holds what, and why. */
  grants(filter: GrantFilter = {}): Records<ListedGrant> {
    return Stream.map(this.#reader.grants(filter), this.#records.grant)
  }

  /** Everybody who holds an entitlement, or any entitlement on a resource; each once. */
  principals(of: HeldThing): Records<ListedResource> {
    return Stream.map(this.#reader.principals(of), this.#records.resource)
  }

  /**
   * All that one principal holds, by resource, and why. What it inherits is there too, be it that the connector stored that as
   * grants or left it to be worked out.
   */
  access(principal: ResourceId): Records<ListedAccess> {
    return Stream.map(this.#reader.access(principal), this.#records.access)
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

  /** A resource of `inOrder` as a record. */
  listed(resource: OrderedResource): Effect.Effect<ListedResource, StoreError> {
    return Effect.map(this.#reader.decoded(resource), this.#records.resource)
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
}
