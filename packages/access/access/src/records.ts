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
}

/** Makes records of what the reader shows. Facts and JSON are made when they are asked for: most listings print names alone. */
export const recordsOf = (reader: SyncReader, context: RecordContext) => {
  // Grants of the same account often follow each other.
  let last: (Pick<GrantView, "holder" | "held"> & { readonly account: ListedAccount | undefined }) | undefined
  const accountOf = ({ holder, held }: GrantView): ListedAccount | undefined => {
    if (last?.holder !== holder || last.held !== held) {
      last = { holder, held, account: listedAccount(holder.id, () => holder, held, context) }
    }
    return last.account
  }
  return recordsWith(reader, context, accountOf)
}

const recordsWith = (
  reader: SyncReader,
  context: RecordContext,
  accountOf: (view: GrantView) => ListedAccount | undefined,
) => ({
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
  grant: (view: GrantView): ListedGrant => ({
    id: view.id,
    entitlement: namedEntitlement(view.entitlement),
    resource: namedResource(view.resource),
    resourceType: typeName(view.resourceType),
    principal: {
      id: view.holder.id,
      displayName: view.holder.displayName,
      facts: () => toResource(view.principal),
    },
    account: accountOf(view),
    reason: view.reason,
    facts: () => toGrant(view.grant),
    throughNames: view.throughNames,
    json: reader.toJson(grantViewToJson, view),
  }),
  access: (view: AccessView): ListedAccess => ({
    resource: namedResource(view.resource),
    resourceType: typeName(view.resourceType),
    entitlements: view.held.map(({ entitlement, ...why }) => ({ ...namedEntitlement(entitlement), ...why })),
    json: reader.toJson(accessViewToJson, view),
  }),
})

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
