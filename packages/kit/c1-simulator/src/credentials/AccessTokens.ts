// The access tokens that were given out, and until when each is good.
import { createHash } from "node:crypto"

export interface AccessTokens {
  /** A new token, good for so long from `now` (milliseconds). */
  readonly issue: (now: number) => string
  /** Whether the value of an `authorization` header is a token that is good at `now`. */
  readonly accepts: (authorization: string | null, now: number) => boolean
  /** Forgets every token, so that calls with one are refused until the client asks for another. */
  readonly revoke: () => void
}

export const makeAccessTokens = (seed: number, lifetimeSeconds: number): AccessTokens => {
  const ends = new Map<string, number>()
  let issued = 0
  return {
    issue: (now) => {
      issued += 1
      const token = createHash("sha256").update(`c1-simulator access token ${seed} ${issued}`).digest("base64url")
      ends.set(token, now + lifetimeSeconds * 1000)
      return token
    },
    accepts: (authorization, now) => {
      // The scheme's case does not matter. https://www.rfc-editor.org/rfc/rfc9110#section-11.1
      const token = /^bearer (?<token>.+)$/i.exec(authorization ?? "")?.groups?.["token"]
      return token !== undefined && now < (ends.get(token) ?? 0)
    },
    revoke: () => {
      ends.clear()
    },
  }
}
