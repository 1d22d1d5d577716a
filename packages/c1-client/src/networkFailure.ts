// What a failed connection to C1 means.
import { exchangeFacts, networkReason } from "@rollcall/http-exchange"
import { C1Error } from "./C1Error.ts"

/** The failure of a connection to a host: it passes by itself, unless the certificate is what fails. */
export const networkFailure = (host: string, cause: unknown): C1Error => {
  const reason = networkReason(cause, host)
  return new C1Error({
    reason: reason.problem === "tls" ? "Untrusted" : "Unavailable",
    message: `A call of C1 ${exchangeFacts.Network.says(reason)}.`,
    hint: exchangeFacts.Network.hint(reason),
    cause,
  })
}
