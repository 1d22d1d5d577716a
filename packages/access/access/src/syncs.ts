// The syncs of a file, and whose data each is.
import type { C1zFileOptions, ManifestSync, SyncInfo } from "@rollcall/c1z"
import { describeFile, leadingTablesOf, syncToJson } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import type { Scope, Stream } from "effect"
import { Effect } from "effect"
import type { CheckOptions } from "./stats.ts"
import type { Listing } from "./render/renderListing.ts"

/** What a file says about its syncs. */
export type FileSyncs =
  | {
      readonly format: "v1"
      readonly syncs: Stream.Stream<SyncInfo, StoreError>
      /** Whether all of the file was read; else this is what its beginning states. */
      readonly isChecked: boolean
    }
  /** Only the head of a v3 file is read; where it names no sync, what the file holds is unknown. */
  | { readonly format: "v3"; readonly engine: string; readonly syncs: ReadonlyArray<ManifestSync> }

/** The syncs of the file, in the order in which they were published. Files are read as `readStats` reads them. */
export const readSyncs = Effect.fn("Access.syncs")(function* (
  path: string,
  { check = false, ...options }: C1zFileOptions & CheckOptions = {},
): Effect.fn.Return<FileSyncs, StoreError, Scope.Scope> {
  const description = yield* describeFile(path)
  if (description.format === "v3") return description
  const leading = check ? undefined : yield* leadingTablesOf(path, options)
  if (leading !== undefined) return { format: "v1", syncs: leading.syncs, isChecked: false }
  const { openSyncs } = yield* Effect.promise(() => import("./AccessReader.ts"))
  return { format: "v1", syncs: yield* openSyncs(path, options), isChecked: true }
})

/** Whose data a sync is: `Acme (T0123)`; only the files of Rollcall tell. */
export const workspaceOf = (sync: SyncInfo | ManifestSync): string => {
  const tenant = "source" in sync ? sync.source?.tenant : undefined
  return tenant === undefined ? "unknown" : `${tenant.displayName} (${tenant.id})`
}

/** The same for JSON, in a member of its own, as the rest of it is the Go viewer's. */
export const sourceJson = (sync: SyncInfo | ManifestSync | undefined) => {
  const source = sync !== undefined && "source" in sync ? sync.source : undefined
  if (source === undefined) return { workspace: null, connector: null }
  const { tenant, connector } = source
  return { workspace: { id: tenant.id, name: tenant.displayName }, connector }
}

/** The syncs of a file. */
export const syncListing: Listing<SyncInfo | ManifestSync> = {
  name: "syncs",
  columns: [
    { key: "id", title: "ID", isId: true, value: (sync) => sync.id },
    { key: "started", title: "Started At", value: (sync) => sync.startedAt ?? "unknown" },
    { key: "ended", title: "Ended At", value: (sync) => sync.endedAt ?? "-" },
    { key: "type", title: "Type", value: (sync) => (sync.type === "" ? "unknown" : sync.type) },
    {
      key: "parentId",
      title: "Parent ID",
      isId: true,
      shown: "csv",
      value: (sync) => (sync.parentId === "" ? "-" : sync.parentId),
    },
    { key: "workspace", title: "Workspace", value: workspaceOf },
  ],
  json: (sync) => Effect.succeed({ ...syncToJson(sync), rollcall: sourceJson(sync) }),
}
