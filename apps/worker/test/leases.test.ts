// Access for a time, ended by the real worker between simulators of Slack and ConductorOne.
import { assert, describe, it } from "@effect/vitest"
import { startC1 } from "@rollcall/c1-simulator"
import { leaseStoreFile } from "@rollcall/change-store"
import { LeaseStore } from "@rollcall/plan"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { auditOf, groupsOf, keep, leasesIn, leaseWorld, lent, outsiders, quickPasses, statesIn } from "./leaseWorld.ts"
import { valuesOf } from "./samplesOf.ts"
import { startWorker, until } from "./workerProcess.ts"

describe("a worker", () => {
  it.live("ends access whose time is over, whatever BATON_PROVISIONING says, and leaves alone what is not over", () =>
    Effect.gen(function* () {
      const { slack, start, workFolder, store, membersNow } = yield* leaseWorld
      const [over = "", later = ""] = yield* lent(slack, store, Date.now() - 1000, Date.now() + 3_600_000)
      const worker = yield* start({ environment: { BATON_PROVISIONING: "false" } })
      yield* worker.says("A lease ended: expired.")
      assert.deepStrictEqual([membersNow().includes(over), membersNow().includes(later)], [false, true])
      assert.deepStrictEqual(
        yield* statesIn(store),
        new Map([
          ["lease-0", "expired"],
          ["lease-1", "active"],
        ]),
      )
      assert.deepStrictEqual(
        auditOf(workFolder).map(({ intent, outcome }) => [intent, outcome]),
        [
          ["revoke", "begun"],
          ["revoke", "changed"],
          ["expire", "changed"],
        ],
      )
      yield* until(
        Effect.map(worker.ask("/metrics"), ({ text }) => valuesOf(text, "rollcall_leases_open", {})[0] === 1),
      )
      const { text } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(text, "rollcall_leases_overdue", {}), [0])
      assert.isBelow(Math.abs(valuesOf(text, "rollcall_clock_skew_seconds", {})[0] ?? 99), 60)
    }).pipe(Effect.scoped),
  )

  it.live("ends access also while one of its connections waits to be begun again", () =>
    Effect.gen(function* () {
      const { slack, c1, environment, workFolder, store, membersNow } = yield* leaseWorld
      const other = yield* startC1({ seed: 2 })
      const secrets = {
        token: slack.botToken,
        "business-plus-token": slack.userToken,
        "client-secret": other.clientSecret,
      }
      const lines = Object.entries(secrets).map(([name, secret]) => {
        writeFileSync(join(workFolder, name), secret, { mode: 0o600 })
        return `${name}-file: ${join(workFolder, name)}`
      })
      lines.push(`client-id: ${c1.clientId}`, `leases: ${store}`, `base-url: ${slack.webApiUrl}`)
      lines.push(`scim-base-url: ${slack.scimUrl}`, "rate-limits: off")
      const path = join(workFolder, "connections.yaml")
      writeFileSync(path, `connections:\n  main:\n${lines.map((line) => `    ${line}\n`).join("")}`)
      const { BATON_EXTRA_CA_FILE, BATON_C1Z_TEMP_DIR } = environment
      const worker = yield* startWorker({
        program: quickPasses,
        environment: { BATON_EXTRA_CA_FILE, BATON_C1Z_TEMP_DIR, BATON_CONNECTIONS: path },
      })
      yield* worker.says(/The connection failed, and is begun again later\./u)
      const [over = ""] = yield* lent(slack, store, Date.now() - 1000)
      yield* worker.says("A lease ended: expired.")
      assert.notInclude(membersNow(), over)
    }).pipe(Effect.scoped),
  )

  it.live("that is killed while it ends access leaves it to the next, which ends it once", () =>
    Effect.gen(function* () {
      const { slack, start, workFolder, store, membersNow } = yield* leaseWorld
      slack.addFaults([{ method: "scim.groups.patch", times: 1, fault: { kind: "never" } }])
      const [over = ""] = yield* lent(slack, store, Date.now() - 1000)
      const first = yield* start()
      // The removal is on its way then, and has met the fault, which the next worker does not meet.
      yield* until(Effect.sync(() => (slack.calls()["scim.groups.patch"] ?? 0) > 0))
      assert.strictEqual((yield* statesIn(store)).get("lease-0"), "ending")
      yield* first.kill("SIGKILL")
      yield* first.ended
      const second = yield* start()
      yield* second.says("A lease ended: expired.")
      assert.notInclude(membersNow(), over)
      assert.lengthOf(
        auditOf(workFolder).filter(({ intent }) => intent === "expire"),
        1,
      )
    }).pipe(Effect.scoped),
  )

  it.live("writes no second line of an end, where the one before it was killed after the first", () =>
    Effect.gen(function* () {
      const { slack, start, workFolder, store } = yield* leaseWorld
      const [who = ""] = outsiders(slack)
      const endsAt = new Date(Date.now() - 1000).toISOString()
      yield* keep(slack, store, [{ who, endsAt, state: "ending" }])
      const line = { requestId: "lease-0", intent: "expire", outcome: "changed" }
      writeFileSync(join(workFolder, "audit.ndjson"), `${JSON.stringify(line)}\n`, { mode: 0o600 })
      const worker = yield* start()
      yield* worker.says("A lease ended: expired.")
      assert.deepStrictEqual(auditOf(workFolder), [line])
    }).pipe(Effect.scoped),
  )

  it.live("closes the lease of whom ConductorOne revokes, and grants without an end", () =>
    Effect.gen(function* () {
      const { slack, start, store, done } = yield* leaseWorld
      const hence = Date.now() + 3_600_000
      const [one = "", two = ""] = yield* lent(slack, store, hence, hence)
      yield* start()
      const entitlement = { id: `group:${groupsOf(slack)[0]?.group}:member` }
      const principal = (resource: string) => ({ id: { resourceType: "user", resource } })
      yield* done({ revoke: { grant: { id: "g", entitlement, principal: principal(one) } } })
      yield* done({ grant: { entitlement, principal: principal(two) } })
      assert.deepStrictEqual(
        yield* statesIn(store),
        new Map([
          ["lease-0", "revoked"],
          ["lease-1", "made lasting"],
        ]),
      )
    }).pipe(Effect.scoped),
  )

  it.live("keeps until when ConductorOne grants, and removes nothing of it at its end", () =>
    Effect.gen(function* () {
      const { slack, start, store, done, membersNow } = yield* leaseWorld
      const [who = ""] = outsiders(slack)
      const worker = yield* start()
      const entitlement = { id: `group:${groupsOf(slack)[0]?.group}:member` }
      const principal = { id: { resourceType: "user", resource: who } }
      const before = Date.now()
      yield* done({ grant: { entitlement, principal, duration: "7200s" } })
      const [lease] = yield* leasesIn(store)
      assert.deepInclude(lease, { kind: "c1", actor: "ConductorOne", state: "active" })
      const end = Date.parse(lease?.endsAt ?? "")
      assert.isTrue(end >= before + 7_200_000 && end <= Date.now() + 7_200_000)
      if (lease !== undefined)
        yield* keep(slack, store, [{ ...lease, who, endsAt: new Date(before - 1000).toISOString() }])
      yield* worker.kill("SIGTERM")
      yield* worker.ended
      const next = yield* start()
      yield* next.answers("/live", 200)
      yield* until(
        Effect.map(next.ask("/metrics"), ({ text }) => valuesOf(text, "rollcall_leases_c1_overdue", {})[0] === 1),
      )
      const { text } = yield* next.ask("/metrics")
      assert.deepStrictEqual(
        ["open", "overdue", "c1_open"].map((name) => valuesOf(text, `rollcall_leases_${name}`, {})[0]),
        [0, 0, 1],
      )
      assert.include(membersNow(), who)
      yield* done({ revoke: { grant: { id: "g", entitlement, principal } } })
      assert.deepStrictEqual([...(yield* statesIn(store)).values()], ["revoked"])
    }).pipe(Effect.scoped),
  )

  it.live("removes what ConductorOne granted for a time and did not revoke, as the backstop of BATON_C1_LEASES", () =>
    Effect.gen(function* () {
      const { slack, start, store, workFolder, membersNow, c1 } = yield* leaseWorld
      const [left = "", asked = "", recent = ""] = membersNow()
      const hour = 3_600_000
      const hours = (count: number) => new Date(Date.now() - count * hour).toISOString()
      yield* keep(slack, store, [
        { kind: "c1", who: left, endsAt: hours(3) },
        { kind: "c1", who: asked, endsAt: hours(3) },
        { kind: "c1", who: recent, endsAt: hours(1) },
      ])
      yield* Effect.provide(
        LeaseStore.use(({ reached }) => reached({ since: Date.now() - 4 * hour, last: Date.now() - 60_000 })),
        leaseStoreFile(store),
      )
      // It waits for the worker already, and is refused: ConductorOne knows of the access, and so the backstop does nothing.
      yield* c1.addTasks([
        {
          revoke: {
            grant: {
              id: "g",
              entitlement: { id: `group:${groupsOf(slack)[0]?.group}:member` },
              principal: { id: { resourceType: "user", resource: asked } },
            },
          },
        },
      ])
      const worker = yield* start({
        program: quickPasses,
        environment: { BATON_PROVISIONING: "false", BATON_C1_LEASES: "backstop", BATON_C1_LEASE_GRACE: "2h" },
      })
      yield* worker.says("Access that ConductorOne granted for a time and did not revoke was removed.")
      assert.deepStrictEqual(
        [left, asked, recent].map((who) => membersNow().includes(who)),
        [false, true, true],
      )
      assert.deepStrictEqual([...(yield* statesIn(store)).values()].toSorted(), ["active", "active", "expired"])
      assert.deepStrictEqual(
        auditOf(workFolder).map(({ intent, outcome }) => [intent, outcome]),
        [
          ["revoke", "begun"],
          ["revoke", "changed"],
          ["expire", "changed"],
        ],
      )
    }).pipe(Effect.scoped),
  )

  it.live("tells once of a disabled account whose time is over, counts it, and does not enable it", () =>
    Effect.gen(function* () {
      const { slack, start, store } = yield* leaseWorld
      const resource = { resourceType: "user", resource: groupsOf(slack)[0]?.members[0] ?? "" }
      const enabled = { id: `user:${resource.resource}:enabled`, resource, slug: "enabled" }
      const reminder = { kind: "reminder", who: resource.resource, entitlement: enabled } as const
      yield* keep(slack, store, [{ ...reminder, endsAt: new Date(Date.now() - 1000).toISOString() }])
      const worker = yield* start({ program: quickPasses })
      yield* worker.says("The time of a disabled account is over. `rollcall leases end lease-0` enables it.")
      const passes = Effect.map(
        Effect.provide(
          LeaseStore.use(({ lastBeat }) => lastBeat(slack.teamId)),
          leaseStoreFile(store),
        ),
        (at = 0) => at,
      )
      const seen = yield* passes
      yield* until(Effect.map(passes, (at) => at > seen + 200))
      assert.lengthOf(
        worker.logs().filter(({ message }) => message.startsWith("The time of a disabled account")),
        1,
      )
      const { text } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(
        ["reminders_due", "open", "overdue"].map((name) => valuesOf(text, `rollcall_leases_${name}`, {})[0]),
        [1, 0, 0],
      )
      assert.deepStrictEqual([...(yield* statesIn(store)).values()], ["active"])
      assert.strictEqual(slack.calls()["scim.users.patch"] ?? 0, 0)
    }).pipe(Effect.scoped),
  )

  it.live("closes the lease of whom a sync shows without the access, for ConductorOne and by itself", () =>
    Effect.gen(function* () {
      const { slack, start, store, done, environment, workFolder, membersNow } = yield* leaseWorld
      const [one = "", two = ""] = outsiders(slack)
      const endsAt = new Date(Date.now() + 3_600_000).toISOString()
      yield* keep(slack, store, [{ who: one, endsAt }])
      const forC1 = yield* start()
      yield* done({ syncFull: {} })
      yield* forC1.kill("SIGTERM")
      yield* forC1.ended
      yield* keep(slack, store, [
        { id: "lease-1", who: two, endsAt },
        { id: "lease-2", who: membersNow()[0] ?? "", endsAt },
      ])
      const { BATON_CLIENT_ID: _, BATON_CLIENT_SECRET: __, ...alone } = environment
      const byItself = yield* startWorker({
        environment: { ...alone, BATON_EVERY: "6h", BATON_FILE: join(workFolder, "sync.c1z"), BATON_LEASES: store },
      })
      yield* byItself.says("A lease ended: removed by others.")
      assert.deepStrictEqual(
        yield* statesIn(store),
        new Map([
          ["lease-0", "removed by others"],
          ["lease-1", "removed by others"],
          ["lease-2", "active"],
        ]),
      )
    }).pipe(Effect.scoped),
  )
})
