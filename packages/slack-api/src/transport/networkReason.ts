// From what `fetch` rejects with to a reason, by the codes that Node and undici give, never by their messages.
import type { NetworkProblem, SlackReason } from "../error/SlackReason.ts"
import { ReplyTooLarge } from "./SlackReply.ts"

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

/** Codes along the chain of causes, the innermost last; of several attempts at one connection, the first's. */
const codesOf = (error: unknown): ReadonlyArray<string> => {
  const codes: Array<string> = []
  let current = error
  for (let depth = 0; depth < deepest && typeof current === "object" && current !== null; depth++) {
    const code: unknown = Reflect.get(current, "code")
    if (typeof code === "string") codes.push(code)
    const attempts: unknown = Reflect.get(current, "errors")
    current = Array.isArray(attempts) && attempts.length > 0 ? attempts[0] : Reflect.get(current, "cause")
  }
  return codes
}

/** Why no whole reply came from `host`. */
export const networkReason = (error: unknown, host: string): SlackReason => {
  if (error instanceof ReplyTooLarge) return { _tag: "UnexpectedReply", problem: "tooLarge", detail: error.message }
  const codes = codesOf(error)
  for (const code of codes.toReversed()) {
    const known = problems.find(([pattern]) => pattern.test(code))
    if (known !== undefined) return { _tag: "Network", problem: known[1], host, code }
  }
  const code = codes.at(-1)
  return { _tag: "Network", problem: "other", host, ...(code === undefined ? {} : { code }) }
}
