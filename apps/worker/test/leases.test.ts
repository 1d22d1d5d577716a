// Access for a time, ended by the real worker between simulators of Slack and ConductorOne.
import { assert, describe, it } from "@effect/vitest"
import { leaseStoreFile } from "@rollcall/change-store"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import type { RunningSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { valuesOf } from "./samplesOf.ts"
import { serviceWorld } from "./serviceWorld.ts"
import { until } from "./workerProcess.ts"

const groupsOf = (slack: RunningSimulator) => [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))

/** Leases of the first two members of the first IdP group, which end at these times. */
const lent = Effect.fnUntraced(function* (slack: RunningSimulator, file: string, ...ends: ReadonlyArray<number>) {
  const [group] = groupsOf(slack)
  const resource = { resourceType: "group", resource: group?.group ?? "" }
  const leases = ends.map((endsAt, at): Lease => ({
    id: `lease-${at}`,
    connector: "slack-business-plus",
    tenant: slack.teamId,
    entitlement: { id: `group:${resource.resource}:member`, resource, slug: "member" },
    principal: { resourceType: "user", resource: group?.members[at] ?? "" },
    begunAt: new Date(Date.now() - 7_200_000).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    state: "active",
  }))
  yield* Effect.provide(
    LeaseStore.use((store) => Effect.forEach(leases, store.put)),
    leaseStoreFile(file),
  )
  return leases.map(({ principal }) => principal.resource)
})

const statesIn = (file: string) =>
  Effect.provide(
    LeaseStore.use((store) =>
      Effect.map(store.all, (all) => new Map(all.map((lease) => [lease.id, lease.closedAs ?? lease.state]))),
    ),
    leaseStoreFile(file),
  )

const auditOf = (folder: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  readFileSync(join(folder, "audit.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

const world = Effect.gen(function* () {
  const made = yield* serviceWorld()
  mkdirSync(made.workFolder, { recursive: true })
  const store = join(made.workFolder, "leases.db")
  const membersNow = () => groupsOf(made.slack)[0]?.members ?? []
  return { ...made, store, membersNow }
})

describe("a worker", () => {
  it.live("ends access whose time is over, whatever BATON_PROVISIONING says, and leaves alone what is not over", () =>
    Effect.gen(function* () {
      const { slack, start, workFolder, store, membersNow } = yield* world
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

  it.live("that is killed while it ends access leaves it to the next, which ends it once", () =>
    Effect.gen(function* () {
      const { slack, start, workFolder, store, membersNow } = yield* world
      slack.addFaults([{ method: "scim.groups.patch", times: 1, fault: { kind: "never" } }])
      const [over = ""] = yield* lent(slack, store, Date.now() - 1000)
      const first = yield* start()
      yield* until(Effect.map(statesIn(store), (states) => states.get("lease-0") === "ending"))
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

  it.live("closes the lease of whom ConductorOne revokes, and grants without an end", () =>
    Effect.gen(function* () {
      const { slack, start, store, done } = yield* world
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
})
