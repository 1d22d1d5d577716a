// What views show of a record: the record and all that it names, as decoded messages. A table takes names from them
// (`view.principal.displayName`); JSON is made of the same members, which are those of the Go viewer.
import type { JsonObject } from "@bufbuild/protobuf"
import type { RecordKind, RecordMessage, ResourceAtAGlance } from "@rollcall/c1-protocol"
import { MalformedMessage, recordToJson } from "@rollcall/c1-protocol"

type ResourceType = RecordMessage<"resourceType">
type Resource = RecordMessage<"resource">
type Entitlement = RecordMessage<"entitlement">
type Grant = RecordMessage<"grant">

/** A kind of resource. */
export interface ResourceTypeView {
  readonly resourceType: ResourceType
}

/** A resource, its type, and its parent where it has one. */
export interface ResourceView {
  readonly resource: Resource
  readonly resourceType: ResourceType
  readonly parent?: Resource
  /** For tables; not in the JSON. */
  readonly parentType?: ResourceType
  /** Where it was asked for; not in the JSON. */
  readonly held?: ReadonlyArray<HeldView> | undefined
  /** How many hold anything on it, where it was asked for; not in the JSON. */
  readonly holders?: number | undefined
}

/** What a resource holds: an entitlement, and the resource that it is on. */
export interface HeldView {
  readonly entitlement: string
  readonly resource: Resource
}

/** What is looked up of each resource in a list beyond the record. */
export interface ViewDetails {
  /** What it holds on resources of these types. */
  readonly heldOn?: ReadonlyArray<string> | undefined
  /** Of which types it is counted how many hold anything on a resource. */
  readonly countHolders?: ReadonlySet<string> | undefined
}

/** An entitlement and the resource that it is on. */
export interface EntitlementView {
  readonly entitlement: Entitlement
  readonly resource: Resource
  readonly resourceType: ResourceType
}

/** Why a principal holds an entitlement. */
export interface Reason {
  /** Whether the file has a grant of it; else it is worked out from expandable grants that are not expanded. */
  readonly stored: boolean
  /** Whether the principal has it itself, and not only through others. */
  readonly direct: boolean
  /** The ids of entitlements through which it is inherited, such as membership of a group; of those worked out, one. */
  readonly through: ReadonlyArray<string>
}

/** Who holds something, as far as most lists show it. */
export interface Holder extends ResourceAtAGlance {
  /** All of it, decoded when it is asked for. Throws a StoreError where it is damaged. */
  readonly message: () => Resource
}

/** A grant, its entitlement, the resource that the entitlement is on, who holds it, and why. */
export interface GrantView {
  readonly id: string
  /** Decoded when it is asked for. Throws a StoreError where it is damaged. */
  readonly grant: Grant
  /** What is held: the same object for many grants of it. */
  readonly thing: EntitlementView
  readonly holder: Holder
  /** The message of the holder. */
  readonly principal: Resource
  /** What the principal holds, where it was asked for; not in the JSON. */
  readonly held?: ReadonlyArray<HeldView> | undefined
  /** Not in the JSON. */
  readonly reason: Reason
  /** The names of the resources on which the reason's entitlements are, in their order; not in the JSON. */
  readonly throughNames: ReadonlyArray<string>
}

/** What one principal holds on one resource. */
export interface AccessView {
  readonly resourceType: ResourceType
  readonly resource: Resource
  /** What it holds there, and why; the JSON has the entitlements alone. */
  readonly held: ReadonlyArray<{
    readonly entitlement: Entitlement
    readonly reason: Reason
    /** As in `GrantView`. */
    readonly throughNames: ReadonlyArray<string>
  }>
}

/** A resource type as `{resourceType}`. Like all of these, it throws `MalformedMessage` for what JSON cannot hold. */
export const resourceTypeViewToJson = ({ resourceType }: ResourceTypeView): JsonObject => ({
  resourceType: json("resourceType", resourceType),
})

/** A resource as `{resource, resourceType, parent?}`. */
export const resourceViewToJson = ({ resource, resourceType, parent }: ResourceView): JsonObject => ({
  resource: json("resource", resource),
  resourceType: json("resourceType", resourceType),
  ...(parent === undefined ? {} : { parent: json("resource", parent) }),
})

/** An entitlement as `{entitlement, resource, resourceType}`. */
export const entitlementViewToJson = ({ entitlement, resource, resourceType }: EntitlementView): JsonObject => ({
  entitlement: json("entitlement", entitlement),
  resource: json("resource", resource),
  resourceType: json("resourceType", resourceType),
})

/** A grant as `{grant, entitlement, resource, resourceType, principal}`. */
export const grantViewToJson = (view: GrantView): JsonObject => ({
  grant: json("grant", view.grant),
  ...entitlementViewToJson(view.thing),
  principal: json("resource", view.principal),
})

/** What a principal holds on one resource, as `{resourceType, resource, entitlements}`. */
export const accessViewToJson = ({ resourceType, resource, held }: AccessView): JsonObject => ({
  resourceType: json("resourceType", resourceType),
  resource: json("resource", resource),
  entitlements: held.map(({ entitlement }) => json("entitlement", entitlement)),
})

const json = <K extends RecordKind>(kind: K, message: RecordMessage<K>): JsonObject => {
  const value = recordToJson(kind, message)
  if (value instanceof MalformedMessage) throw value
  return value
}
