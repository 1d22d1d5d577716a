// A Business+ workspace on a database: workers that serve it, and the command, which grants for a time what they end.
import { bundled, bundledProgram } from "@rollcall/test-kit/bundles"
import { sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { LeaseStore } from "@rollcall/plan"
import { databaseLayer, leaseStorePostgres } from "@rollcall/postgres"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Layer, Redacted } from "effect"
import { assert } from "vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { startWorker, until } from "../workerProcess.ts"

const quickCluster = await bundledProgram(new URL("../quickCluster.ts", import.meta.url))
const command = await bundled("cli")

/** The workspace is the connection `sales`, and has these options besides groups. */
export const leaseWorld = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const folder = yield* scratchFolder("lease-world")
  const url = yield* (yield* sharedPostgres).freshDatabase
  const slack = yield* startSimulator({
    plan: "business-plus",
    users: 40,
    idpGroups: 3,
    rateLimits: "off",
    ...options,
  })
  const [token, userToken, connections] = [
    join(folder, "token"),
    join(folder, "user-token"),
    join(folder, "connections.yaml"),
  ]
  writeFileSync(token, slack.botToken)
  writeFileSync(userToken, slack.userToken)
  writeFileSync(
    connections,
    `connections:
  sales:
    token-file: ${token}
    business-plus-token-file: ${userToken}
    base-url: "${slack.webApiUrl}"
    scim-base-url: "${slack.scimUrl}"
    rate-limits: off
`,
  )
  /** Starts a worker: of quick times, unless it is another program. */
  const start = (replica: string, program = quickCluster) =>
    startWorker({
      program,
      folder,
      environment: {
        BATON_CONNECTIONS: connections,
        BATON_DATABASE_URL: Redacted.value(url),
        BATON_EVERY: "6h",
        BATON_FILE: join(folder, "sync.c1z"),
        BATON_LOG_FORMAT: "json",
        BATON_C1Z_TEMP_DIR: join(folder, replica),
      },
    })
  const store = <A, E>(work: (leases: LeaseStore["Service"]) => Effect.Effect<A, E>) =>
    Effect.provide(LeaseStore.use(work), Layer.orDie(Layer.provide(leaseStorePostgres(), databaseLayer({ url }))))
  const groups = () => [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))
  const [{ group } = assert.fail("There are groups.")] = groups()
  const members = () => groups().find((entry) => entry.group === group)?.members ?? []
  const holdsMember = /^workspaceRole:[^:]+:member:assigned:user:(.+)$/u
  /** People who are not in the group, and may be. */
  const others = () =>
    [...slack.expected()].flatMap(({ id }) => holdsMember.exec(id)?.[1] ?? []).filter((one) => !members().includes(one))
  const isServed = until(
    Effect.map(
      store(({ lastBeat }) => lastBeat(slack.teamId)),
      (beat) => beat !== undefined,
    ),
  )
  /** Runs `rollcall grant` as a process: this person is in the group for eight hours, and a worker will end it. */
  const grant = Effect.fnUntraced(function* (principal: string) {
    const args = ["grant", "-e", `group:${group}:member`, "--principal", principal, "--for", "8h", "--yes"]
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        XDG_STATE_HOME: folder,
        BATON_TOKEN: slack.botToken,
        BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
        BATON_BASE_URL: slack.webApiUrl,
        BATON_SCIM_BASE_URL: slack.scimUrl,
        BATON_RATE_LIMITS: "off",
        BATON_DATABASE_URL: Redacted.value(url),
      },
      stdio: ["ignore", "ignore", "pipe"],
    })
    let said = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
    yield* Effect.promise(() => once(child, "close"))
    assert.strictEqual(child.exitCode, 0, said)
    assert.include(said, "A worker that uses the same store will end it")
    assert.include(members(), principal)
  })
  /** As if the time of this person were over. */
  const letEnd = (principal: string) =>
    store((leases) =>
      Effect.flatMap(leases.open(slack.teamId), (open) =>
        Effect.forEach(
          open.filter((lease) => lease.principal.resource === principal),
          (lease) => leases.put({ ...lease, endsAt: "2026-01-01T00:00:00.000Z" }),
        ),
      ),
    )
  /** A worker has ended what this person had. */
  const ended = (principal: string) =>
    until(
      Effect.map(
        store(({ all }) => all),
        (leases) => leases.some((one) => one.principal.resource === principal && one.closedAs === "expired"),
      ),
    )
  return { folder, url, slack, start, groups, members, others, isServed, grant, letEnd, ended }
})
