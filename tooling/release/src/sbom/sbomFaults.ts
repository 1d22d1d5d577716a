// What validators find in bills of material. They are Python's, with versions and hashes of `.ci/validators.txt`.
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Unmade } from "../Part.ts"
import { repository } from "../Release.ts"

/** The Python that has them, made once per machine. */
const python = (): string => {
  const { stdout, status } = spawnSync("bash", [join(repository, ".ci/readers"), "validators"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  })
  if (status !== 0) throw new Unmade("Bills of material cannot be checked without Python: .ci/readers says what to do.")
  return stdout.trim()
}

/** A line for each fault of these files, whose names say the format: `.cdx.json`, `.spdx.json`. */
export const sbomFaults = (paths: ReadonlyArray<string>): ReadonlyArray<string> => {
  const script = fileURLToPath(new URL("validate.py", import.meta.url))
  const { stdout, stderr, status } = spawnSync(python(), [script, ...paths], { encoding: "utf8" })
  if (status !== 0) throw new Error(`The validators failed: ${stderr}`)
  return stdout.split("\n").filter((line) => line !== "")
}
