// Four connections of a worker with a console, of which each is in another state.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { connectionsFolder, controlSocket } from "@rollcall/host/connections"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import type { Scope } from "effect"
import { Effect, Schedule } from "effect"
import { bookshop } from "./bookshop.ts"
import type { SyncedBookshop } from "./syncedBookshop.ts"

const worker = fileURLToPath(new URL("../../../../apps/worker/src/main.ts", import.meta.url))

/** The workspace of the pictures, and others that are read with a scope less, with a wrong token, and slowly. */
const shops: Readonly<Record<string, SimulatorOptions>> = {
  books: { workspace: bookshop(true) },
  cafe: { users: 40, seed: 2, botScopes: ["team:read", "users:read", "users:read.email"] },
  events: { users: 60, seed: 3 },
  warehouse: {
    users: 4000,
    seed: 4,
    faults: [{ method: "users.list", call: 3, times: "always", fault: { kind: "never" } }],
  },
}

/** Serves them, and gives a link to their console. */
export const servedShops = ({ folder, run }: SyncedBookshop): Effect.Effect<string, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const entries: Array<string> = []
    for (const [name, options] of Object.entries(shops)) {
      const slack = yield* startSimulator({ rateLimits: "off", ...options })
      writeFileSync(join(folder, `${name}.token`), name === "events" ? "xoxb-1-2-expired" : slack.botToken)
      entries.push(
        `  ${name}:\n    token-file: ${name}.token\n    base-url: ${slack.webApiUrl}\n    rate-limits: off\n    labels: { team: ${name === "books" ? "Shops" : "Events"} }`,
      )
    }
    const connections = "connections.yaml"
    writeFileSync(join(folder, connections), `connections:\n${entries.join("\n")}\n`)
    const environment = {
      BATON_CONNECTIONS: connections,
      BATON_C1Z_TEMP_DIR: ".",
      BATON_EVERY: "6h",
      BATON_CONSOLE_PORT: "0",
    }
    yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [worker], { cwd: folder, env: { ...process.env, ...environment }, stdio: "ignore" }),
      ),
      (child) =>
        Effect.promise(async () => {
          child.kill("SIGTERM")
          if (child.exitCode === null) await once(child, "exit")
        }),
    )
    const socket = controlSocket(connectionsFolder(join(folder, connections), folder))
    yield* Effect.repeat(
      Effect.sync(() => existsSync(socket)),
      { schedule: Schedule.spaced("100 millis"), until: (isThere) => isThere },
    )
    return (yield* run("console", "--no-open", "--connections", connections, "--c1z-temp-dir", ".")).trim()
  })
