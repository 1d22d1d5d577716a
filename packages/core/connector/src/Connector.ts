// The connector contract: a connector is data plus a few functions, and the engine does everything else.
import { Context, Effect } from "effect"
import type { Action } from "./Action.ts"
import type { ConnectorError } from "./ConnectorError.ts"
import type { Gap } from "./Coverage.ts"
import type { Evidence, Listed } from "./Evidence.ts"
import type { Entitlement, Grant, Resource, ResourceId, ResourceType } from "./model.ts"
import type { Provisioning } from "./Provisioning.ts"
import type { StoreError } from "./StoreError.ts"

/** The account of the governed system that a credential opens: a workspace, an organisation. */
export interface Tenant {
  readonly id: string
  readonly displayName: string
  /** The scopes that the credential was granted, where the system tells. */
  readonly scopes?: ReadonlyArray<string>
  /** Who acts with the credential, as the system names them, for the audit log. */
  readonly actor?: string
  /** The account that reads the lists, which a list of accounts must show: no list of accounts is empty. */
  readonly reader?: string
  /**
   * Whether it has anything of what the connector's `furtherCredential` reads, which its plan may rule out; absent if the system
   * does not say.
   */
  readonly hasFurther?: boolean
  /** Whether its lists may name a resource by a second id (`Alias`) that only a sync of all steps resolves. */
  readonly hasAliases?: boolean | undefined
  /** The id of the organisation that it belongs to with others, where the system has limits that they share. */
  readonly organisation?: string | undefined
  /** The parts that it opens where they are several, such as the workspaces of an organisation. */
  readonly parts?: ReadonlyArray<{ readonly id: string; readonly displayName: string }>
}

/** A permission that a step uses, for `doctor`, manifests and documentation. */
export interface ScopeNeed {
  readonly scope: string
  /** What it is for. */
  readonly purpose: string
  /** What a sync lacks without it. */
  readonly without: string
  /** Whether a sync is refused without it. */
  readonly required: boolean
}

/**
 * A second id under which the system names a resource, such as the id of an account in the whole organisation. What any step
 * gives under it, as a resource or as the principal of a grant, belongs to the resource. An id that the same step also shows
 * as a resource of its own is not an alias; of several resources that claim one alias, the one with the lowest id has it.
 */
export interface Alias {
  /** The id that the sync shows. */
  readonly id: ResourceId
  /** The other id, of the same resource type. */
  readonly alias: string
}

/** Records of any kind; one reply of a system often yields several. */
export interface Records {
  readonly resources?: ReadonlyArray<Resource> | undefined
  readonly entitlements?: ReadonlyArray<Entitlement> | undefined
  readonly grants?: ReadonlyArray<Grant> | undefined
  readonly aliases?: ReadonlyArray<Alias> | undefined
}

/** Items of which records are made at once: they are gone before the next ones are made. */
const itemsPerPiece = 100

/** Pieces of a page, for `Page.more`: the records that `make` makes of so many items at a time, whenever they are asked for. */
export const inPieces = <A>(
  items: ReadonlyArray<A>,
  make: (items: ReadonlyArray<A>) => Records,
  size: number = itemsPerPiece,
): Iterable<Records> => ({
  *[Symbol.iterator]() {
    for (let at = 0; at < items.length; at += size) yield make(items.slice(at, at + size))
  },
})

/** All records of a page at once, for who compares or counts them. */
export const allRecordsOf = ({ more = [], ...first }: PageRecords) => {
  const all = [first, ...more]
  return {
    resources: all.flatMap(({ resources = [] }) => resources),
    entitlements: all.flatMap(({ entitlements = [] }) => entitlements),
    grants: all.flatMap(({ grants = [] }) => grants),
    aliases: all.flatMap(({ aliases = [] }) => aliases),
  } satisfies Records
}

/** Something odd that was left out or kept on purpose. Warnings of one code are counted together. */
export interface Warning {
  readonly code: string
  readonly message: string
  /** How many records it is about; 1 where it is absent. */
  readonly count?: number
}

/**
 * Records of a page, and further ones in pieces that are made while they are stored: those of a long page are then never in memory
 * together, where they would grow old and be collected late. `inPieces` makes such pieces.
 */
export interface PageRecords extends Records {
  readonly more?: Iterable<Records> | undefined
}

/** What one call of a step yields. */
export interface Page extends PageRecords {
  /** Where the next page begins; absent at the end. */
  readonly next?: string | undefined
  readonly gaps?: ReadonlyArray<Gap> | undefined
  readonly warnings?: ReadonlyArray<Warning> | undefined
  /** Ids that this page showed, for the `evidence` of the pages after it. */
  readonly listed?: ReadonlyArray<Listed> | undefined
  /** How far the step has come in a list whose length the system announces; for progress alone. */
  readonly announced?: Announced | undefined
}

/** How many entries of a list have been read, this page's included, of how many that the system announces. */
export interface Announced {
  readonly read: number
  readonly of: number
}

/** What a step is told when it is asked for a page. */
export interface PageRequest {
  readonly tenant: Tenant
  /** The `next` of the page before; absent for the first page. */
  readonly cursor?: string
  /** What the pages before have listed. */
  readonly evidence: Evidence
}

