// A resource type as the bytes of a c1.connector.v2.ResourceType.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { ResourceType, Trait } from "@rollcall/connector"
import { annotationType, writeAnnotation } from "./messageParts.ts"
import type { Encoding } from "./Encoding.ts"
import { encoded, refused } from "./Encoding.ts"
import { displayNameLimit, idProblem, TextCutter, typeDescriptionLimit } from "./textLimit.ts"

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
