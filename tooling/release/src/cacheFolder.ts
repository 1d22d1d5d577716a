// What is fetched once per machine, as the scripts of `.ci` keep it too.
import { mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"

/** A folder of this name in the user's cache; it is there when this returns. */
export const cacheFolder = (name: string): string => {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "rollcall", name)
  mkdirSync(folder, { recursive: true })
  return folder
}
