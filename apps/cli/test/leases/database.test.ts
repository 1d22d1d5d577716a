// Leases and changes of the command in the database that workers share: real processes, a real PostgreSQL, a Slack that keeps state.
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ChangeStore, type Lease, LeaseStore } from "@rollcall/plan"
import { changeStorePostgres, databaseLayer, leaseStorePostgres } from "@rollcall/postgres"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer, Redacted } from "effect"
import { businessPlusWorld, membership } from "../wholeStack/businessPlus.ts"
import type { RunOptions } from "../wholeStack/command.ts"
import { rollcall } from "../wholeStack/command.ts"

/** A workspace, a database, and the command on two machines. */
const shared = Effect.gen(function* () {
  const town = yield* businessPlusWorld()
  const { BATON_LEASES: _, ...environment } = town.environment
  const { freshDatabase } = yield* sharedPostgres
  const url = yield* freshDatabase
  const state = yield* scratchFolder("state")
  const whole = { ...environment, BATON_DATABASE_URL: Redacted.value(url), XDG_STATE_HOME: state }
  const run = (args: ReadonlyArray<string>, more: RunOptions = {}) =>
    rollcall(args, { ...more, environment: { ...whole, ...more.environment } })
  const stores = Layer.orDie(
    Layer.provide(Layer.merge(changeStorePostgres("sales"), leaseStorePostgres("sales")), databaseLayer({ url })),
  )
  /** What a worker that serves the connection `sales` does. */
  const asWorker = <A, E>(work: Effect.Effect<A, E, ChangeStore | LeaseStore>) => Effect.provide(work, stores)
  const all = asWorker(LeaseStore.use((store) => store.all))
  const group = town.groups()[0]?.group ?? ""
  const [who = "", second = ""] = town.outside(group, 2)
  const grant = (principal: string, ...args: ReadonlyArray<string>) =>
    run(["grant", "-e", membership(group), "--principal", principal, "--reason", "REQ-7", ...args])
  const makesNoFile = () => assert.isFalse(existsSync(join(state, "rollcall", "leases.db")))
  return { ...town, url, run, asWorker, all, group, who, second, grant, makesNoFile, whole }
})

