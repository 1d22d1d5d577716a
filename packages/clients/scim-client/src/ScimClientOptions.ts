// How a client of SCIM is set up.
import type { HttpFetch } from "@rollcall/api-client"
import type { RetryPolicy } from "@rollcall/resilience"
import type { Duration, Effect } from "effect"
import type { ScimDialect, ScimVersion } from "./dialect/ScimDialect.ts"

export interface ScimClientOptions {
  /** Up to the version, which is appended: `https://api.slack.com/scim/`. */
  readonly baseUrl: string
  readonly version: ScimVersion
  readonly dialect: ScimDialect
  /** The part of the server's limits to spend, above 0 and at most 1; default half, as other apps share them. */
  readonly share?: number | undefined
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number | undefined
  /**
   * How long one attempt may take, body included; default 30 s. `Duration.infinity` turns it off,
   * as a clock needs that leaps over time while nothing happens.
   */
  readonly timeout?: Duration.Input | undefined
  readonly retry?: RetryPolicy | undefined
  /** Runs when the server no longer takes the token. */
  readonly onInvalidAuth?: Effect.Effect<void> | undefined
  /** In place of that of `@rollcall/api-client`, such as a simulator in this process. */
  readonly fetch?: HttpFetch | undefined
  /** A longer body is refused; default 128 MiB. A thousand groups of 500 members are about 40 MB. */
  readonly longestReplyBytes?: number | undefined
}
