// /scim/*: what Slack answers there on Pro, and an honest word on Business+, whose SCIM is not simulated.
import { jsonReply, type SimulatorReply, type SimulatorRequest } from "../http/exchange.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { Tokens } from "../webApi/tokens.ts"

/** The shape of v1, which authentication failures have on v2 as well. */
const v1Error = (description: string, code: number): SimulatorReply =>
  jsonReply(JSON.stringify({ Errors: { description, code } }), {}, code)

const v2Error = (detail: string, status: number): SimulatorReply =>
  jsonReply(JSON.stringify({ schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"], detail, status }), {}, status)

/** Pro has no SCIM. https://docs.slack.dev/reference/scim-api */
export const refuseScim = (
  request: SimulatorRequest,
  path: string,
  { plan }: SimulatorSettings,
  tokens: Tokens,
): SimulatorReply => {
  if (plan === "business-plus") {
    const detail =
      "This simulated Slack does not speak SCIM yet, although its plan has it: only the Web API under /api/ is there."
    return v2Error(detail, 501)
  }
  const authorization = request.headers["authorization"]
  if (authorization === undefined) return v1Error("missing_authentication", 401)
  const token = tokens.check(authorization.replace(/^Bearer +/i, "").trim())
  if (typeof token === "string") return v1Error("invalid_authentication", 401)
  return path.startsWith("/scim/v1/") ? v1Error("plus_teams_only", 403) : v2Error("plus_teams_only", 403)
}
