// Slack's SCIM, on Business+ and Enterprise: its codes, page size and limits.
// Source: https://docs.slack.dev/reference/scim-api/rate-limits
import type { ScimDialect, ScimLimit } from "./ScimDialect.ts"
import { slackCodes } from "./slackCodes.ts"

const limit = (name: string, callsPerMinute: number, burst: number): ScimLimit => ({
  name,
  budget: { callsPerMinute, burst },
})

const reads = limit("reads", 1000, 1000)
const writes = limit("writes", 600, 180)

/** Where commercial Slack's SCIM is. Source: https://docs.slack.dev/admins/scim-api */
export const slackScimUrl = "https://api.slack.com/scim/"

/** Where GovSlack's SCIM is, by what other clients use; Slack documents none, and v1 is what answers there. */
export const govSlackScimUrl = "https://api.slack-gov.com/scim/"

/** Slack, v1 and v2. Limits are shared by all SCIM apps of an organisation, its identity provider among them. */
export const slackDialect: ScimDialect = {
  name: "Slack",
  mediaType: "application/json",
  largestPage: 1000,
  parallelPages: 4,
  noMatchIsNotFound: true,
  managerAttribute: "managerId",
  lockedCode: "resource_locked",
  codes: slackCodes,
  codesEveryRefusal: true,
  limits: {
    "Users list": [reads],
    "Users get": [limit("GET Users/id", 300, 300), reads],
    "Users create": [limit("POST Users", 180, 20), writes],
    "Users change": [limit("PUT and PATCH Users/id", 180, 20), writes],
    "Users delete": [limit("DELETE Users/id", 180, 20), writes],
    "Groups list": [reads],
    "Groups get": [limit("GET Groups/id", 300, 300), reads],
    "Groups create": [limit("POST Groups", 180, 20), writes],
    "Groups change": [limit("PUT and PATCH Groups/id", 180, 80), writes],
    "Groups delete": [limit("DELETE Groups/id", 180, 20), writes],
    "ServiceProviderConfig get": [reads],
  },
}
