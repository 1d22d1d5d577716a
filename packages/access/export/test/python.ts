// The Python with the readers that are not ours, which `.ci/readers` makes and `.ci/run` names.
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const named = process.env["BATON_TEST_PYTHON"]

/** Whether there is one. Where the variable is set there has to be one: then what needs it fails without. */
export const hasPython = named !== undefined

/** Runs a script of this folder, and gives what it prints. */
export const runPython = (script: string, args: ReadonlyArray<string>): string => {
  if (named === undefined || !existsSync(named)) {
    throw new Error(`BATON_TEST_PYTHON names ${named ?? "nothing"}, which is not there: .ci/readers makes it.`)
  }
  const path = fileURLToPath(new URL(script, import.meta.url))
  return execFileSync(named, [path, ...args], { encoding: "utf8", maxBuffer: 256 * 1024 ** 2 })
}
