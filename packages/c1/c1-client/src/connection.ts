// How connections to C1 are secured, what a failed one means, and what to do about it: a worker tries again by itself, and
// takes no proxy there.
import type { NetworkProblem } from "@rollcall/api-client"
import { exchangeFacts, networkReason } from "@rollcall/api-client"
import type { SecureContextOptions } from "node:tls"
import { C1Error } from "./C1Error.ts"

const hints: Partial<Record<NetworkProblem, string>> = {
  dns: "Check DNS, and the host: it is the part between @ and / in the client id, unless BATON_C1_API_HOST names another.",
  refused: "Check the host and its port, and that a firewall lets them through; this connection uses no proxy.",
  tls: "If a proxy in between inspects TLS, name its certificate in BATON_EXTRA_CA_FILE; otherwise check the host.",
  unreachable: "Check the network, VPN and firewall; this connection uses no proxy.",
}

/** The failure of a connection to a host: it passes by itself, unless the certificate is what fails. */
export const networkFailure = (host: string, cause: unknown): C1Error => {
  const reason = networkReason(cause, host)
  return new C1Error({
    reason: reason.problem === "tls" ? "Untrusted" : "Unavailable",
    message: `A call of ConductorOne ${exchangeFacts.Network.says(reason)}.`,
    hint: hints[reason.problem] ?? "It is retried automatically; if it keeps failing, check the network.",
    cause,
  })
}

/**
 * For Node's TLS, with either protocol over it: the authorities that the process trusts, and no TLS before 1.2, whatever Node is
 * told to allow besides.
 */
export const tlsOptions: Pick<SecureContextOptions, "minVersion"> = { minVersion: "TLSv1.2" }
