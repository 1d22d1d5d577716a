// How a client of Slack is set up.
import type { HttpFetch } from "@rollcall/api-client"
import type { RetryPolicy } from "@rollcall/resilience"
import type { Duration } from "effect"

/** Where commercial Slack answers. */
export const defaultBaseUrl = "https://slack.com/api/"

/** Where GovSlack answers. Source: https://docs.slack.dev/govslack */
export const govBaseUrl = "https://slack-gov.com/api/"

/** How a client calls Slack. Every member may be left out. */
export interface SlackWebApiOptions {
  /** The URL that method names are appended to; default {@link defaultBaseUrl}. */
  readonly baseUrl?: string
  /**
   * How long one attempt may take, body included; default 30 s. `Duration.infinity` turns it off,
   * as a clock needs that leaps over time while nothing happens.
   */
  readonly timeout?: Duration.Input
  /** Tells workspaces apart where clients of several share one `Resilience`; otherwise not needed. */
  readonly workspace?: string
  /** The part of Slack's published limits to spend, above 0 and at most 1; default 1. */
  readonly share?: number
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number
  readonly retry?: RetryPolicy
  /**
   * How long the answer of `auth.test` is used again for the same value of the token, for programs that live long; default
   * not at all. A failure is not kept, and `invalid_auth`, `token_revoked`, `account_inactive` or `missing_scope` in
   * any call ends it.
   */
  readonly rememberIdentity?: Duration.Input | undefined
  /** In place of that of `@rollcall/api-client`, such as a simulator in this process. */
  readonly fetch?: HttpFetch
  /** A longer body is refused; default 128 MiB. A thousand groups of 500 members are about 7 MB. */
  readonly longestReplyBytes?: number
}
