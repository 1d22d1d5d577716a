// The workspace of the pictures in a file, synced twice by the real command.
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { startSimulator } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { Scope } from "effect"
import { Effect } from "effect"
import { bookshop } from "./bookshop.ts"

const program = fileURLToPath(new URL("../../../../apps/cli/src/main.ts", import.meta.url))

/** A folder with `sync.c1z`, which holds two syncs, and the command in it. */
export interface SyncedBookshop {
  readonly folder: string
  /** Runs the command in the folder to its end; gives what it printed. It fails where the command does. */
  readonly run: (...args: ReadonlyArray<string>) => Effect.Effect<string>
  /** Runs the command in the folder as long as the scope lasts; gives the first line that it prints. */
  readonly start: (...args: ReadonlyArray<string>) => Effect.Effect<string, never, Scope.Scope>
}

const runIn = (folder: string, environment: Readonly<Record<string, string>>, args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("BATON_"))
    const env = { ...Object.fromEntries(inherited), ...environment }
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { cwd: folder, env })
    return stdout
  })

const startIn = (folder: string, args: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [program, ...args], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] }),
    ),
    (child) =>
      Effect.promise(async () => {
        child.kill("SIGINT")
        if (child.exitCode === null) await once(child, "exit")
      }),
  ).pipe(
    Effect.flatMap(({ stdout }) => Effect.promise(() => once(stdout.setEncoding("utf8"), "data"))),
    Effect.map(([line]) => String(line).trim()),
  )

/** Syncs the workspace as it was and as it is. The token is an admin's, which sees second factors. */
export const syncedBookshop: Effect.Effect<SyncedBookshop, unknown, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* scratchFolder("screenshots")
  for (const isLater of [false, true]) {
    yield* Effect.scoped(
      Effect.gen(function* () {
        const slack = yield* startSimulator({ workspace: bookshop(isLater), rateLimits: "off" })
        const environment = { BATON_TOKEN: slack.userToken, BATON_BASE_URL: slack.webApiUrl, BATON_RATE_LIMITS: "off" }
        yield* runIn(folder, environment, ["sync", "-f", join(folder, "sync.c1z"), "--quiet"])
      }),
    )
  }
  return { folder, run: (...args) => runIn(folder, {}, args), start: (...args) => startIn(folder, args) }
})
