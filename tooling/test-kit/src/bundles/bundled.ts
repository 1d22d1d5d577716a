// The apps as they are published: bundles, built from the sources as they are. They start several times faster than the
// sources, which matters where tests start them some hundred times.
import { fileURLToPath } from "node:url"
import { inject } from "vitest"

/** The file to run of an app's bundle. It is built once for all test files of a run; see `serveBundles.ts`. */
export const bundled = (app: "cli" | "worker"): Promise<string> => built(app)

/** Whether the apps are a program of one file, which reads no NODE_OPTIONS and lies in no folder that could be looked into. */
export const isOneFile = process.env["BATON_TEST_ROLLCALL"] !== undefined

/**
 * The command that starts an app: its bundle with this Node, or the program of one file that `BATON_TEST_ROLLCALL` names, which is both apps.
 */
export const started = async (app: "cli" | "worker"): Promise<readonly [string, ...ReadonlyArray<string>]> => {
  const program = process.env["BATON_TEST_ROLLCALL"]
  if (program === undefined) return [process.execPath, await bundled(app)]
  return app === "cli" ? [program] : [program, "worker"]
}

/** The same of a program of tests, by the URL of its source. */
export const bundledProgram = (program: URL): Promise<string> => built(fileURLToPath(program))

const built = async (name: string): Promise<string> => {
  const response = await fetch(new URL(encodeURIComponent(name), inject("bundles")))
  const text = await response.text()
  if (!response.ok) throw new Error(`The bundle of ${name} cannot be built: ${text}`)
  return text
}
