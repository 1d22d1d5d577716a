// Bytes that are no message of the expected kind.

/** Says that stored bytes cannot be read. It is returned rather than thrown, as files come from untrusted hands. */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage"
}
