// From what a request fails with to a reason, by the codes that Node and undici give, never by their messages.
import type { Network, NetworkProblem } from "./ExchangeReason.ts"
import { ProxyError } from "./proxySettings.ts"

// Source: https://nodejs.org/api/errors.html, https://undici.nodejs.org/#/docs/api/Errors
const problems: ReadonlyArray<readonly [RegExp, NetworkProblem]> = [
  [/^(?:ENOTFOUND|EAI_\w+)$/u, "dns"],
  [/^ECONNREFUSED$/u, "refused"],
  [
    /^(?:CERT_\w+|\w*_CERT_\w+|\w+_CERT|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|HOSTNAME_MISMATCH)$/u,
    "tls",
  ],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH|UND_ERR_ABORTED)$/u, "reset"],
  [/^(?:ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/u, "unreachable"],
]

const deepest = 8

/** The system's name of what failed, the call in which it did, and whom it was about. */
interface Failing {
  readonly code: string
  readonly syscall: unknown
  readonly hostname: unknown
  readonly address: unknown
  readonly port: unknown
}

/** Codes along the chain of causes, the innermost last; of several attempts at one connection, the first's. */
const codesOf = (error: unknown): ReadonlyArray<Failing> => {
  const codes: Array<Failing> = []
  let current = error
  for (let depth = 0; depth < deepest && typeof current === "object" && current !== null; depth++) {
    const code: unknown = Reflect.get(current, "code")
    if (typeof code === "string") {
      const { syscall, hostname, address, port }: Partial<Failing> = current
      codes.push({ code, syscall, hostname, address, port })
    }
    const attempts: unknown = Reflect.get(current, "errors")
    current = Array.isArray(attempts) && attempts.length > 0 ? attempts[0] : Reflect.get(current, "cause")
  }
  return codes
}

/** A proxy has a name and a port of its own: whoever could not be reached is named, not always the host. */
const unreached = ({ hostname, address, port }: Failing, host: string): string => {
  if (typeof hostname === "string") return hostname
  const [, own = "443"] = /:(\d+)$/u.exec(host) ?? []
  return typeof address === "string" && typeof port === "number" && String(port) !== own ? `${address}:${port}` : host
}

/** What the status means that a proxy answered in place of a tunnel; without one it broke off, or took too long. */
const ofProxy = (status: number | undefined): NetworkProblem => {
  if (status === 407) return "proxyPassword"
  if (status === 403) return "proxyDenies"
  return status === undefined || status >= 500 ? "proxyFailed" : "proxy"
}

/** Why no whole reply came from `host`. */
export const networkReason = (error: unknown, host: string): Network => {
  if (error instanceof ProxyError) {
    const { code, statusCode } = error
    if (code === "PROXY_TUNNEL") {
      const answered = statusCode === undefined ? {} : { code: `HTTP ${statusCode}` }
      return { _tag: "Network", problem: ofProxy(statusCode), host, ...answered }
    }
    return { _tag: "Network", problem: code === "PROXY_SCHEME" ? "proxyScheme" : "proxy", host }
  }
  const codes = codesOf(error)
  for (const failing of codes.toReversed()) {
    const { code, syscall } = failing
    const known = problems.find(([pattern]) => pattern.test(code))?.[1]
    if (known === undefined) continue
    // A way can also be lost under a connection that stands, and then the request may have got through.
    const cut = known === "unreachable" && (syscall === "read" || syscall === "write")
    return { _tag: "Network", problem: cut ? "reset" : known, host: cut ? host : unreached(failing, host), code }
  }
  const code = codes.at(-1)?.code
  return { _tag: "Network", problem: "other", host, ...(code === undefined ? {} : { code }) }
}
