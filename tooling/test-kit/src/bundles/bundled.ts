// The apps as they are published: bundles, built from the sources as they are. They start several times faster than the
// sources, which matters where tests start them some hundred times.
import { inject } from "vitest"

/** The file to run of an app's bundle. It is built once for all test files of a run; see `serveBundles.ts`. */
export const bundled = async (app: "cli" | "worker"): Promise<string> => {
  const response = await fetch(new URL(app, inject("bundles")))
  const text = await response.text()
  if (!response.ok) throw new Error(`The bundle of apps/${app} cannot be built: ${text}`)
  return text
}
