// Where full syncs work, as a service, so that the tasks know neither files nor a store: `openWorkFolder` of
// `@rollcall/c1z` makes one.
import type { ComparedSync, StoreError, SyncRequest, SyncSource, SyncStore, SyncSummary } from "@rollcall/connector"
import type { Effect, Layer } from "effect"
import { Context } from "effect"

/** What one sync writes to. */
export interface SyncOutput {
  /** The store of this sync alone; what an interrupted sync of the same kind left there is resumed. */
  readonly store: Layer.Layer<SyncStore, StoreError>
  /** The path of the file that the store publishes, for the upload. */
  readonly path: string
}

/** Whose data a sync has, and what it was asked for: two uploads are compared only where all three agree. */
export interface UploadKey {
  readonly connector: string
  readonly tenant: Pick<SyncSource["tenant"], "id">
  readonly request: SyncRequest
}

/** A sync that ConductorOne has received. */
export interface UploadedSync {
  readonly taskId: string
  readonly summary: SyncSummary
  /** The file that was uploaded, which is there until `afterUpload` ends. It has a narrowed sync as a full one; `summary.kind` says so. */
  readonly file: string
}

/** The folder in which the syncs of one worker work. */
export class WorkFolder extends Context.Service<
  WorkFolder,
  {
    readonly path: string
    /**
     * Runs a sync with an output of its own. `identity` is what is synced. The published file is removed in the end; what an
     * unfinished sync has read is kept for the next one of its identity.
     */
    readonly use: <A, E, R>(
      identity: string,
      sync: (output: SyncOutput) => Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, E | StoreError, R>
    /** How much the last upload of this key had; `undefined` where none is known. */
    readonly lastUpload: (key: UploadKey) => Effect.Effect<ComparedSync | undefined>
    /** Keeps how much was uploaded. Where that fails it is logged: the upload stands. */
    readonly keepUpload: (key: UploadKey, summary: Pick<SyncSummary, "published" | "coverage">) => Effect.Effect<void>
    /** When the newest sync of this connector and tenant that was uploaded had ended, in milliseconds since the epoch. */
    readonly lastUploadedAt: (key: Omit<UploadKey, "request">) => Effect.Effect<number | undefined>
  }
>()("@rollcall/c1-tasks/WorkFolder") {}
