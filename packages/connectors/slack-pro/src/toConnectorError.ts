// Slack's errors in the words of the connector contract.
import type { ConnectorReason } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { SlackError, SlackErrorCategory } from "@rollcall/slack-api"
import { Duration } from "effect"

const reasons: Record<SlackErrorCategory, ConnectorReason> = {
  credential: { _tag: "CredentialRejected" },
  refused: { _tag: "Refused", by: "settings" },
  cursor: { _tag: "CursorExpired" },
  notFound: { _tag: "NotFound" },
  unavailable: { _tag: "Unavailable", scope: "system" },
  unexpected: { _tag: "UnexpectedReply" },
  defect: { _tag: "Defective" },
}

/** The same failure for the engine, which only needs to know what to make of it. */
export const toConnectorError = (error: SlackError): ConnectorError =>
  new ConnectorError({
    reason: reasonOf(error),
    message: error.message,
    hint: error.hint,
    cause: error,
  })

/** The category says what to make of it, and some of Slack's reasons say more. */
const reasonOf = ({ category, reason }: SlackError): ConnectorReason => {
  switch (reason._tag) {
    case "MissingScope":
      return { _tag: "Refused", by: "scope", missingScopes: reason.needed }
    case "PlanTooLow":
      return { _tag: "Refused", by: "plan" }
    case "RateLimited":
      return { _tag: "Unavailable", scope: "system", retryAfter: Duration.millis(reason.retryAfterMillis) }
    default:
      return reasons[category]
  }
}
