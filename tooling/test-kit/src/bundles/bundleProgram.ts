// A program of our sources, such as the worker with other times, as a bundle: it starts in a tenth of the processor time.
import { basename, join } from "node:path"
import { build } from "rolldown"

/** Bundles the program, a TypeScript file, into the folder; gives the file to run. */
export const bundleProgram = async (program: string, folder: string): Promise<string> => {
  const name = basename(program, ".ts")
  await build({
    input: { [name]: program },
    platform: "node",
    // That a test loads early what the app loads late is of no interest.
    checks: { ineffectiveDynamicImport: false },
    output: { dir: folder, format: "esm", entryFileNames: "[name].mjs" },
    logLevel: "warn",
  })
  return join(folder, `${name}.mjs`)
}
