// A resource that a work file holds encoded.
import { decodeRecord, MalformedMessage, toResource } from "@rollcall/c1-protocol"
import type { Resource } from "@rollcall/connector"

/** The resource; throws where the bytes are none. */
export const decodeResource = (bytes: Uint8Array): Resource => {
  const message = decodeRecord("resource", bytes)
  if (message instanceof MalformedMessage) throw new SyntaxError("The work file holds a resource that cannot be read.")
  return toResource(message)
}
