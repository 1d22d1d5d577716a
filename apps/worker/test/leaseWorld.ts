// Leases in the store of a worker, between simulators of Slack and ConductorOne.
import { leaseStoreFile } from "@rollcall/change-store"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import type { RunningSimulator } from "@rollcall/slack-simulator"
import { bundledProgram } from "@rollcall/test-kit/bundles"
import { Effect } from "effect"
import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { serviceWorld } from "./serviceWorld.ts"

/** The IdP groups, and who is in them. */
export const groupsOf = (slack: RunningSimulator) =>
  [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))

/** Full members in use who are not in the first IdP group. */
export const outsiders = (slack: RunningSimulator): ReadonlyArray<string> => {
  const left = new Set(
    [...slack.state()].flatMap((entry) => ("account" in entry && entry.active ? [entry.account] : [])),
  )
  for (const who of groupsOf(slack)[0]?.members ?? []) left.delete(who)
  const asMember = /^workspaceRole:[^:]+:member:assigned:user:(?<user>.+)$/u
  return [...slack.expected()]
    .flatMap(({ id }) => asMember.exec(id)?.groups?.["user"] ?? [])
    .filter((who) => left.has(who))
}

/** The worker whose passes follow each other. */
export const quickPasses = await bundledProgram(new URL("quickPasses.ts", import.meta.url))

/** Keeps leases on the first IdP group in the store at a path. */
export const keep = Effect.fnUntraced(function* (
  slack: RunningSimulator,
  file: string,
  leases: ReadonlyArray<Pick<Lease, "endsAt"> & Partial<Lease> & { readonly who: string }>,
) {
  const resource = { resourceType: "group", resource: groupsOf(slack)[0]?.group ?? "" }
  yield* Effect.provide(
    LeaseStore.use(({ put }) =>
      Effect.forEach(leases, ({ who, ...lease }, at) =>
        put({
          id: `lease-${at}`,
          connector: "slack-business-plus",
          tenant: slack.teamId,
          entitlement: { id: `group:${resource.resource}:member`, resource, slug: "member" },
          principal: { resourceType: "user", resource: who },
          begunAt: new Date(Date.now() - 7_200_000).toISOString(),
          state: "active",
          ...lease,
        }),
      ),
    ),
    leaseStoreFile(file),
  )
})

/** Leases of the first members of the first IdP group, which end at these times. */
export const lent = Effect.fnUntraced(function* (
  slack: RunningSimulator,
  file: string,
  ...ends: ReadonlyArray<number>
) {
  const members = groupsOf(slack)[0]?.members.slice(0, ends.length) ?? []
  const leases = members.map((who, at) => ({ who, endsAt: new Date(ends[at] ?? 0).toISOString() }))
  yield* keep(slack, file, leases)
  return members
})

/** All leases in the store at a path. */
export const leasesIn = (file: string) =>
  Effect.provide(
    LeaseStore.use(({ all }) => all),
    leaseStoreFile(file),
  )

/** How each of them stands, by its id. */
export const statesIn = (file: string) =>
  Effect.map(leasesIn(file), (all) => new Map(all.map((lease) => [lease.id, lease.closedAs ?? lease.state])))

/** The audit log in a work folder. */
export const auditOf = (folder: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  readFileSync(join(folder, "audit.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

/** Both simulators, and a work folder with a store of leases. */
export const leaseWorld = Effect.gen(function* () {
  const made = yield* serviceWorld()
  mkdirSync(made.workFolder, { recursive: true })
  const store = join(made.workFolder, "leases.db")
  const membersNow = () => groupsOf(made.slack)[0]?.members ?? []
  return { ...made, store, membersNow }
})
