// A resource's id as the bytes of a c1.connector.v2.ResourceId.
import type { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { ResourceId } from "@rollcall/connector"
import { idProblem } from "./textLimit.ts"

/** Writes the id under a tag. */
export const writeResourceId = (writer: BinaryWriter, tag: number, id: ResourceId): void => {
  writer.uint32(tag).fork()
  writer.uint32(0x0a).string(id.resourceType)
  writer.uint32(0x12).string(id.resource)
  writer.join()
}

/** Why the id cannot be stored, or `undefined` when it can. */
export const resourceIdProblem = (what: string, id: ResourceId): string | undefined =>
  idProblem(`the type of ${what}`, id.resourceType) ?? idProblem(what, id.resource)