/**
 * Succeeds when the page before is stored. The next page is asked for earlier; what reads a large reply waits for this before it makes
 * objects of the bytes, so that the objects of one page at a time are in memory. Succeeds immediately where there is no page before.
 */
export const PageBeforeStored = Context.Reference<Effect.Effect<void>>("@rollcall/connector/PageBeforeStored", {
  defaultValue: () => Effect.void,
})

/** Fields of a resource on which steps can disagree. */
export type ResourceField = Exclude<keyof Resource, "id">

/**
 * One paged read. It never loops, sleeps, retries or keeps state between pages: all it knows is the cursor and, where it
 * must judge a list, the evidence. A page may make no call and only judge.
 */
export interface Step<R = never> {
  readonly id: string
  /** What it reads, for progress: `accounts`. */
  readonly title: string
  /** Resource types whose resources, entitlements or grants it yields. */
  readonly produces: ReadonlyArray<string>
  /** Ids of the steps that must have ended before it starts. */
  readonly after?: ReadonlyArray<string>
  /**
   * The resource type whose resources, as the steps in `after` give them, it is asked for one after the other
   * (`forEachResource`). Where the system refuses those, or shows only some of them, what it produces has the same gap.
   */
  readonly parentType?: string
  /** Ids of the steps that a page of it may wait for, to compare what they listed. They run side by side with it. */
  readonly comparesWith?: ReadonlyArray<string>
  /**
   * Starts when all other steps of the sync have ended, whichever these are, to look up what they have left open. A type that
   * it alone produces is not covered.
   */
  readonly last?: true
  readonly scopes: ReadonlyArray<ScopeNeed>
  /** Scopes that open more to it where the credential happens to have them; without them nothing is missing. */
  readonly usesIfGranted?: ReadonlyArray<string>
  /** An optional step that is refused leaves a gap; any other refusal ends the sync before anything is replaced. */
  readonly optional?: boolean
  /**
   * Where two steps tell the same field of one resource, the step that stands first in `Connector.steps` is believed,
   * except on the fields that a later step claims here.
   */
  readonly authorityOn?: ReadonlyArray<ResourceField>
  /**
   * The id of another step that should show every resource that this one shows. Those that it does not show are kept, and
   * counted in one warning.
   */
  readonly expectedIn?: string
  /** How such a count is reported where the other list may rightly show fewer: as information. Default: as a warning. */
  readonly expectedInSeverity?: "information"
  /**
   * The ids of another step, in these lists of it, that this step should list as well. Those that it does not are counted in
   * one warning.
   */
  readonly expects?: { readonly step: string; readonly lists: ReadonlyArray<string> }
  readonly page: (request: PageRequest) => Effect.Effect<Page, ConnectorError | StoreError, R>
}

/** What more the system lets be done with a credential that the connector was opened without. */
export interface FurtherCredential {
  /** What it is, and where it is given, which completes "… is missing": `the admin token (ADMIN_TOKEN)`. */
  readonly name: string
  /** Resource types whose entitlements could be granted and revoked with it. */
  readonly provisions: ReadonlyArray<string>
  /** Names of actions that could be run with it. */
  readonly actions: ReadonlyArray<string>
  /**
   * What a sync without it does not read, for the coverage of the file. Resource types that the connector does not have can be among
   * them. What is `expected` is shown to readers, and its type still counts as complete.
   */
  readonly reads?: ReadonlyArray<Pick<Gap, "resourceType" | "missing" | "expected">>
}

/** A sync of some of the steps, which takes seconds where one of all takes minutes. It never counts as a full one. */
export interface QuickSync {
  /** Ids of the steps that are read. Types that none of them produces are skipped. */
  readonly steps: ReadonlyArray<string>
  /** What these steps alone leave out of the types that they produce. */
  readonly lacks: ReadonlyArray<Pick<Gap, "resourceType" | "missing" | "attributes">>
}

/** A plugin for one system. `R` are the client services that its functions need. */
export interface Connector<R = never> {
  readonly id: string
  readonly displayName: string
  /** What it does, in a sentence of at most 4096 bytes, for those who choose among connectors. */
  readonly description?: string
  readonly resourceTypes: ReadonlyArray<ResourceType>
  readonly steps: ReadonlyArray<Step<R>>
  /**
   * The resource type whose resources are the tenant, or the parts of it: they tell whose data a file of another program
   * holds.
   */
  readonly tenantType?: string
  /** Whose data the credential opens. Asked at the start of every run; a sync is resumed only for the same tenant. */
  readonly identify: Effect.Effect<Tenant, ConnectorError, R>
  /** Grants and revokes; absent for a connector that only reads. */
  readonly provisioning?: Provisioning<R> | undefined
  /** What else it can do. */
  readonly actions?: ReadonlyArray<Action<R>> | undefined
  /** What `SyncRequest.quick` reads; without it such a request is refused. */
  readonly quick?: QuickSync | undefined
  /** What is asked for and needs this is refused by its name, instead of as something that does not exist. */
  readonly furtherCredential?: FurtherCredential
}
