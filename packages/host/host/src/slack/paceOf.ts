// How fast and how patiently Slack's clients call.
import type { OpenOptions } from "../ConnectorEntry.ts"

/** The options of the clients; where the settings turn the limits off, they have none. */
export const paceOf = (settings: { readonly "rate-limits": string }, options: OpenOptions): OpenOptions =>
  settings["rate-limits"] === "off" ? { ...options, speed: Number.POSITIVE_INFINITY } : options
