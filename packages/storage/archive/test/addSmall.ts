// A copy with a summary that says little.
import type { ArchiveSummary } from "../src/index.ts"
import { addToArchive } from "../src/index.ts"
import { Effect } from "effect"

/** Adds a copy of the file. */
export const addSmall = (
  archive: string,
  file: string,
  {
    id,
    endedAt = "2026-10-01T03:00:00.000Z",
    type = "full",
    workspace = "T1",
  }: { readonly id: string; readonly endedAt?: string; readonly type?: string; readonly workspace?: string },
) =>
  addToArchive(archive, file, workspace, ({ sha256, size }) =>
    Effect.succeed<ArchiveSummary>({
      sync: { id, type, startedAt: endedAt, endedAt },
      workspace: { id: workspace, name: `Workspace ${workspace}`, connector: "club" },
      sha256,
      size,
      counts: { resources: { user: 1 }, entitlements: {}, grants: {} },
      gaps: [],
      changes: null,
    }),
  )