describe.skipIf(!hasPostgres)("commands with the database of workers", () => {
  it.live("keep what they grant for a time there, and rely on a worker that ends it there", () =>
    Effect.gen(function* () {
      const { run, grant, asWorker, all, who, second, group, membersOf, slack, makesNoFile } = yield* shared
      const refused = yield* grant(who, "--for", "8h", "--yes")
      assert.strictEqual(refused.code, 64, refused.stderr)
      assert.include(refused.stderr, "No worker has given a sign of life in the database within")
      yield* asWorker(
        LeaseStore.use((store) => Effect.flatMap(Effect.sync(Date.now), (now) => store.beat(slack.teamId, now))),
      )
      const granted = yield* grant(who, "--for", "8h", "--yes")
      assert.strictEqual(granted.code, 0, granted.stderr)
      assert.include(granted.stderr, "A worker that uses the same store will end it")
      const [lease] = yield* all
      assert.deepInclude(lease, { state: "active", tenant: slack.teamId, reason: "REQ-7" })

      const moved = yield* run(["leases", "extend", lease?.id ?? "", "--for", "9h"])
      assert.strictEqual(moved.code, 0, moved.stderr)
      yield* run(["sync"])
      const [later] = yield* all
      assert.isAbove(Date.parse(later?.endsAt ?? ""), Date.parse(lease?.endsAt ?? ""))
      const held = yield* run(["grants", "-e", membership(group), "--columns", "principalId,ends", "-o", "csv"])
      assert.include(held.stdout, `${who},${later?.endsAt}\r\n`)
      assert.include((yield* run(["leases", "list", "-o", "csv"])).stdout, `${lease?.id},`)

      const ended = yield* run(["leases", "end", lease?.id ?? "", "--yes"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.notInclude(membersOf(group), who)
      yield* grant(second, "--for", "8h", "--yes")
      const revoked = yield* run(["revoke", "-e", membership(group), "--principal", second, "--yes"])
      assert.strictEqual(revoked.code, 0, revoked.stderr)
      assert.deepStrictEqual(
        (yield* all).map(({ closedAs }) => closedAs),
        ["revoked", "revoked"],
      )
      makesNoFile()
    }),
  )

  it.live("end what is over, once, and bring leases there from a file", () =>
    Effect.gen(function* () {
      const { run, grant, asWorker, all, who, group, membersOf, makesNoFile, file } = yield* shared
      yield* grant(who, "--for", "8h", "--yes", "--without-worker")
      const [lease = assert.fail("It was granted.")] = yield* all
      const exported = yield* run(["leases", "export"])
      writeFileSync(`${file}.leases.ndjson`, exported.stdout)
      const over: Lease = { ...lease, begunAt: "2026-01-01T00:00:00.000Z", endsAt: "2026-01-01T01:00:00.000Z" }
      yield* asWorker(LeaseStore.use((store) => store.put(over)))
      const expired = yield* run(["expire"])
      assert.strictEqual(expired.code, 0, expired.stderr)
      assert.notInclude(membersOf(group), who)
      assert.deepInclude((yield* all)[0], { id: lease.id, closedAs: "expired" })
      const busy = yield* asWorker(LeaseStore.use((store) => store.alone(lease.tenant, run(["expire"]))))
      assert.strictEqual(busy.code, 75)
      assert.include(busy.stderr, "Another process ends leases of the same workspace")
      const imported = yield* run(["leases", "import", `${file}.leases.ndjson`])
      assert.strictEqual(imported.code, 0, imported.stderr)
      assert.include(imported.stderr, "0 leases added or moved, 1 there already or over")
      makesNoFile()
    }),
  )

  it.live("apply a plan one machine at a time, and know elsewhere what was done", () =>
    Effect.gen(function* () {
      const { run, asWorker, slack, list, second, group, file, makesNoFile } = yield* shared
      const grants = list(["entitlement,principal", `${membership(group)},${second}`])
      const plan = `${file}.plan.json`
      const made = yield* run(["plan", "--grants", grants, "--out", plan])
      assert.strictEqual(made.code, 0, made.stderr)
      const busy = yield* asWorker(
        ChangeStore.use((store) => store.alone(slack.teamId, "applies the plan p1", run(["apply", plan, "--yes"]))),
      )
      assert.strictEqual(busy.code, 75)
      assert.match(busy.stderr, /since .* it applies the plan p1/u)
      assert.strictEqual((yield* run(["apply", plan, "--yes"])).code, 0)
      const elsewhere = yield* run(["apply", plan, "--yes"], {
        environment: { XDG_STATE_HOME: yield* scratchFolder("elsewhere") },
      })
      assert.strictEqual(elsewhere.code, 0, elsewhere.stderr)
      assert.include(elsewhere.stderr, "1 done before")
      assert.strictEqual(slack.calls()["scim.groups.patch"], 1)
      const counted = yield* asWorker(ChangeStore.use((store) => store.countSince(slack.teamId, 0)))
      assert.deepStrictEqual(counted, [{ intent: "grant", entitlement: membership(group), count: 1 }])
      makesNoFile()
    }),
  )

  it.live("make what drifted right with the journal there", () =>
    Effect.gen(function* () {
      const { run, asWorker, slack, group, who, membersOf, file, makesNoFile } = yield* shared
      writeFileSync(
        `${file}.yaml`,
        `entitlements:\n  - id: ${membership(group)}\n    mode: at-least\n    members: [${who}]\n`,
      )
      const fixed = yield* run(["drift", "--desired", `${file}.yaml`, "--fix", "--yes", "-o", "json"])
      assert.strictEqual(fixed.code, 0, fixed.stderr)
      assert.include(membersOf(group), who)
      const counted = yield* asWorker(ChangeStore.use((store) => store.countSince(slack.teamId, 0)))
      assert.deepStrictEqual(counted, [{ intent: "grant", entitlement: membership(group), count: 1 }])
      makesNoFile()
    }),
  )

  it.live("end with 75 where it cannot be reached and 78 where its URL is wrong, and change nothing", () =>
    Effect.gen(function* () {
      const { run, whole, who, group, membersOf, file } = yield* shared
      const away = yield* freePort
      const asked = ["grant", "-e", membership(group), "--principal", who, "--for", "8h", "--yes"]
      for (const [url, code, says] of [
        [`postgres://nobody:x@127.0.0.1:${away}/rollcall`, 75, "The database cannot be reached"],
        ["mysql://nobody:hidden@127.0.0.1/rollcall", 78, "is not the URL of a PostgreSQL database"],
        [whole.BATON_DATABASE_URL.replace(/:[^:@]*@/u, ":hidden@"), 78, "refuses the password"],
      ] as const) {
        for (const args of [asked, ["leases", "list"], ["expire"]]) {
          const ended = yield* run(args, { environment: { BATON_DATABASE_URL: url } })
          assert.strictEqual(ended.code, code, `${args[0]} ${url}: ${ended.stderr}`)
          assert.include(ended.stderr, says)
          assert.notInclude(ended.stderr, "hidden")
        }
      }
      assert.notInclude(membersOf(group), who)
      const both = yield* run(["leases", "list"], { environment: { BATON_LEASES: `${file}.leases.db` } })
      assert.strictEqual(both.code, 78)
      assert.include(both.stderr, "BATON_LEASES and BATON_DATABASE_URL are both given")
      const { BATON_DATABASE_URL: url, ...rest } = whole
      writeFileSync(`${file}.url`, `${url}\n`)
      const named = yield* rollcall(["leases", "list", "-o", "csv"], {
        environment: { ...rest, BATON_DATABASE_URL_FILE: `${file}.url` },
      })
      assert.strictEqual(named.code, 0, named.stderr)
    }),
  )

  it.live("show who holds what without the ends, with a note, where the database is away", () =>
    Effect.gen(function* () {
      const { run } = yield* shared
      assert.strictEqual((yield* run(["sync"])).code, 0)
      const environment = { BATON_DATABASE_URL: `postgres://nobody:x@127.0.0.1:${yield* freePort}/rollcall` }
      const shown = yield* run(["grants", "--columns", "principalId,ends", "-o", "csv"], { environment })
      assert.strictEqual(shown.code, 0)
      assert.include(shown.stderr, "note: When access ends is not shown. The database cannot be reached")
    }),
  )
})
