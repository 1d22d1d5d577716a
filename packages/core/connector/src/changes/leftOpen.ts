// A write of which nobody could see what came: the read that would have told failed itself.
import { ConnectorError } from "../ConnectorError.ts"

/** The failure of that read as the failure of the write, which may have taken effect. `what` begins its message. */
export const leftOpen =
  (what: string) =>
  (cause: ConnectorError): ConnectorError =>
    new ConnectorError({
      reason: cause.reason,
      message: `${what}: ${cause.message}`,
      hint: cause.hint,
      uncertain: true,
      cause,
    })
