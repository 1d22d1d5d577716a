// Slack's errors in the words of the connector contract.
import { ConnectorError } from "@rollcall/connector"
import type { SlackError, SlackErrorCategory } from "@rollcall/slack-api"

const reasons: Record<SlackErrorCategory, ConnectorError["reason"]> = {
  credential: "CredentialRejected",
  refused: "Refused",
  cursor: "CursorExpired",
  unavailable: "Unavailable",
  unexpected: "UnexpectedReply",
}

/** The same failure for the engine, which only needs to know what to make of it. */
export const toConnectorError = (error: SlackError): ConnectorError =>
  new ConnectorError({
    reason: reasons[error.category],
    message: error.message,
    hint: error.hint,
    ...(error.reason._tag === "MissingScope" ? { missingScopes: error.reason.needed } : {}),
    cause: error,
  })
