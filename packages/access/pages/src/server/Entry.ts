// Who is let in: the browser that brings the secret of the link, once and within a minute, and from then on its cookie.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { Clock, Effect } from "effect"

/** How the secret gets to the browser: in a `link` that somebody opens, or from a `file` that leads there. */
export type Way = "link" | "file"

/** How long a secret is taken, in milliseconds. */
export const secretMillis = 60_000

/** The one who may enter. */
export class Entry {
  readonly #cookieName: string
  #open: { readonly way: Way; readonly hash: Uint8Array; readonly until: number } | undefined
  #cookie: Uint8Array | undefined

  /** @param cookieName Has the port in it: a browser hands cookies of 127.0.0.1 to every port of it. */
  constructor(cookieName: string) {
    this.#cookieName = cookieName
  }

  /** A new secret. The one before is no longer taken. */
  issue(way: Way): Effect.Effect<string> {
    return Effect.map(Clock.currentTimeMillis, (now) => {
      const secret = randomSecret()
      this.#open = { way, hash: hashOf(secret), until: now + secretMillis }
      return secret
    })
  }

  /**
   * Takes a secret that comes this way, for a cookie as the header `Set-Cookie` has it; `undefined` where it is another one, came too
   * late, or was taken already.
   */
  take(secret: string, way: Way): Effect.Effect<string | undefined> {
    return Effect.map(Clock.currentTimeMillis, (now) => {
      const open = this.#open
      if (open === undefined || open.way !== way || now >= open.until) return undefined
      if (!timingSafeEqual(hashOf(secret), open.hash)) return undefined
      this.#open = undefined
      const cookie = randomSecret()
      this.#cookie = hashOf(cookie)
      return `${this.#cookieName}=${cookie}; Path=/; HttpOnly; SameSite=Strict`
    })
  }

  /** Whether a request with these `Cookie` headers comes from whoever was let in. */
  knows(cookies: ReadonlyArray<string>): boolean {
    const known = this.#cookie
    if (known === undefined) return false
    return cookies
      .flatMap((header) => header.split(";"))
      .some((pair) => {
        const [name, value = ""] = pair.trim().split("=", 2)
        return name === this.#cookieName && timingSafeEqual(hashOf(value), known)
      })
  }
}

/** 256 bits, in characters that need no escapes in an address or a cookie. */
const randomSecret = (): string => randomBytes(32).toString("base64url")

const hashOf = (text: string): Uint8Array => createHash("sha256").update(text).digest()
