// A folder for whatever a test or a figure writes.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Scope } from "effect"
import { Effect } from "effect"

/** A new folder `rollcall-NAME-…` among the machine's temporary files, gone with all in it when the scope ends. */
export const scratchFolder = (name: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), `rollcall-${name}-`))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true })),
  )
