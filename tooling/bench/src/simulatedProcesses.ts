// The simulated systems that a bench needs, each in a process of its own, so that their work is not counted.
import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

/** A workspace to simulate. */
export interface WorkspaceSize {
  readonly plan: "pro" | "business-plus"
  readonly users: number
  readonly userGroups: number
  readonly idpGroups?: number
}

/** A process, and what it said when it was ready. */
export interface Simulated<Ready> {
  readonly ready: Ready
  readonly stop: () => void
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

/** Starts a Slack without limits; `command` is the bundled `rollcall`. */
export const startSimulatedSlack = (
  command: string,
  { plan, users, userGroups, idpGroups = 0 }: WorkspaceSize,
): Promise<Simulated<SlackReady>> => {
  const size = ["--users", String(users), "--user-groups", String(userGroups), "--idp-groups", String(idpGroups)]
  return start([command, "simulate", "--plan", plan, "--rate-limits", "off", ...size])
}

/** Starts a ConductorOne that asks for one full sync, and for heartbeats so often. */
export const startSimulatedC1 = (heartbeatMillis: number): Promise<Simulated<C1Ready>> =>
  start([
    fileURLToPath(new URL("../../../packages/c1-simulator/src/main.ts", import.meta.url)),
    "--task",
    '{"syncFull":{}}',
    "--next-heartbeat-millis",
    String(heartbeatMillis),
  ])

const start = async <Ready>(args: ReadonlyArray<string>): Promise<Simulated<Ready>> => {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  for await (const line of createInterface({ input: child.stdout })) {
    return { ready: JSON.parse(line), stop: () => void child.kill() }
  }
  throw new Error(`${args[0]} ended before it was ready.`)
}
