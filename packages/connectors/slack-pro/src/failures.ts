// What becomes of what failed: Slack's errors in the words of the connector contract, and records that nobody can read. These
// are left out, counted, and named as a gap, because the file then shows fewer than there are.
import type { ConnectorReason, Page, ResourceType } from "@rollcall/connector"
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

/**
 * The part of a page that tells of records of a type that were left out, and of what they would have told of other types,
 * such as membership of the workspace.
 */
export const unreadable = (
  type: ResourceType,
  count: number,
  alsoIn: ReadonlyArray<string> = [],
): Pick<Page, "gaps" | "warnings"> => {
  if (count === 0) return {}
  const missing = `${type.displayName} records or members that cannot be read`
  const explanation = "Slack sent something that cannot be read, such as a record without an id; it was left out."
  return {
    gaps: [type.id, ...alsoIn].map((resourceType) => ({ resourceType, missing, reason: "unreadable", explanation })),
    warnings: [{ code: `unreadable-${type.id}`, message: `${missing} were left out`, count }],
  }
}
