// Cookies that only this server reads. Over https their names begin with `__Host-`, so that browsers take them from no other host, nor from
// a part of this one (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix).
import type { RequestHead } from "@rollcall/pages/server"
import { headerOf } from "@rollcall/pages/server"

/** A cookie of a server. */
export interface Cookie {
  /** The header `Set-Cookie` that sets it, for so many seconds, or until the browser ends. */
  readonly set: (value: string, seconds?: number) => string
  /** What a request brings along under its name; `undefined` for nothing, or for two. */
  readonly of: (head: RequestHead) => string | undefined
}

/** A cookie by this name. Browsers hand those of http to every port of the machine, so its name has the port. */
export const cookieOf = (name: string, origin: string, port: number): Cookie => {
  const isSecure = origin.startsWith("https:")
  const whole = isSecure ? `__Host-${name}` : `${name}_${port}`
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`
  return {
    set: (value, seconds) => `${whole}=${value}${attributes}${seconds === undefined ? "" : `; Max-Age=${seconds}`}`,
    of: (head) => {
      const found = headerOf(head, "cookie")
        .flatMap((header) => header.split(";"))
        .flatMap((pair) => {
          const [key, value = ""] = pair.trim().split("=", 2)
          return key === whole ? [value] : []
        })
      return found.length === 1 ? found[0] : undefined
    },
  }
}
