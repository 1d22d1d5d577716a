// The head of a v3 file. Its payload is another database, which we do not open; the manifest alone says what syncs the
// file holds.
import type { MessageShape } from "@bufbuild/protobuf"
import {
  C1ZManifestV3Schema,
  decodeMessage,
  MalformedMessage,
  SyncRunSummary_SyncType,
  toInstant,
} from "@rollcall/c1-protocol"
import type { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import { magicLength, readBytes, withFile } from "./format.ts"
import { unreadable } from "../reader/readFailure.ts"
import type { SyncInfo } from "../reader/SyncInfo.ts"
import type { SyncStats } from "../reader/SyncStats.ts"

/** One sync of a v3 file. Its `type` is empty where the head does not say it, and its `token` always: no head has it. */
export interface ManifestSync extends Omit<SyncInfo, "startedAt"> {
  readonly startedAt?: string | undefined
  /** Absent where the head does not say it. */
  readonly stats?: SyncStats | undefined
}

/** What a v3 file says of itself. */
export interface Manifest {
  /** The database in the payload, such as `pebble3`. */
  readonly engine: string
  readonly syncs: ReadonlyArray<ManifestSync>
}

// Real ones have a few thousand bytes; three bytes can decode to a hundred times as many.
const manifestLimit = 4 * 1024 * 1024

/** Reads the manifest of a file that begins as a v3 file does. */
export const readManifest = (path: string): Effect.Effect<Manifest, StoreError> =>
  withFile(path, async (file) => {
    const head = await readBytes(file, magicLength, 4)
    const rest = (await file.stat()).size - magicLength - head.length
    const length = head.length === 4 ? new DataView(head.buffer).getUint32(0) : Number.POSITIVE_INFINITY
    if (length > rest) throw unreadable(path, "it ends within its manifest")
    if (length > manifestLimit) throw unreadable(path, "its manifest is over 4 MiB")

    const bytes = await readBytes(file, magicLength + head.length, length)
    const manifest = decodeMessage(C1ZManifestV3Schema, bytes, manifestLimit)
    if (manifest instanceof MalformedMessage) throw unreadable(path, "its manifest is damaged", manifest)
    return { engine: manifest.engine, syncs: manifest.syncRuns.map(manifestSync) }
  })

type SyncRun = MessageShape<typeof C1ZManifestV3Schema>["syncRuns"][number]

const typeNames: ReadonlyMap<number, string> = new Map([
  [SyncRunSummary_SyncType.FULL, "full"],
  [SyncRunSummary_SyncType.PARTIAL, "partial"],
  [SyncRunSummary_SyncType.RESOURCES_ONLY, "resources_only"],
  [SyncRunSummary_SyncType.PARTIAL_UPSERTS, "partial_upserts"],
  [SyncRunSummary_SyncType.PARTIAL_DELETIONS, "partial_deletions"],
])

const manifestSync = (run: SyncRun): ManifestSync => {
  return {
    id: run.syncId,
    type: typeNames.get(run.type) ?? "",
    startedAt: toInstant(run.startedAt),
    endedAt: toInstant(run.endedAt),
    parentId: run.parentSyncId,
    token: "",
    stats: run.stats === undefined ? undefined : manifestStats(run.stats),
  }
}

/** Statistics without any resource type were not counted; the Go SDK does not believe them either. */
const manifestStats = (stats: NonNullable<SyncRun["stats"]>): SyncStats | undefined => {
  if (stats.resourceTypes <= 0n) return undefined
  const entitlements = numbersByType(stats.entitlementsByResourceType)
  const grants = numbersByType(stats.grantsByEntitlementResourceType)
  return {
    resourceTypes: Number(stats.resourceTypes),
    resources: Number(stats.resources),
    entitlements: Number(stats.entitlements),
    grants: Number(stats.grants),
    resourcesByResourceType: numbersByType(stats.resourcesByResourceType) ?? {},
    // Writers of some versions count the records in total alone.
    entitlementsByResourceType: entitlements ?? (stats.entitlements > 0n ? undefined : {}),
    grantsByResourceType: grants ?? (stats.grants > 0n ? undefined : {}),
  }
}

const numbersByType = (counts: Readonly<Record<string, bigint>>): Readonly<Record<string, number>> | undefined => {
  const entries = Object.entries(counts)
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([type, count]) => [type, Number(count)]))
}
