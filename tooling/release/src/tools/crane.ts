// Pushes images to registries and reads what is there: crane of go-containerregistry, one on the PATH, else built once per machine. Go checks
// it against its checksum database.
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "../cacheFolder.ts"
import { Unmade } from "../Part.ts"

const version = "v0.22.1"
const source = `github.com/google/go-containerregistry/cmd/crane@${version}`

/** The path of the program. */
export const crane = (): string => {
  if (spawnSync("crane", ["version"]).status === 0) return "crane"
  const folder = cacheFolder(`crane-${version}`)
  const program = join(folder, "crane")
  if (existsSync(program)) return program
  try {
    const env = { ...process.env, GOBIN: folder }
    execFileSync("go", ["install", "-ldflags=-s -w", source], { env, stdio: ["ignore", "ignore", "inherit"] })
    return program
  } catch (cause) {
    throw new Unmade(
      `There is no crane, and Go could not build ${source}. Install either. ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
}
