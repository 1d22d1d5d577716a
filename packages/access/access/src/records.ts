// What a sync shows, in domain terms: each record with the names of all that it refers to. What the sync does not list, such
// as an account that only a grant names, is called `MISSING RESOURCE (<type>:<id>)`, as in the Go viewer.
import type { RecordMessage } from "@rollcall/c1-protocol"
import { toEntitlement, toGrant, toResource, toResourceId, toResourceType } from "@rollcall/c1-protocol"
import type {
  AccessView,
  EntitlementView,
  FirstSeen,
  GrantView,
  HeldView,
  Reason,
  ResourceTypeView,
  ResourceView,
  SyncReader,
} from "@rollcall/c1z"
import {
  accessViewToJson,
  entitlementViewToJson,
  grantViewToJson,
  resourceTypeViewToJson,
  resourceViewToJson,
} from "@rollcall/c1z"
import type { Entitlement, Grant, Resource, ResourceId, ResourceType, StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import type { AccountAttributes, Meanings } from "./accountAttributes.ts"
import { attributesOf } from "./accountAttributes.ts"

/** A record that is listed. */
interface Listed {
  /** The record in the JSON of the Go viewer. It fails where the file holds what JSON cannot hold. */
  readonly json: Effect.Effect<Readonly<Record<string, unknown>>, StoreError>
}

/** The type of a resource, by id and name. */
export type TypeName = Pick<ResourceType, "id" | "displayName">

/** A resource by id and name. */
export interface NamedResource {
  readonly id: ResourceId
  readonly displayName: string
  /** All that the sync knows of it, such as status, addresses and profile. Decoded when it is asked for. */
  readonly facts: () => Resource
}

/** An entitlement by id and name; its slug is the last part of what it allows, such as `member`. */
export interface NamedEntitlement extends Pick<Entitlement, "id" | "slug" | "displayName"> {
  /** All that the sync knows of it, such as who can hold it. Decoded when it is asked for. */
  readonly facts: () => Entitlement
}

/** A kind of resource. */
export interface ListedResourceType extends Listed, Pick<ResourceType, "id" | "displayName" | "traits"> {}

/** What a record says of an account. Kind, second factor and roles are known only where the list was asked for them. */
export interface ListedAccount {
  /** Worked out when it is asked for. */
  readonly attributes: () => AccountAttributes
  /** The names of the roles that it holds; `undefined` where they were not asked for. */
  readonly roles: ReadonlyArray<string> | undefined
}

/** A resource and the one that it belongs to. */
export interface ListedResource extends Listed, NamedResource {
  readonly type: TypeName
  readonly parent: NamedResource | undefined
  readonly parentType: TypeName | undefined
  /** Of an account; `undefined` of anything else. */
  readonly account: ListedAccount | undefined
  /** How many hold anything on it; `undefined` where that was not asked for, and of accounts. */
  readonly members: number | undefined
}

/** An entitlement and the resource that it is on. */
export interface ListedEntitlement extends Listed, NamedEntitlement {
  readonly resource: NamedResource
  readonly resourceType: TypeName
}

/** Who holds what, and why. */
export interface ListedGrant extends Listed {
  readonly id: string
  readonly entitlement: NamedEntitlement
  /** The resource that the entitlement is on. */
  readonly resource: NamedResource
  readonly resourceType: TypeName
  readonly principal: NamedResource
  /** Of the principal, where it is an account. */
  readonly account: ListedAccount | undefined
  readonly reason: Reason
  /** All that the sync knows of it, such as whether it can be revoked. Decoded when it is asked for. */
  readonly facts: () => Grant
  /** The names of what the principal has it through, such as groups, in the order of `reason.through`. */
  readonly throughNames: ReadonlyArray<string>
  /** When it was first seen, where earlier syncs were asked and one tells. */
  readonly since?: FirstSeen | undefined
  /** The same with when it was first seen. */
  readonly seenSince: (since: FirstSeen | undefined) => ListedGrant
}

/** What one principal holds on one resource, and why. */
export interface ListedAccess extends Listed {
  readonly resource: NamedResource
  readonly resourceType: TypeName
  readonly entitlements: ReadonlyArray<
    NamedEntitlement & {
      readonly reason: Reason
      readonly throughNames: ReadonlyArray<string>
      /** As of a grant. */
      readonly since?: FirstSeen | undefined
    }
  >
}

/** What records are made with. */
export interface RecordContext {
  readonly meanings: Meanings
  /** The types whose resources are accounts. */
  readonly accountTypes: ReadonlySet<string>
  /** The types whose resources are roles. */
  readonly roleTypes: ReadonlySet<string>
  /** All that accounts are described from beside their records, as one text. */
  readonly describedBy?: string | undefined
}

/** Makes records of what the reader shows. Facts and JSON are made when they are asked for: most listings print names alone. */
export const recordsOf = (reader: SyncReader, context: RecordContext) => ({
  resourceType: (view: ResourceTypeView): ListedResourceType => {
    const { id, displayName, traits } = toResourceType(view.resourceType)
    return { id, displayName, traits, json: reader.toJson(resourceTypeViewToJson, view) }
  },
  resource: (view: ResourceView): ListedResource => ({
    ...namedResource(view.resource),
    type: typeName(view.resourceType),
    parent: view.parent === undefined ? undefined : namedResource(view.parent),
    parentType: view.parentType === undefined ? undefined : typeName(view.parentType),
    account: listedAccount(toResourceId(view.resource.id), () => toResource(view.resource), view.held, context),
    members: view.holders,
    json: reader.toJson(resourceViewToJson, view),
  }),
  entitlement: (view: EntitlementView): ListedEntitlement => ({
    ...namedEntitlement(view.entitlement),
    resource: namedResource(view.resource),
    resourceType: typeName(view.resourceType),
    json: reader.toJson(entitlementViewToJson, view),
  }),
  grant: grantsWith(reader, context),
  access: (view: AccessView): ListedAccess => ({
    resource: namedResource(view.resource),
    resourceType: typeName(view.resourceType),
    entitlements: view.held.map(({ entitlement, ...why }) => ({ ...namedEntitlement(entitlement), ...why })),
    json: reader.toJson(accessViewToJson, view),
  }),
})

/** Makes records of grants. Many are of the same entitlement, and grants of the same account often follow each other. */
const grantsWith = (reader: SyncReader, context: RecordContext) => {
  const things = new WeakMap<EntitlementView, Pick<ListedGrant, "entitlement" | "resource" | "resourceType">>()
  const thingOf = (view: EntitlementView) => {
    const known = things.get(view)
    if (known !== undefined) return known
    const thing = {
      entitlement: namedEntitlement(view.entitlement),
      resource: namedResource(view.resource),
      resourceType: typeName(view.resourceType),
    }
    things.set(view, thing)
    return thing
  }
  let last: (Pick<GrantView, "holder" | "held"> & Pick<ListedGrant, "principal" | "account">) | undefined
  const whoHolds = ({ holder, held }: GrantView) => {
    if (last?.holder !== holder || last.held !== held) {
      const { id, displayName } = holder
      const principal = { id, displayName, facts: () => toResource(holder.message()) }
      last = { holder, held, principal, account: listedAccount(id, () => holder, held, context) }
    }
    return last
  }
  return (view: GrantView): ListedGrant => new GrantRecord(reader, view, thingOf(view.thing), whoHolds(view))
}

/** A class, as what is made when it is asked for takes no memory of each record. */
class GrantRecord implements ListedGrant {
  readonly id: string
  readonly entitlement: NamedEntitlement
  readonly resource: NamedResource
  readonly resourceType: TypeName
  readonly principal: NamedResource
  readonly account: ListedAccount | undefined
  readonly since: FirstSeen | undefined
  readonly #reader: SyncReader
  readonly #view: GrantView

  constructor(
    reader: SyncReader,
    view: GrantView,
    { entitlement, resource, resourceType }: Pick<ListedGrant, "entitlement" | "resource" | "resourceType">,
    { principal, account }: Pick<ListedGrant, "principal" | "account">,
    since?: FirstSeen,
  ) {
    this.#reader = reader
    this.#view = view
    this.id = view.id
    this.entitlement = entitlement
    this.resource = resource
    this.resourceType = resourceType
    this.principal = principal
    this.account = account
    this.since = since
  }

  get reason(): Reason {
    return this.#view.reason
  }

  get throughNames(): ReadonlyArray<string> {
    return this.#view.throughNames
  }

  get json(): ListedGrant["json"] {
    return this.#reader.toJson(grantViewToJson, this.#view)
  }

  facts(): Grant {
    return toGrant(this.#view.grant)
  }

  seenSince(since: FirstSeen | undefined): ListedGrant {
    return new GrantRecord(this.#reader, this.#view, this, this, since)
  }
}

const listedAccount = (
  { resourceType }: ResourceId,
  facts: () => Parameters<typeof attributesOf>[0],
  held: ReadonlyArray<HeldView> | undefined,
  { meanings, accountTypes, roleTypes }: RecordContext,
): ListedAccount | undefined => {
  if (!accountTypes.has(resourceType)) return undefined
  const ids = (held ?? []).map(({ entitlement }) => entitlement)
  const roles = held?.filter(({ resource }) => roleTypes.has(toResourceId(resource.id).resourceType))
  return {
    attributes: once(() => attributesOf(facts(), ids, meanings)),
    roles: roles === undefined ? undefined : [...new Set(roles.map(({ resource }) => resource.displayName))],
  }
}

const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const typeName = ({ id, displayName }: RecordMessage<"resourceType">): TypeName => ({ id, displayName })

const namedResource = (message: RecordMessage<"resource">): NamedResource => ({
  id: toResourceId(message.id),
  displayName: message.displayName,
  facts: () => toResource(message),
})

const namedEntitlement = (message: RecordMessage<"entitlement">): NamedEntitlement => ({
  id: message.id,
  slug: message.slug,
  displayName: message.displayName,
  facts: () => toEntitlement(message),
})
