// The settings of a sync to a file, beside its connector's.
import type { Settings } from "@rollcall/config"
import { pickAppFields } from "@rollcall/config"
import type { SyncRequest } from "@rollcall/connector"
import type { OpenOptions } from "./ConnectorEntry.ts"

/** Where and how a sync is stored. */
export const storeFields = pickAppFields("file", "c1z-temp-dir", "keep-sync-count", "skip-cleanup")

/** What is synced, and how strictly. */
export const requestFields = pickAppFields(
  "sync-resource-types",
  "skip-entitlements-and-grants",
  "skip-grants",
  "strict",
)

/** The request that the settings describe. */
export const requestOf = (settings: Settings<typeof requestFields>): SyncRequest => {
  const types = settings["sync-resource-types"]
  return {
    ...(types === undefined ? {} : { resourceTypes: types }),
    skipEntitlementsAndGrants: settings["skip-entitlements-and-grants"],
    skipGrants: settings["skip-grants"],
  }
}

/** How requests to the system are sent. */
export const requestTimeFields = pickAppFields("http-timeout-seconds")

/** How a connector is opened with these settings. */
export const openOptionsOf = (settings: Settings<typeof requestTimeFields>): OpenOptions => {
  const seconds = settings["http-timeout-seconds"]
  return seconds === undefined ? {} : { timeout: `${seconds} seconds` }
}
