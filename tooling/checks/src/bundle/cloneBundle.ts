// Makes the bundle of an app that bin/start.sh looks for: `cloneBundle.ts APP KEY`. It is made aside and renamed, by one process at a time.
// A process that is killed leaves only what the next one removes.
import { compiledFolder } from "@rollcall/host/compile-cache"
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const [app = "", key = ""] = process.argv.slice(2)
const root = fileURLToPath(new URL("../../../../", import.meta.url))
const folder = join(root, "dist", "bin")
const name = `${app}-${key}`

/** How long a bundle that is not the newest stays: a process that runs from it may load a part of it late. */
const keptHours = 24

const isOld = (entry: string): boolean =>
  entry.startsWith(`${app}-`) && Date.now() - statSync(join(folder, entry)).mtimeMs > keptHours * 3_600_000

const build = async (): Promise<void> => {
  for (const entry of readdirSync(folder)) {
    // Only who holds the lock builds, so what stands aside was left behind.
    if (entry.startsWith(`.${app}-`) || isOld(entry)) rmSync(join(folder, entry), { recursive: true, force: true })
  }
  process.stderr.write("Building rollcall, once for these sources…\n")
  const aside = join(folder, `.${name}`)
  const script = fileURLToPath(new URL("main.ts", import.meta.url))
  await promisify(execFile)(process.execPath, [script, aside], { cwd: join(root, "apps", app) })
  // For what Node compiles of it, which is for this user alone.
  mkdirSync(join(aside, compiledFolder), { mode: 0o700 })
  renameSync(aside, join(folder, name))
}

const whileLocked = async (work: () => Promise<void>): Promise<void> => {
  // SQLite's lock on a file: the system lets go of it when a process ends, however it ends.
  const lock = new DatabaseSync(join(folder, `${app}.lock`), { timeout: 120_000 })
  try {
    lock.exec("begin exclusive")
    await work()
  } finally {
    lock.close()
  }
}

try {
  mkdirSync(folder, { recursive: true })
  await whileLocked(async () => {
    if (!existsSync(join(folder, name))) await build()
  })
} catch (cause) {
  const why = cause instanceof Error ? cause.message : String(cause)
  process.stderr.write(
    `warning: rollcall could not be built in ${folder}, so it runs from its sources, which start slower: ${why}\n`,
  )
  process.exitCode = 1
}
