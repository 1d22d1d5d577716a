// What V8 has compiled is kept from one run to the next, beside a bundle that a clone has built for itself. That is code which is run
// without a look at its source, so it is taken from a folder of the user alone.
import { existsSync, lstatSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder beside a bundle; whoever wants the cache makes it. */
export const compiledFolder = "compiled"

/**
 * Keeps what is compiled from now on in that folder beside `main` (its URL), and uses what is kept there: a command takes a fifth less
 * processor time. Nothing happens where there is no such folder, or where anybody else can write into it or into what is in it.
 */
export const useCompileCache = (main: string): void => {
  const folder = fileURLToPath(new URL(`${compiledFolder}/`, main))
  try {
    if (!existsSync(folder) || !isOfUserAlone(folder, 0o077)) return
  } catch {
    // Another run is replacing a file of it.
    return
  }
  process.getBuiltinModule("node:module").enableCompileCache(folder)
}

/** Whether a file or a folder with all that is in it is the user's, and nobody else may do what `closed` says. */
const isOfUserAlone = (path: string, closed: number): boolean => {
  const it = lstatSync(path)
  if (it.uid !== process.geteuid?.() || (it.mode & closed) !== 0) return false
  return it.isDirectory()
    ? readdirSync(path).every((name) => isOfUserAlone(join(path, name), othersWrite))
    : it.isFile()
}

const othersWrite = 0o022
