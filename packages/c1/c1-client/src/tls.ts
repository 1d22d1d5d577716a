// How connections to C1 are secured: by the authorities that the process trusts, and by no TLS before 1.2, whatever Node is
// told to allow besides.
import type { SecureContextOptions } from "node:tls"

/** For Node's TLS, with either protocol over it. */
export const tlsOptions: Pick<SecureContextOptions, "minVersion"> = { minVersion: "TLSv1.2" }
