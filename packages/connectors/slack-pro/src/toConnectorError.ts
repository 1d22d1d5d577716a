// Slack's errors in the words of the connector contract.
import { ConnectorError } from "@rollcall/connector"
import type { SlackError, SlackErrorCategory, SlackReason } from "@rollcall/slack-api"

const reasons: Record<SlackErrorCategory, ConnectorError["reason"]> = {
  credential: "CredentialRejected",
  refused: "Refused",
  cursor: "CursorExpired",
  notFound: "NotFound",
  unavailable: "Unavailable",
  unexpected: "UnexpectedReply",
  defect: "Defective",
}

/** The same failure for the engine, which only needs to know what to make of it. */
export const toConnectorError = (error: SlackError): ConnectorError =>
  new ConnectorError({
    reason: reasons[error.category],
    message: error.message,
    hint: error.hint,
    ...refusal(error.reason),
    ...(error.reason._tag === "RateLimited" ? { retryAfterMillis: error.reason.retryAfterMillis } : {}),
    cause: error,
  })

/** What a refusal lies in, where Slack says more than that it refuses. */
const refusal = (reason: SlackReason) => {
  if (reason._tag === "MissingScope") return { refusedBy: "scope" as const, missingScopes: reason.needed }
  return reason._tag === "PlanTooLow" ? { refusedBy: "plan" as const } : {}
}
