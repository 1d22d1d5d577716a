// A look at the work file of an output that changes nothing: for whoever wants to know before a sync.
import { resolve } from "node:path"
import { statSync } from "node:fs"
import type { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import { DatabaseSync } from "node:sqlite"
import { followLink, workPath } from "./outputPath.ts"
import { attempt, reasonOf } from "./storeFailure.ts"
import { hasWorkHeader } from "./workTables.ts"

/** What stands where the work file of an output would. */
export interface WorkFound {
  readonly path: string
  /** `left`: a sync that was stopped or killed; `foreign`: something that keeps a sync from its work. */
  readonly state: "nothing" | "left" | "busy" | "foreign"
}

/** Looks at what stands beside an output. Not for a process that writes this output itself. */
export const inspectWork = (output: string): Effect.Effect<WorkFound, StoreError> =>
  attempt(output, () => {
    const path = workPath(followLink(resolve(output)))
    return { path, state: stateOf(path) }
  })

const stateOf = (path: string): WorkFound["state"] => {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return "nothing"
  if (!stats.isFile()) return "foreign"
  if (isLocked(path)) return "busy"
  return stats.size === 0 || hasWorkHeader(path) ? "left" : "foreign"
}

/**
 * Whether another process holds a work file. In exclusive mode SQLite tries the lock before it would make a log beside
 * the file, and this connection may not write: a file that nobody holds ends in another error, and stays as it is.
 */
const isLocked = (path: string): boolean => {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { readOnly: true })
    db.exec("pragma locking_mode = exclusive")
    db.prepare("select count(*) from sqlite_schema").get()
    return false
  } catch (cause) {
    return reasonOf(cause) === "Busy"
  } finally {
    db?.close()
  }
}
