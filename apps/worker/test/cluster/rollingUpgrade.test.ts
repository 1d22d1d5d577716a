// A rolling upgrade from the first release that shared a database to this one, and back: the old bundle and the new one beside each other.
// `pnpm long` builds the old one from the history and names it with BATON_TEST_FIRST_WORKER; without, this is skipped.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { LeaseStore } from "@rollcall/plan"
import { Database, databaseLayer, leaseStorePostgres, migrations } from "@rollcall/postgres"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundled } from "@rollcall/test-kit/bundles"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer, Redacted } from "effect"
import { startWorker, until } from "../workerProcess.ts"

const first = process.env["BATON_TEST_FIRST_WORKER"]
const command = await bundled("cli")

it.live.skipIf(first === undefined || !hasPostgres)(
  "workers of the first release and of this one take over from each other, and end what a command of this one granted",
  () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("rolling-upgrade")
      const url = yield* (yield* sharedPostgres).freshDatabase
      const slack = yield* startSimulator({
        plan: "business-plus",
        users: 5000,
        idpGroups: 3,
        rateLimits: "off",
        faults: [{ method: "users.list", times: "always", fault: { kind: "delay", millis: 700 } }],
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
      const start = Effect.fnUntraced(function* (replica: string, program?: string) {
        const worker = yield* startWorker({
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
        return {
          ...worker,
          serves: worker.says("This worker serves the connection"),
          stop: Effect.andThen(worker.kill("SIGTERM"), worker.ended),
        }
      })
      const pages = () => slack.calls()["users.list"] ?? 0
      const store = <A, E>(work: (leases: LeaseStore["Service"]) => Effect.Effect<A, E>) =>
        Effect.provide(LeaseStore.use(work), Layer.orDie(Layer.provide(leaseStorePostgres(), databaseLayer({ url }))))
      const grant = Effect.fnUntraced(function* (entitlement: string, principal: string) {
        const child = spawn(
          process.execPath,
          [command, "grant", "-e", entitlement, "--principal", principal, "--for", "8h", "--yes"],
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
      })
      const letEnd = store((leases) =>
        Effect.flatMap(
          leases.open(slack.teamId),
          Effect.forEach((lease) => leases.put({ ...lease, endsAt: "2026-01-01T00:00:00.000Z" })),
        ),
      )
      const over = store(({ all }) =>
        Effect.map(all, (leases) => leases.filter(({ closedAs }) => closedAs === "expired").length),
      )

      // The first release makes its tables, and begins a sync.
      const old = yield* start("old", first)
      yield* old.serves
      yield* until(Effect.sync(() => pages() >= 2))
      // The newest takes the steps that they lack, beside it, and goes on with the sync once the old one is stopped.
      const fresh = yield* start("new")
      yield* fresh.says("shares its connections")
      const versions = Effect.provide(
        Database.use(({ sql, run }) => run(sql<{ at: number }>`select max(version) as at from rollcall_schema`)),
        databaseLayer({ url, migrations: migrations.slice(0, 1) }),
      )
      assert.deepStrictEqual(yield* versions, [{ at: migrations.at(-1)?.version ?? 0 }])
      assert.strictEqual(yield* old.stop, 0)
      yield* fresh.serves
      const file = join(folder, "sales.c1z")
      yield* until(
        Effect.sync(() => existsSync(file) && JSON.stringify(storedIds(file)) === JSON.stringify(expectedIds(slack))),
      )
      assert.lengthOf(
        readdirSync(folder).filter((name) => /^sales\.2.*\.c1z$/u.test(name)),
        1,
      )
      // Six pages, and the one that was on its way.
      assert.isAtMost(pages(), 8)

      // Back to the first release, which takes over on tables that are newer than itself.
      const again = yield* start("old-again", first)
      yield* again.says("shares its connections")
      assert.strictEqual(yield* fresh.stop, 0)
      yield* again.serves
      const [group = assert.fail("There are groups.")] = [...slack.state()].flatMap((entry) =>
        "group" in entry ? [entry] : [],
      )
      const holdsMember = /^workspaceRole:[^:]+:member:assigned:user:(.+)$/u
      const people = [...slack.expected()].flatMap(({ id }) => holdsMember.exec(id)?.[1] ?? [])
      const [one = "", other = ""] = people.filter((who) => !group.members.includes(who))
      yield* until(
        Effect.map(
          store(({ lastBeat }) => lastBeat(slack.teamId)),
          (beat) => beat !== undefined,
        ),
      )
      yield* grant(`group:${group.group}:member`, one)
      yield* letEnd
      yield* until(Effect.map(over, (count) => count === 1))
      yield* grant(`group:${group.group}:member`, other)
      yield* letEnd
      const last = yield* start("new-again")
      assert.strictEqual(yield* again.stop, 0)
      yield* last.serves
      yield* until(Effect.map(over, (count) => count === 2))
    }).pipe(Effect.scoped),
  600_000,
)
