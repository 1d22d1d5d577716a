// Records as the bytes of their messages: resource types, resources, entitlements and grants of c1.connector.v2. Profile,
// status and creation time stand on a resource and again in its trait: the current viewer reads the first, the older one the
// second, and its export fails on an account whose trait has no profile. Readers want an entitlement's whole resource in each
// of its grants, so those bytes are made once per entitlement and copied.
import type { Entitlement, Grant, Resource, ResourceStatus, ResourceType, Trait } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { Encoding } from "./Encoding.ts"
import {
  annotationType,
  descriptionLimit,
  displayNameLimit,
  encoded,
  idProblem,
  parseInstant,
  refused,
  resourceIdProblem,
  resourceLimit,
  TextCutter,
  typeDescriptionLimit,
  writeAnnotation,
  writeInstant,
  writeResourceId,
} from "./Encoding.ts"
import { RecordWriter } from "./RecordWriter.ts"
import { profileBytes, traitTypes, traitWriters } from "./traits.ts"

// The numbers are those of RESOURCE_STATUS_… and of the trait's own STATUS_….
const statusNumbers: Record<ResourceStatus, number> = { enabled: 1, disabled: 2, deleted: 3 }

const childResourceType = annotationType("ChildResourceType")
// A resource stays readable while the entitlement that holds it is written.
const resources = new RecordWriter()
const others = new RecordWriter()

/**
 * Encodes a resource. Its type decides the traits; an account without a status counts as enabled, which is what every
 * reader takes an unset status for. The same bytes stand in each of its entitlements and their grants. They are in the
 * memory of the encoder, valid until another resource is encoded: whoever keeps them copies them.
 */
export const encodeResource = (resource: Resource, type: Pick<ResourceType, "traits">): Encoding =>
  encodeTold(resource, type, false)

/**
 * Encodes what one of several says of a resource: as `encodeResource`, but nothing stands for what it does not tell. `mergeEncoded`
 * puts two of them together. Gives `undefined` where the bytes would not say all of it.
 */
export const encodePart = (resource: Resource, type: Pick<ResourceType, "traits">): Uint8Array | undefined => {
  const { displayName, description, childResourceTypes, account, precedence } = resource
  const isTold =
    displayName !== "" && description !== "" && childResourceTypes?.length !== 0 && account?.emails?.length !== 0
  if (!isTold || precedence !== undefined || (account !== undefined && !type.traits.includes("user"))) return undefined
  const encoding = encodeTold(resource, type, true)
  return encoding._tag === "Encoded" && encoding.warnings.length === 0 ? encoding.bytes : undefined
}

/** Whether what `encodePart` gives of a resource is what `encodeResource` gives. */
export const isWhole = ({ status, profile, account }: Resource, type: Pick<ResourceType, "traits">): boolean =>
  !type.traits.includes("user") || (status !== undefined && profile !== undefined && account?.accountType !== undefined)

const encodeTold = (resource: Resource, type: Pick<ResourceType, "traits">, isPart: boolean): Encoding => {
  const problem =
    resourceIdProblem("a resource", resource.id) ??
    (resource.parent === undefined ? undefined : resourceIdProblem("the parent of a resource", resource.parent))
  if (problem !== undefined) return refused(problem)

  const what = `the resource ${formatResourceId(resource.id)}`
  const texts = new TextCutter(what)
  const displayName = texts.cut("the display name", resource.displayName, displayNameLimit)
  const description = texts.cut("the description", resource.description, descriptionLimit)
  const profile = resource.profile === undefined ? undefined : profileBytes(resource.profile, texts)
  const createdAt = resource.createdAt === undefined ? undefined : parseInstant(resource.createdAt)
  if (resource.createdAt !== undefined && createdAt === undefined) {
    texts.warn("instant-unreadable", `the creation time of ${formatResourceId(resource.id)} is not an instant`)
  }
  const told = resource.status ?? (type.traits.includes("user") && !isPart ? "enabled" : undefined)
  const status = told === undefined ? undefined : statusNumbers[told]

  const writer = resources.begin()
  writeResourceId(writer, 0x0a, resource.id)
  if (resource.parent !== undefined) writeResourceId(writer, 0x12, resource.parent)
  if (displayName !== "") writer.uint32(0x1a).string(displayName)
  for (const child of resource.childResourceTypes ?? []) {
    writeAnnotation(writer, 0x22, childResourceType, (inner) => inner.uint32(0x0a).string(child))
  }
  for (const trait of new Set(type.traits)) {
    const facts = { isPart, profile, status, createdAt, account: resource.account }
    writeAnnotation(writer, 0x22, traitTypes[trait], traitWriters[trait](facts))
  }
  if (description !== "") writer.uint32(0x2a).string(description)
  if (profile !== undefined) writer.uint32(0x4a).bytes(profile)
  if (status !== undefined) writer.uint32(0x5a).fork().uint32(0x08).uint32(status).join()
  if (createdAt !== undefined) writeInstant(writer, 0x62, createdAt)
  return encoded(what, writer.written, texts.warnings, resourceLimit)
}

