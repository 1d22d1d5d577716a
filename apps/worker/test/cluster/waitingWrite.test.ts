// A write of a worker that waits, since Slack asked for a pause, while its connection is taken over: a real process, a real PostgreSQL, and a
// Slack that keeps state.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { LeaseStore } from "@rollcall/plan"
import { databaseLayer, leaseStorePostgres, Runs } from "@rollcall/postgres"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundledProgram } from "@rollcall/test-kit/bundles"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Layer, Redacted } from "effect"
import { startWorker, until } from "../workerProcess.ts"

const quickCluster = await bundledProgram(new URL("../quickCluster.ts", import.meta.url))

describe.skipIf(!hasPostgres)("a write to Slack that waits while the connection is taken over", () => {
  it.live("is not sent by a worker process", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("waiting-write")
      const { freshDatabase } = yield* sharedPostgres
      const url = yield* freshDatabase
      const slack = yield* startSimulator({
        plan: "business-plus",
        users: 40,
        idpGroups: 3,
        rateLimits: "off",
        faults: [{ method: "scim.groups.patch", fault: { kind: "rateLimited", retryAfter: 6 } }],
      })
      const [token, userToken] = [join(folder, "token"), join(folder, "user-token")]
      writeFileSync(token, slack.botToken)
      writeFileSync(userToken, slack.userToken)
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
      const database = databaseLayer({ url })
      const services = yield* Layer.build(
        Layer.provideMerge(Layer.merge(Runs.layer, leaseStorePostgres("sales")), database),
      )
      const groups = () => [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))
      const { group, members } =
        groups().find((entry) => entry.members.length > 3) ?? assert.fail("No group has members.")
      const resource = { resourceType: "group", resource: group }
      yield* Context.get(services, LeaseStore).put({
        id: "lease-0",
        connector: "slack-business-plus",
        tenant: slack.teamId,
        entitlement: { id: `group:${group}:member`, resource, slug: "member" },
        principal: { resourceType: "user", resource: members[0] ?? "" },
        begunAt: new Date(Date.now() - 7_200_000).toISOString(),
        endsAt: new Date(Date.now() - 1000).toISOString(),
        state: "active",
      })
      const worker = yield* startWorker({
        program: quickCluster,
        folder,
        environment: {
          BATON_CONNECTIONS: connections,
          BATON_DATABASE_URL: Redacted.value(url),
          BATON_EVERY: "6h",
          BATON_FILE: join(folder, "sync.c1z"),
          BATON_LOG_FORMAT: "json",
          BATON_C1Z_TEMP_DIR: join(folder, "one"),
        },
      })
      const patches = () => slack.calls()["scim.groups.patch"] ?? 0
      yield* until(Effect.sync(() => patches() === 1))
      yield* Context.get(services, Runs).takeOver("sales", "two")
      yield* worker.says(/Audit: revoke (?:changed|failed|unknown)/u)
      assert.deepStrictEqual([patches(), groups().find((entry) => entry.group === group)?.members], [1, members])
    }).pipe(Effect.scoped),
  )
})
