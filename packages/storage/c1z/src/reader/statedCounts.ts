// How many records a sync has, as the writer of the file states it beside the sync. Who needs to be sure counts the records.
import type { RecordCounts } from "@rollcall/connector"
import { Option, Schema } from "effect"

const Counts = Schema.Record(Schema.String, Schema.Int)

const decodeStats = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      resources_by_resource_type: Counts,
      entitlements_by_resource_type: Schema.optionalKey(Counts),
      grants_by_resource_type: Schema.optionalKey(Counts),
    }),
  ),
)

/** The counts in the `stats` of `v1_sync_runs`; `undefined` where it states none. */
export const statedCounts = (stats: string | undefined): RecordCounts | undefined => {
  const stated = Option.getOrUndefined(decodeStats(stats ?? ""))
  if (stated === undefined) return undefined
  return {
    resources: stated.resources_by_resource_type,
    entitlements: stated.entitlements_by_resource_type ?? {},
    grants: stated.grants_by_resource_type ?? {},
  }
}
