// SCIM's errors in the words of the connector contract.
import { ConnectorError } from "@rollcall/connector"
import type { ScimError, ScimErrorCategory, ScimReasonTag } from "@rollcall/scim-client"

const reasons: Record<ScimErrorCategory, ConnectorError["reason"]> = {
  credential: "CredentialRejected",
  refused: "Refused",
  notFound: "NotFound",
  unavailable: "Unavailable",
  unexpected: "UnexpectedReply",
  defect: "Defective",
}

/** What a server may answer of one object alone. */
const mayBeLocal: ReadonlyArray<ScimReasonTag> = ["ServerError", "UnexpectedReply"]

/** The same failure for the engine, which only needs to know what to make of it. */
export const scimToConnectorError = (error: ScimError): ConnectorError =>
  new ConnectorError({
    reason: error.reason._tag === "ResourceLocked" ? "Locked" : reasons[error.category],
    message: error.message,
    hint: error.code === "non_org_teams_only" ? enterpriseHint : error.hint,
    ...(error.reason._tag === "PlanTooLow" ? { refusedBy: "plan" as const } : {}),
    ...(error.reason._tag === "RateLimited" ? { retryAfterMillis: error.reason.retryAfterMillis } : {}),
    ...(error.isUncertain ? { uncertain: true } : {}),
    ...(mayBeLocal.includes(error.reason._tag) ? { mayBeLocal: true } : {}),
    cause: error,
  })

/** Slack opens the SCIM of an Enterprise organisation to apps that are installed on all of it. */
const enterpriseHint =
  "The workspace belongs to a Slack Enterprise organisation, whose SCIM is closed to the app of one workspace. Sync the workspace without the Business+ token, as on Pro."
