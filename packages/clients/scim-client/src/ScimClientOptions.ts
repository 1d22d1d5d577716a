// How a client of SCIM is set up.
import type { ApiTransport } from "@rollcall/api-client"
import type { Effect } from "effect"
import type { ScimDialect, ScimVersion } from "./dialect/ScimDialect.ts"

export interface ScimClientOptions extends ApiTransport {
  /** Up to the version, which is appended: `https://api.slack.com/scim/`. */
  readonly baseUrl: string
  readonly version: ScimVersion
  readonly dialect: ScimDialect
  /** The part of the server's limits to spend, above 0 and at most 1; default half, as other apps share them. */
  readonly share?: number | undefined
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number | undefined
  /** Runs when the server no longer takes the token. */
  readonly onInvalidAuth?: Effect.Effect<void> | undefined
}
