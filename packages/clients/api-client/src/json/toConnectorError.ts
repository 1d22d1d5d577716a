// A failure of a JSON client in the words of the connector contract, in one place for all connectors that are built on it.
import { ConnectorError, type ConnectorReason } from "@rollcall/connector"
import { Duration } from "effect"
import type { ApiError } from "./ApiError.ts"

/** The same failure for the engine: `Effect.mapError(client.get(…), toConnectorError)`. */
export const toConnectorError = (error: ApiError): ConnectorError =>
  new ConnectorError({
    reason: reasonOf(error),
    message: error.message,
    hint: error.hint,
    uncertain: error.isUncertain || undefined,
    cause: error,
  })

const reasonOf = ({ reason }: ApiError): ConnectorReason => {
  switch (reason._tag) {
    case "MalformedToken":
    case "UnreadableToken":
      return { _tag: "CredentialRejected" }
    case "MalformedPath":
      return { _tag: "NotFound" }
    case "Refused":
      return reason.by === "scope"
        ? { _tag: "Refused", by: reason.by, missingScopes: reason.missingScopes }
        : { _tag: "Refused", by: reason.by }
    case "RateLimited":
      return { _tag: "Unavailable", scope: "system", retryAfter: Duration.millis(reason.retryAfterMillis) }
    // What a server may answer of one object alone.
    case "Unavailable":
      return {
        _tag: "Unavailable",
        scope: "object",
        retryAfter: reason.retryAfterMillis === undefined ? undefined : Duration.millis(reason.retryAfterMillis),
      }
    case "UnexpectedReply":
      return { _tag: "Unavailable", scope: "object" }
    case "Fenced":
    case "Network":
    case "TimedOut":
      return { _tag: "Unavailable", scope: "system" }
    default:
      return { _tag: reason._tag }
  }
}
