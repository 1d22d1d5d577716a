// The simulated workspaces of a drill, all in this process, each behind a proxy that can be cut: some small and often synced, some whose
// syncs take long at Slack's limits, some with access for a time, some that ConductorOne asks for.
import type { RunningC1 } from "@rollcall/c1-simulator"
import { startC1 } from "@rollcall/c1-simulator"
import type { RunningSimulator, SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import type { TcpProxy } from "@rollcall/test-kit/postgres"
import { tcpProxy } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { callSpeed } from "./times.ts"

/** A workspace, and the connection that serves it. */
export interface DrilledWorkspace {
  readonly name: string
  readonly slack: RunningSimulator
  readonly proxy: TcpProxy
  /** ConductorOne, where it is that which asks for syncs. */
  readonly c1?: RunningC1 | undefined
  readonly hasLeases: boolean
  /** The settings of its entry that are the same for all workers. */
  readonly entry: Readonly<Record<string, unknown>>
}

/** Of ten workspaces in a row, what each is. */
const kinds = ["small", "leases", "c1", "long", "small", "small", "leases", "small", "small", "small"] as const

const sizes: Record<(typeof kinds)[number], SimulatorOptions> = {
  small: { users: 12, userGroups: 2 },
  long: { userGroups: 2, limitRequiredAbove: 200 },
  leases: { plan: "business-plus", users: 60, userGroups: 2, idpGroups: 3, activeDelayMillis: 0 },
  c1: { plan: "business-plus", users: 60, userGroups: 2, idpGroups: 3, activeDelayMillis: 0 },
}

/** So often, at seconds of its own. */
const scheduleOf = (at: number, every: number): string =>
  `${Array.from({ length: 60 / every }, (_, times) => times * every + (at % every)).join(",")} * * * * *`

/** What workspaces are started with. */
export interface WorkspacesOptions {
  readonly count: number
  readonly seed: number
  /** Seconds between two syncs. */
  readonly every: number
  /** Keeps a text in a file, and gives its path. */
  readonly secret: (name: string, text: string) => string
}

/** Starts workspaces for the length of the scope. */
export const startWorkspaces = (options: WorkspacesOptions) =>
  Effect.forEach(
    Array.from({ length: options.count }, (_, at) => at),
    (at) => startWorkspace(at, options),
  )

const startWorkspace = Effect.fnUntraced(function* (at: number, { seed, every, secret }: WorkspacesOptions) {
  const kind = kinds[at % kinds.length] ?? "small"
  const name = `w${String(at + 1).padStart(2, "0")}-${kind}`
  // Of two hundred people each page, and a page goes in three quarters of a second: for more than half of the time a sync runs.
  const longer = kind === "long" ? { users: every * 150 } : {}
  // A call has to come in its turn: Slack lets more pass at once than it publishes, and this one does not.
  const slack = yield* startSimulator({
    seed: seed * 100 + at,
    hiddenBurst: 2,
    speed: callSpeed,
    ...sizes[kind],
    ...longer,
  })
  const proxy = yield* tcpProxy(slack.port)
  const through = (url: string) => url.replace(`:${slack.port}/`, `:${proxy.port}/`)
  const isPlus = slack.plan === "business-plus"
  const c1 = kind === "c1" ? yield* startC1({ seed: at, nextPollMillis: 500, nextHeartbeatMillis: 1000 }) : undefined
  const entry = {
    "token-file": secret(`${name}.token`, slack.botToken),
    "base-url": through(slack.webApiUrl),
    ...(isPlus
      ? {
          "business-plus-token-file": secret(`${name}.user-token`, slack.userToken),
          "scim-base-url": through(slack.scimUrl),
        }
      : {}),
    ...(c1 === undefined
      ? { every: scheduleOf(at * 7, every) }
      : {
          "client-id": c1.clientId,
          "client-secret-file": secret(`${name}.secret`, c1.clientSecret),
          provisioning: true,
        }),
  }
  const workspace: DrilledWorkspace = { name, slack, proxy, c1, hasLeases: isPlus, entry }
  return workspace
})
