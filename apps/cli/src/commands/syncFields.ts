// The settings of a sync, beside its connector's.
import { pickAppFields } from "@rollcall/config"

/** Where and how a sync is stored. */
export const storeFields = pickAppFields("file", "c1z-temp-dir", "keep-sync-count", "skip-cleanup")

/** What is synced, and how strictly. */
export const requestFields = pickAppFields("sync-resource-types", "skip-entitlements-and-grants", "strict")
