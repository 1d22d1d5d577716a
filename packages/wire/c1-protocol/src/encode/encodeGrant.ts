// An entitlement as the bytes of a c1.connector.v2.Entitlement, and a grant as those of a c1.connector.v2.Grant. Readers want
// the entitlement's whole resource in each of its grants, so those bytes are made once per entitlement and copied.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Entitlement, Grant } from "@rollcall/connector"
import type { Encoding } from "./Encoding.ts"
import { encoded, refused, Scratch } from "./Encoding.ts"
import { annotationType, resourceIdProblem, writeAnnotation, writeResourceId } from "./messageParts.ts"
import { descriptionLimit, displayNameLimit, idProblem, TextCutter } from "./textLimit.ts"

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

  const writer = new BinaryWriter()
  writer.uint32(0x0a).bytes(parts.resource)
  writer.uint32(0x12).string(entitlement.id)
  if (displayName !== "") writer.uint32(0x1a).string(displayName)
  if (description !== "") writer.uint32(0x22).string(description)
  for (const type of parts.grantableTo) writer.uint32(0x2a).bytes(type)
  writer.uint32(0x38).uint32(purposeNumbers[entitlement.purpose])
  if (entitlement.slug !== "") writer.uint32(0x42).string(entitlement.slug)
  return encoded(what, writer.finish(), texts.warnings)
}

const grantImmutable = annotationType("GrantImmutable")
const scratch = new Scratch()

/** The beginning that all grants of one entitlement share: the entitlement's id and its resource from `encodeResource`. */
export const encodeGrantHead = (entitlementId: string, resource: Uint8Array): Uint8Array =>
  new BinaryWriter().uint32(0x0a).fork().uint32(0x0a).bytes(resource).uint32(0x12).string(entitlementId).join().finish()

/** Encodes a grant after its entitlement's `encodeGrantHead`. */
export const encodeGrant = (grant: Grant, head: Uint8Array): Encoding => {
  const problem = idProblem("a grant", grant.id) ?? resourceIdProblem("the principal of a grant", grant.principal)
  if (problem !== undefined) return refused(problem)

  const bytes = scratch.write((writer) => {
    writer.raw(head)
    writer.uint32(0x12).fork()
    writeResourceId(writer, 0x0a, grant.principal)
    writer.join()
    writer.uint32(0x1a).string(grant.id)
    if (grant.immutable === true) writeAnnotation(writer, 0x22, grantImmutable)
  })
  return encoded(`the grant ${grant.id}`, bytes)
}
