// The settings of a sync, beside its connector's.
import { pickAppFields } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"

/** Where and how a sync is stored. */
export const storeFields = pickAppFields("file", "c1z-temp-dir", "keep-sync-count", "skip-cleanup")

/** For a simulated system, whose limits may run faster or not at all. */
export const speedField = {
  name: "rate-limit-speed",
  type: "number",
  default: 1,
  minimum: 1,
  maximum: 1_000_000,
  description: "How much faster than published limits to call; for a simulated Slack, never for the real one.",
} as const satisfies ConfigField

/** What is synced, and how strictly. */
export const requestFields = pickAppFields("sync-resource-types", "skip-entitlements-and-grants", "strict")
