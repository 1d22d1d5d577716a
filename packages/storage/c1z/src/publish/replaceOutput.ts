// Putting a finished file in the output's place: at once or not at all, also when the power fails.
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import type { OutputPaths } from "../WorkStore/outputPath.ts"

/** Removes what a run left that died while it published. Only the holder of the output's lock may do this. */
export const removeLeftovers = ({ staged, build }: Pick<OutputPaths, "staged" | "build">): void => {
  rmSync(staged, { force: true })
  rmSync(build, { recursive: true, force: true })
}

/**
 * Puts the staged file in the output's place. Once it is there, nothing is a failure any more: the folder is only asked to
 * remember the change, and where it cannot be, as when this user may not read it, a power failure could bring the old
 * output back, whole.
 */
export const replaceOutput = ({ staged, output }: Pick<OutputPaths, "staged" | "output">): void => {
  renameSync(staged, output)
  try {
    const folder = openSync(dirname(output), "r")
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  } catch {
    // See above.
  }
}
