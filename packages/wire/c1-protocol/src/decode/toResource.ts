// A stored resource, and a stored resource type, in the terms of the core model. What stands on the resource is believed
// before what its trait repeats, as the current Go viewer does.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf"
import type { Timestamp } from "@bufbuild/protobuf/wkt"
import type {
  AccountFacts,
  Profile,
  ProfileValue,
  Resource,
  ResourceId,
  ResourceStatus,
  ResourceType,
  Trait,
} from "@rollcall/connector"
import {
  CapabilityPermissionsSchema,
  ChildResourceTypeSchema,
  SkipEntitlementsAndGrantsSchema,
  SkipGrantsSchema,
} from "../generated/c1/connector/v2/annotation_pb.ts"
import type { ResourceId as ResourceIdMessage } from "../generated/c1/connector/v2/resource_pb.ts"
import {
  ResourceType_Trait,
  ResourceType_TraitSchema,
  Status_ResourceStatus,
} from "../generated/c1/connector/v2/resource_pb.ts"
import type { UserTrait } from "../generated/c1/connector/v2/trait_pb.ts"
import {
  AppTraitSchema,
  GroupTraitSchema,
  RoleTraitSchema,
  UserTrait_AccountType,
  UserTraitSchema,
} from "../generated/c1/connector/v2/trait_pb.ts"
import type { RecordMessage } from "./decodeRecord.ts"
import { allAnnotations, findAnnotation } from "./decodeRecord.ts"

/** The statuses by their numbers, which those of the trait have too. */
export const statuses: ReadonlyMap<number, ResourceStatus> = new Map([
  [Status_ResourceStatus.ENABLED, "enabled"],
  [Status_ResourceStatus.DISABLED, "disabled"],
  [Status_ResourceStatus.DELETED, "deleted"],
])

/** The types of accounts by their numbers. */
export const accountTypes: ReadonlyMap<number, NonNullable<AccountFacts["accountType"]>> = new Map([
  [UserTrait_AccountType.HUMAN, "human"],
  [UserTrait_AccountType.SERVICE, "service"],
  [UserTrait_AccountType.SYSTEM, "system"],
])

/** The resource's id; empty texts where a damaged record has none. */
export const toResourceId = (message: ResourceIdMessage | undefined): ResourceId => ({
  resourceType: message?.resourceType ?? "",
  resource: message?.resource ?? "",
})

/** The resource with the facts that the core knows. Profile values that are lists or objects become their JSON text. */
export const toResource = (message: RecordMessage<"resource">): Resource => {
  const user = findAnnotation(message.annotations, UserTraitSchema)
  const profile =
    message.profile ??
    user?.profile ??
    findAnnotation(message.annotations, GroupTraitSchema)?.profile ??
    findAnnotation(message.annotations, RoleTraitSchema)?.profile ??
    findAnnotation(message.annotations, AppTraitSchema)?.profile
  const status = statuses.get(message.status?.status ?? user?.status?.status ?? 0)
  const createdAt = toInstant(message.createdAt ?? user?.createdAt)
  const children = allAnnotations(message.annotations, ChildResourceTypeSchema)
  return {
    id: toResourceId(message.id),
    ...(message.displayName === "" ? {} : { displayName: message.displayName }),
    ...(message.description === "" ? {} : { description: message.description }),
    ...(message.parentResourceId === undefined ? {} : { parent: toResourceId(message.parentResourceId) }),
    ...(profile === undefined ? {} : { profile: toProfile(profile) }),
    ...(status === undefined ? {} : { status }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(user === undefined ? {} : { account: toAccount(user) }),
    ...(children.length === 0 ? {} : { childResourceTypes: children.map((child) => child.resourceTypeId) }),
  }
}

const toAccount = (user: UserTrait): AccountFacts => {
  const accountType = accountTypes.get(user.accountType)
  const emails = user.emails.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary)).map((email) => email.address)
  return {
    ...(accountType === undefined ? {} : { accountType }),
    ...(emails.length === 0 ? {} : { emails }),
    ...(user.mfaStatus === undefined ? {} : { mfaEnabled: user.mfaStatus.mfaEnabled }),
  }
}

// `Object.fromEntries` makes own members even of a key such as `__proto__`.
const toProfile = (struct: JsonObject): Profile =>
  Object.fromEntries(Object.entries(struct).map(([key, value]) => [key, toProfileValue(value)]))

const toProfileValue = (value: JsonValue): ProfileValue =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : value

const traits: ReadonlyMap<number, Trait> = new Map([
  [ResourceType_Trait.USER, "user"],
  [ResourceType_Trait.GROUP, "group"],
  [ResourceType_Trait.ROLE, "role"],
  [ResourceType_Trait.APP, "app"],
])

/** The resource type; traits that the core does not know are left out. Files say nothing of capabilities. */
export const toResourceType = (message: RecordMessage<"resourceType">): ResourceType => {
  const permissions = findAnnotation(message.annotations, CapabilityPermissionsSchema)?.permissions ?? []
  const skips =
    findAnnotation(message.annotations, SkipEntitlementsAndGrantsSchema) !== undefined
      ? "entitlementsAndGrants"
      : findAnnotation(message.annotations, SkipGrantsSchema) !== undefined
        ? "grants"
        : undefined
  return {
    id: message.id,
    displayName: message.displayName,
    ...(message.description === "" ? {} : { description: message.description }),
    traits: message.traits.map((trait) => traits.get(trait)).filter((trait) => trait !== undefined),
    capabilities: ["sync"],
    permissions: permissions.map(({ permission }) => permission),
    ...(skips === undefined ? {} : { skips }),
  }
}

/** The traits of a resource type as the Go viewer prints them: the names of the format, such as `TRAIT_USER`; a trait that nobody knows is its number. */
export const traitNames = (message: RecordMessage<"resourceType">): ReadonlyArray<string> =>
  message.traits.map((trait) => ResourceType_TraitSchema.value[trait]?.name ?? String(trait))

/** The instant in RFC 3339, without trailing zeros; `undefined` where there is none, or none that a date can hold. */
export const toInstant = (timestamp: Timestamp | undefined): string | undefined => {
  return timestamp === undefined ? undefined : instantOf(Number(timestamp.seconds), timestamp.nanos)
}

/** As `toInstant`. */
export const instantOf = (seconds: number, nanos: number): string | undefined => {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return undefined
  // Whole seconds, so the milliseconds are zeros.
  const second = date.toISOString().slice(0, -".000Z".length)
  if (nanos === 0) return `${second}Z`
  return `${second}.${String(nanos).padStart(9, "0").replace(/0+$/, "")}Z`
}
