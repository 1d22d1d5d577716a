// What the command grants for a time, and keeps in the database, is ended by whichever worker serves the workspace: real processes, one of
// which is killed, a real PostgreSQL, and a Slack that keeps state.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { LeaseStore } from "@rollcall/plan"
import { databaseLayer, leaseStorePostgres } from "@rollcall/postgres"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundled, bundledProgram } from "@rollcall/test-kit/bundles"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer, Redacted } from "effect"
import { startWorker, until } from "../workerProcess.ts"

const quickCluster = await bundledProgram(new URL("../quickCluster.ts", import.meta.url))
const command = await bundled("cli")

describe.skipIf(!hasPostgres)("access for a time that the command grants", () => {
  it.live("is ended by the worker that serves the workspace, and by another one once that one is killed", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("command-leases")
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      const slack = yield* startSimulator({ plan: "business-plus", users: 40, idpGroups: 3, rateLimits: "off" })
      const [token, userToken] = ["token", "user-token"].map((name) => join(folder, name))
      writeFileSync(token ?? "", slack.botToken)
      writeFileSync(userToken ?? "", slack.userToken)
      const connections = join(folder, "connections.yaml")
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
      const start = (replica: string) =>
        startWorker({
          program: quickCluster,
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
      const workers = yield* Effect.all([start("one"), start("two")])
      const store = <A, E>(work: (leases: LeaseStore["Service"]) => Effect.Effect<A, E>) =>
        Effect.provide(LeaseStore.use(work), Layer.orDie(Layer.provide(leaseStorePostgres(), databaseLayer({ url }))))
      const groups = () => [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))
      const [group = assert.fail("There are groups.")] = groups()
      const members = () => groups().find((entry) => entry.group === group.group)?.members ?? []
      const holdsMember = /^workspaceRole:[^:]+:member:assigned:user:(.+)$/u
      const people = [...slack.expected()].flatMap(({ id }) => holdsMember.exec(id)?.[1] ?? [])
      const [who = "", second = ""] = people.filter((one) => !members().includes(one))
      const grant = Effect.fnUntraced(function* (principal: string) {
        const child = spawn(
          process.execPath,
          [command, "grant", "-e", `group:${group.group}:member`, "--principal", principal, "--for", "8h", "--yes"],
          {
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
          },
        )
        let said = ""
        child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
        yield* Effect.promise(() => once(child, "close"))
        assert.strictEqual(child.exitCode, 0, said)
        assert.include(said, "A worker that uses the same store will end it")
        assert.include(members(), principal)
      })
      /** As if its time were over. */
      const letEnd = (principal: string) =>
        store((leases) =>
          Effect.flatMap(leases.open(slack.teamId), (open) =>
            Effect.forEach(
              open.filter((lease) => lease.principal.resource === principal),
              (lease) => leases.put({ ...lease, endsAt: "2026-01-01T00:00:00.000Z" }),
            ),
          ),
        )
      const isOver = (principal: string) =>
        Effect.map(
          store(({ all }) => all),
          (leases) => leases.some((one) => one.principal.resource === principal && one.closedAs === "expired"),
        )

      yield* until(
        Effect.map(
          store(({ lastBeat }) => lastBeat(slack.teamId)),
          (beat) => beat !== undefined,
        ),
      )
      yield* grant(who)
      yield* letEnd(who)
      yield* until(isOver(who))
      assert.notInclude(members(), who)
      // A pod's disk may go with it: each entry of the audit log is in the worker's log, as the file has it.
      const audited = () =>
        workers.flatMap(({ logs }) =>
          logs().flatMap(({ message, annotations: { audit } }) => (audit === undefined ? [] : [{ message, audit }])),
        )
      yield* until(Effect.sync(() => audited().some(({ message }) => message === "Audit: expire changed.")))
      assert.deepStrictEqual(
        audited().map(({ message }) => message),
        ["Audit: revoke begun.", "Audit: revoke changed.", "Audit: expire changed."],
      )
      const file = readFileSync(join(folder, "sales.c1z.audit.ndjson"), "utf8")
      assert.deepStrictEqual(
        audited().map(({ audit }) => audit),
        file
          .trim()
          .split("\n")
          .map((line): unknown => JSON.parse(line)),
      )

      yield* grant(second)
      const serving = workers.find(({ logs }) =>
        logs().some(({ message }) => message.includes("serves the connection")),
      )
      yield* serving?.kill("SIGKILL") ?? assert.fail("Nobody serves the connection.")
      yield* letEnd(second)
      yield* until(isOver(second))
      assert.notInclude(members(), second)
    }).pipe(Effect.scoped),
  )
})
