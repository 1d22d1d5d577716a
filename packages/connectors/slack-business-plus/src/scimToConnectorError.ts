// SCIM's errors in the words of the connector contract.
import type { ConnectorReason } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { ScimError, ScimErrorCategory } from "@rollcall/scim-client"
import { Duration } from "effect"

const reasons: Record<ScimErrorCategory, ConnectorReason> = {
  credential: { _tag: "CredentialRejected" },
  refused: { _tag: "Refused", by: "settings" },
  notFound: { _tag: "NotFound" },
  unavailable: { _tag: "Unavailable", scope: "system" },
  unexpected: { _tag: "UnexpectedReply" },
  defect: { _tag: "Defective" },
}

/** The same failure for the engine, which only needs to know what to make of it. */
export const scimToConnectorError = (error: ScimError): ConnectorError =>
  new ConnectorError({
    reason: reasonOf(error),
    message: error.message,
    hint: error.code === "non_org_teams_only" ? enterpriseHint : error.hint,
    uncertain: error.isUncertain || undefined,
    cause: error,
  })

/** The category says what to make of it, and some of SCIM's reasons say more. */
const reasonOf = ({ category, reason }: ScimError): ConnectorReason => {
  switch (reason._tag) {
    case "ResourceLocked":
      return { _tag: "Locked" }
    case "PlanTooLow":
      return { _tag: "Refused", by: "plan" }
    case "RateLimited":
      return { _tag: "Unavailable", scope: "system", retryAfter: Duration.millis(reason.retryAfterMillis) }
    // What a server may answer of one object alone.
    case "ServerError":
    case "UnexpectedReply":
      return { _tag: "Unavailable", scope: "object" }
    default:
      return reasons[category]
  }
}

/** Slack opens the SCIM of an Enterprise organisation to apps that are installed on all of it. */
const enterpriseHint =
  "The workspace belongs to a Slack Enterprise organisation, whose SCIM is closed to the app of one workspace. Sync the workspace without the Business+ token, as on Pro."
