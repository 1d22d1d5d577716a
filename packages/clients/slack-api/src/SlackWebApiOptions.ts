// How a client of Slack is set up.
import type { ApiTransport } from "@rollcall/api-client"
import type { Duration } from "effect"

/** Where commercial Slack answers. */
export const defaultBaseUrl = "https://slack.com/api/"

/** Where GovSlack answers. Source: https://docs.slack.dev/govslack */
export const govBaseUrl = "https://slack-gov.com/api/"

/** How a client calls Slack. Every member may be left out. */
export interface SlackWebApiOptions extends ApiTransport {
  /** The URL that method names are appended to; default {@link defaultBaseUrl}. */
  readonly baseUrl?: string | undefined
  /** Tells workspaces apart where clients of several share one `Resilience`; otherwise not needed. */
  readonly workspace?: string | undefined
  /** The part of Slack's published limits to spend, above 0 and at most 1; default 1. */
  readonly share?: number | undefined
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number | undefined
  /**
   * How long the answer of `auth.test` is used again for the same value of the token, for programs that live long; default
   * not at all. A failure is not kept, and `invalid_auth`, `token_revoked`, `account_inactive` or `missing_scope` in
   * any call ends it.
   */
  readonly rememberIdentity?: Duration.Input | undefined
}
