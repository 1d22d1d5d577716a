// Access for a time in the workspaces of a drill: a lease after the other, each over as soon as it begins, so that there is always one to
// end.
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { Database, leaseStorePostgres } from "@rollcall/postgres"
import { Context, Effect, Layer } from "effect"
import { existsSync, readFileSync } from "node:fs"
import type { LeaseRecord } from "./Record.ts"
import type { DrilledWorker } from "./workers.ts"
import type { DrilledWorkspace } from "./workspaces.ts"

/** The leases of a workspace, over so many seconds. What waits for the database fails. */
export const lendIn = Effect.fnUntraced(function* ({ name, slack }: DrilledWorkspace, lasts: number) {
  const database = yield* Database
  const store = Context.get(
    yield* Layer.build(Layer.provide(leaseStorePostgres(name), Layer.succeed(Database, database))),
    LeaseStore,
  )
  const [group] = [...slack.state()].flatMap((entry) => ("group" in entry && entry.members.length > 5 ? [entry] : []))
  if (group === undefined) throw new Error(`${name} has no group whose members could lose it.`)
  const waiting = [...group.members]
  const lent: Array<string> = []
  // Each of them loses it once, so a long drill lends less often.
  const pause = (lasts * 1000) / waiting.length
  let lentAt = 0
  const resource = { resourceType: "group", resource: group.group }

  /** Lends what somebody holds already, for two seconds. Nothing where the last one is not over yet. */
  const lend = Effect.gen(function* () {
    const [who] = waiting
    const now = Date.now()
    if (who === undefined || now - lentAt < pause || (yield* store.open(slack.teamId)).length > 0) return
    const id = `${name} lease ${lent.length}`
    const lease: Lease = {
      id,
      connector: "slack-business-plus",
      tenant: slack.teamId,
      entitlement: { id: `group:${group.group}:member`, resource, slug: "member" },
      principal: { resourceType: "user", resource: who },
      begunAt: new Date(now - 7_200_000).toISOString(),
      endsAt: new Date(now + 2000).toISOString(),
      state: "active",
    }
    yield* store.put(lease)
    waiting.shift()
    lent.push(id)
    lentAt = now
  })
  const areOver = Effect.map(store.open(slack.teamId), (open) => open.length === 0)
  /** How each of them ended, and what the audit logs of these workers say of it since the drill began. */
  const ends = (workers: ReadonlyArray<DrilledWorker>, begun: number) =>
    Effect.map(store.all, (all) => {
      const written = workers.flatMap(({ auditFile }, worker) =>
        linesIn(auditFile(name)).map((line) => ({ ...line, worker })),
      )
      return all
        .filter(({ tenant }) => tenant === slack.teamId)
        .map(({ id, state, closedAs }): LeaseRecord => ({
          id,
          state: closedAs ?? state,
          lines: written
            .filter(({ intent, lease }) => intent === "expire" && lease?.id === id)
            .map(({ worker, time }) => ({ worker, at: (Date.parse(time) - begun) / 1000 })),
        }))
    })
  return { lend, areOver, ends }
})

interface Line {
  readonly time: string
  readonly intent: string
  readonly lease?: { readonly id: string }
}

const linesIn = (file: string): ReadonlyArray<Line> =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line))
    : []
