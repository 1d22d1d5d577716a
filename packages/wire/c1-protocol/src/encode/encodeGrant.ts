// A grant as the bytes of a c1.connector.v2.Grant. Readers want the entitlement's whole resource in each of its grants,
// so those bytes are made once per entitlement and copied.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { Grant } from "@rollcall/connector"
import { annotationType, resourceIdProblem, writeAnnotation, writeResourceId } from "./messageParts.ts"
import type { Encoding } from "./Encoding.ts"
import { encoded, refused, Scratch } from "./Encoding.ts"
import { idProblem } from "./textLimit.ts"

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
