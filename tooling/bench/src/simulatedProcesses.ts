// The simulated systems that a bench needs, each in a process of its own, so that their work is not counted.
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import type { Scope } from "effect"
import { Effect } from "effect"

/** A workspace to simulate. */
export interface WorkspaceSize {
  readonly plan: "pro" | "business-plus"
  readonly users: number
  readonly userGroups: number
  readonly idpGroups?: number
}

/** What a simulated Slack says. */
export interface SlackReady {
  readonly webApiUrl: string
  readonly scimUrl: string
  readonly botToken: string
  readonly userToken: string
}

/** What a simulated ConductorOne says. */
export interface C1Ready {
  readonly clientId: string
  readonly clientSecret: string
  readonly caFile: string
  /** Where it writes what reached it, a line each. */
  readonly capturedFile: string
}

/** Starts a Slack without limits for the length of the scope; `command` is the bundled `rollcall`. */
export const startSimulatedSlack = (
  command: string,
  { plan, users, userGroups, idpGroups = 0 }: WorkspaceSize,
): Effect.Effect<SlackReady, never, Scope.Scope> => {
  const size = ["--users", String(users), "--user-groups", String(userGroups), "--idp-groups", String(idpGroups)]
  return start([command, "simulate", "--plan", plan, "--rate-limits", "off", ...size])
}

/** The same of a ConductorOne that asks for one full sync, and for heartbeats so often. */
export const startSimulatedC1 = (heartbeatMillis: number): Effect.Effect<C1Ready, never, Scope.Scope> =>
  start([
    fileURLToPath(new URL("../../../packages/kit/c1-simulator/src/main.ts", import.meta.url)),
    "--task",
    '{"syncFull":{}}',
    "--next-heartbeat-millis",
    String(heartbeatMillis),
  ])

const start = <Ready>(args: ReadonlyArray<string>): Effect.Effect<Ready, never, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })),
      (started) => Effect.sync(() => void started.kill()),
    )
    // What it tells a person is of interest where it fails.
    const told = text(child.stderr).then((said) => child.killed || process.stderr.write(said))
    return yield* Effect.promise(async (): Promise<Ready> => {
      for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line)
      await told
      throw new Error(`${args[0]} ended before it was ready.`)
    })
  })
