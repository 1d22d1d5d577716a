#!/usr/bin/env node
// `npm create rollcall-connector NAME`. In a clone of the repository it packs the packages of the clone for the new one.
import { relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { createConnector, Refusal } from "./createConnector.ts"
import { packFromClone } from "./packFromClone.ts"

const clone = fileURLToPath(new URL("../../../..", import.meta.url))

/** Exit codes of the rollcall command, for a wrong argument and for a folder that cannot be written. */
const usage = 64
const cannotWrite = 74

const [target, ...others] = process.argv.slice(2)
try {
  if (target === undefined || target.startsWith("-") || others.length > 0) {
    throw new Refusal(
      "Name the folder of the new connector, and nothing else, such as: npm create rollcall-connector my-system.",
    )
  }
  const folder = resolve(process.env["INIT_CWD"] ?? ".", target)
  // What is published runs from `dist`.
  const isClone = import.meta.url.endsWith(".ts")
  createConnector(folder, isClone ? { pack: (vendor) => packFromClone(clone, vendor) } : {})
  console.log(`${folder} holds a connector. Next:

  cd ${relative(process.cwd(), folder)}
  npm install
  npm test`)
} catch (cause) {
  console.error(`error: ${cause instanceof Error ? cause.message : String(cause)}`)
  process.exitCode = cause instanceof Refusal ? usage : cannotWrite
}
