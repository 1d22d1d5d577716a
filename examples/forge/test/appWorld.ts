// Both apps as processes of their own, from their bundles, against a forge.
import { bundled } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { startForge } from "../server/forgeServer.ts"

/** A path of the example. */
export const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const programs = { cli: await bundled("cli"), worker: await bundled("worker") }

/** Starts an app with the example as its connector. */
export const start = (
  app: "cli" | "worker",
  args: ReadonlyArray<string>,
  folder: string,
  environment: NodeJS.ProcessEnv,
) => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:BATON|FORGE|npm)_|^NODE_OPTIONS$/iu.test(name))
  const child = spawn(process.execPath, [programs[app], ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), BATON_CONNECTOR: pathOf(".."), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let out = ""
  let err = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
  const ended = once(child, "close").then(() => ({ code: child.exitCode, out, err }))
  return { child, err: () => err, ended }
}

/** A forge, a folder, and the command in it. */
export const worldOf = Effect.fnUntraced(function* (pageSize?: number) {
  const forge = yield* Effect.acquireRelease(
    Effect.promise(() => startForge({ pageSize })),
    ({ close }) => Effect.promise(close),
  )
  const folder = yield* scratchFolder("forge")
  const environment = { FORGE_TOKEN: forge.token(), FORGE_BASE_URL: forge.url }
  const rollcall = (...args: ReadonlyArray<string>) =>
    Effect.promise(() => start("cli", args, folder, environment).ended)
  return { forge, folder, environment, rollcall }
})
