// An entitlement as the bytes of a c1.connector.v2.Entitlement.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Entitlement } from "@rollcall/connector"
import type { Encoding } from "./Encoding.ts"
import { encoded, refused } from "./Encoding.ts"
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
