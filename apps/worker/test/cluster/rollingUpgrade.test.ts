// A rolling upgrade from the first release that shared a database to this one, and back: the old bundle and the new one beside each other.
// `pnpm long` builds the old one from the history and names it with BATON_TEST_FIRST_WORKER; without, this is skipped.
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Database, databaseLayer, migrations } from "@rollcall/postgres"
import { bundled } from "@rollcall/test-kit/bundles"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { Effect } from "effect"
import { until } from "../workerProcess.ts"
import { leaseWorld } from "./leaseWorld.ts"

const first = process.env["BATON_TEST_FIRST_WORKER"]
const newest = await bundled("worker")

it.live.skipIf(first === undefined || !hasPostgres)(
  "workers of the first release and of this one take over from each other, and end what a command of this one granted",
  () =>
    Effect.gen(function* () {
      const { folder, url, slack, others, isServed, grant, letEnd, ended, ...world } = yield* leaseWorld({
        users: 5000,
        faults: [{ method: "users.list", times: "always", fault: { kind: "delay", millis: 700 } }],
      })
      const start = Effect.fnUntraced(function* (replica: string, program = newest) {
        const worker = yield* world.start(replica, program)
        return {
          ...worker,
          serves: worker.says("This worker serves the connection"),
          stop: Effect.andThen(worker.kill("SIGTERM"), worker.ended),
        }
      })
      const pages = () => slack.calls()["users.list"] ?? 0

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
      const [one = "", other = ""] = others()
      yield* isServed
      yield* grant(one)
      yield* letEnd(one)
      yield* ended(one)
      yield* grant(other)
      yield* letEnd(other)
      const last = yield* start("new-again")
      assert.strictEqual(yield* again.stop, 0)
      yield* last.serves
      yield* ended(other)
    }).pipe(Effect.scoped),
  600_000,
)
