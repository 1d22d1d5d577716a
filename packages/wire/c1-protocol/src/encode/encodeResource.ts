// A resource as the bytes of a c1.connector.v2.Resource, and a resource type as those of a c1.connector.v2.ResourceType.
//
// Profile, status and creation time stand on the resource and again in its trait: the current viewer reads the first,
// the older one the second, and its export fails on an account whose trait has no profile.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Resource, ResourceStatus, ResourceType, Trait } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { Encoding } from "./Encoding.ts"
import { encoded, refused, resourceLimit, Scratch } from "./Encoding.ts"
import {
  annotationType,
  parseInstant,
  resourceIdProblem,
  writeAnnotation,
  writeInstant,
  writeResourceId,
} from "./messageParts.ts"
import { profileBytes } from "./profileBytes.ts"
import { descriptionLimit, displayNameLimit, idProblem, TextCutter, typeDescriptionLimit } from "./textLimit.ts"
import { traitTypes, traitWriters } from "./traits.ts"

// The numbers are those of RESOURCE_STATUS_… and of the trait's own STATUS_….
const statusNumbers: Record<ResourceStatus, number> = { enabled: 1, disabled: 2, deleted: 3 }

const childResourceType = annotationType("ChildResourceType")
const scratch = new Scratch()

/**
 * Encodes a resource. Its type decides the traits; an account without a status counts as enabled, which is what every
 * reader takes an unset status for. The same bytes stand in each of its entitlements and their grants.
 */
export const encodeResource = (resource: Resource, type: Pick<ResourceType, "traits">): Encoding => {
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
  const told = resource.status ?? (type.traits.includes("user") ? "enabled" : undefined)
  const status = told === undefined ? undefined : statusNumbers[told]

  const bytes = scratch.write((writer) => {
    writeResourceId(writer, 0x0a, resource.id)
    if (resource.parent !== undefined) writeResourceId(writer, 0x12, resource.parent)
    if (displayName !== "") writer.uint32(0x1a).string(displayName)
    for (const child of resource.childResourceTypes ?? []) {
      writeAnnotation(writer, 0x22, childResourceType, (inner) => inner.uint32(0x0a).string(child))
    }
    for (const trait of new Set(type.traits)) {
      const facts = { profile, status, createdAt, account: resource.account }
      writeAnnotation(writer, 0x22, traitTypes[trait], traitWriters[trait](facts))
    }
    if (description !== "") writer.uint32(0x2a).string(description)
    if (profile !== undefined) writer.uint32(0x4a).bytes(profile)
    if (status !== undefined) writer.uint32(0x5a).fork().uint32(0x08).uint32(status).join()
    if (createdAt !== undefined) writeInstant(writer, 0x62, createdAt)
  })
  return encoded(what, bytes, texts.warnings, resourceLimit)
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

  const writer = new BinaryWriter()
  writer.uint32(0x0a).string(type.id)
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
  return encoded(what, writer.finish(), texts.warnings)
}

const writePermissions = (permissions: ReadonlyArray<string>) => (writer: BinaryWriter) => {
  for (const permission of permissions) {
    writer.uint32(0x0a).fork()
    if (permission !== "") writer.uint32(0x0a).string(permission)
    writer.join()
  }
}
