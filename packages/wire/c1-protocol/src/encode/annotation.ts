// Annotations: messages wrapped in google.protobuf.Any.
import type { BinaryWriter } from "@bufbuild/protobuf/wire"

const utf8 = new TextEncoder()

/** The type member of an Any, ready to be copied: the same few are written for every record. */
export interface AnnotationType {
  readonly typeUrlField: Uint8Array
}

/** The annotation type of a message of C1's connector package. */
export const annotationType = (name: string): AnnotationType => {
  const url = utf8.encode(`type.googleapis.com/c1.connector.v2.${name}`)
  return { typeUrlField: Uint8Array.of(0x0a, url.length, ...url) }
}

/** Writes one Any under a tag. Without `fill` the message is empty, and the value is left out as Go leaves it out. */
export const writeAnnotation = (
  writer: BinaryWriter,
  tag: number,
  type: AnnotationType,
  fill?: (writer: BinaryWriter) => void,
): void => {
  writer.uint32(tag).fork().raw(type.typeUrlField)
  if (fill !== undefined) {
    writer.uint32(0x12).fork()
    fill(writer)
    writer.join()
  }
  writer.join()
}
