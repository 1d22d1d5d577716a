// An HTTP reply of Slack, read whole but within bounds.

/** What is kept of a reply. */
export interface SlackReply {
  readonly status: number
  /** The header `Retry-After` as it stands. */
  readonly retryAfter: string | undefined
  /** The header `x-oauth-scopes`: what the token was granted. */
  readonly scopes: string | undefined
  readonly text: string
}

/** The body passed the bound on its length and was not read to its end. */
export class ReplyTooLarge extends Error {}

/** Reads a reply. Rejects with {@link ReplyTooLarge} where its body is longer than `longestBytes`. */
export const readReply = async (response: Response, longestBytes: number): Promise<SlackReply> => ({
  status: response.status,
  retryAfter: response.headers.get("retry-after") ?? undefined,
  scopes: response.headers.get("x-oauth-scopes") ?? undefined,
  text: await boundedText(response, longestBytes),
})

const boundedText = async (response: Response, longestBytes: number): Promise<string> => {
  if (response.body === null) return ""
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the body, which closes the connection.
    if (bytes > longestBytes) throw new ReplyTooLarge(`More than ${longestBytes} bytes.`)
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