const traitNumbers: Record<Trait, number> = { user: 1, group: 2, role: 3, app: 4 }

const skipAnnotations = {
  grants: annotationType("SkipGrants"),
  entitlementsAndGrants: annotationType("SkipEntitlementsAndGrants"),
}
const capabilityPermissions = annotationType("CapabilityPermissions")

/** Encodes a resource type. The same bytes stand in `grantable_to` of every entitlement that its resources can hold. */
export const encodeResourceType = (type: ResourceType): Encoding => {
  const problem = idProblem("a resource type", type.id)
  if (problem !== undefined) return refused(problem)

  const what = `the resource type ${type.id}`
  const texts = new TextCutter(what)
  const displayName = texts.cut("the display name", type.displayName, displayNameLimit)
  const description = texts.cut("the description", type.description, typeDescriptionLimit)

  const writer = others.begin().uint32(0x0a).string(type.id)
  if (displayName !== "") writer.uint32(0x12).string(displayName)
  const traits = new Set(type.traits)
  if (traits.size > 0) {
    writer.uint32(0x1a).fork()
    for (const trait of traits) writer.uint32(traitNumbers[trait])
    writer.join()
  }
  if (type.skips !== undefined) writeAnnotation(writer, 0x22, skipAnnotations[type.skips])
  if (type.permissions.length > 0) {
    writeAnnotation(writer, 0x22, capabilityPermissions, writePermissions(type.permissions))
  }
  if (description !== "") writer.uint32(0x2a).string(description)
  return encoded(what, writer.copy(), texts.warnings)
}

const writePermissions = (permissions: ReadonlyArray<string>) => (writer: RecordWriter) => {
  for (const permission of permissions) {
    writer.uint32(0x0a).fork()
    if (permission !== "") writer.uint32(0x0a).string(permission)
    writer.join()
  }
}

const purposeNumbers: Record<Entitlement["purpose"], number> = { assignment: 1, permission: 2, ownership: 3 }

/** The encoded messages that an entitlement holds whole. */
export interface EntitlementParts {
  /** From `encodeResource`. */
  readonly resource: Uint8Array
  /** From `encodeResourceType`, one for each of `Entitlement.grantableTo`. */
  readonly grantableTo: ReadonlyArray<Uint8Array>
}

/** Encodes an entitlement around the encoded resource that it is on. */
export const encodeEntitlement = (entitlement: Entitlement, parts: EntitlementParts): Encoding => {
  const problem = idProblem("an entitlement", entitlement.id)
  if (problem !== undefined) return refused(problem)

  const what = `the entitlement ${entitlement.id}`
  const texts = new TextCutter(what)
  const displayName = texts.cut("the display name", entitlement.displayName, displayNameLimit)
  const description = texts.cut("the description", entitlement.description, descriptionLimit)

  const writer = others.begin().uint32(0x0a).bytes(parts.resource)
  writer.uint32(0x12).string(entitlement.id)
  if (displayName !== "") writer.uint32(0x1a).string(displayName)
  if (description !== "") writer.uint32(0x22).string(description)
  for (const type of parts.grantableTo) writer.uint32(0x2a).bytes(type)
  writer.uint32(0x38).uint32(purposeNumbers[entitlement.purpose])
  if (entitlement.slug !== "") writer.uint32(0x42).string(entitlement.slug)
  return encoded(what, writer.copy(), texts.warnings)
}

const grantImmutable = annotationType("GrantImmutable")

/** The beginning that all grants of one entitlement share: the entitlement's id and its resource from `encodeResource`. */
export const encodeGrantHead = (entitlementId: string, resource: Uint8Array): Uint8Array =>
  new RecordWriter().uint32(0x0a).fork().uint32(0x0a).bytes(resource).uint32(0x12).string(entitlementId).join().copy()

/** What an immutable grant ends with. */
export const immutableGrantTail: Uint8Array = (() => {
  const writer = new RecordWriter()
  writeAnnotation(writer, 0x22, grantImmutable)
  return writer.copy()
})()

/** Encodes a grant after its entitlement's `encodeGrantHead`. Its bytes are valid until another record is encoded. */
export const encodeGrant = (grant: Grant, head: Uint8Array): Encoding => {
  const problem = idProblem("a grant", grant.id) ?? resourceIdProblem("the principal of a grant", grant.principal)
  if (problem !== undefined) return refused(problem)

  const writer = others.begin().raw(head).uint32(0x12).fork()
  writeResourceId(writer, 0x0a, grant.principal)
  writer.join().uint32(0x1a).string(grant.id)
  if (grant.immutable === true) writer.raw(immutableGrantTail)
  return encoded(`the grant ${grant.id}`, writer.written)
}
