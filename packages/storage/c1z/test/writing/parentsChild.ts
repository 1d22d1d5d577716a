// Syncs teams and, for each, its members, in a process of its own. Arguments: the output, a file that gets a line for each page that
// is asked for, the options as JSON.
import type { Connector, ResourceId } from "@rollcall/connector"
import { entitlementOf, forEachResource, grantOf, runSync, SyncEvents } from "@rollcall/connector"
import { Effect } from "effect"
import { appendFileSync } from "node:fs"
import { workStoreLayer } from "../../src/WorkStore.ts"

/** What a run of this program is told. */
export interface ParentsOptions {
  /** Members by team, one a page. */
  readonly members: Readonly<Record<string, number>>
  /** Ends itself with SIGKILL as soon as this many pages of members are stored. */
  readonly killAfter?: number | undefined
  /** How long the cursor of each page is. */
  readonly cursorLength?: number | undefined
}

const [output = "", log = "", options = "{}"] = process.argv.slice(2)
const { members, killAfter, cursorLength = 1 }: ParentsOptions = JSON.parse(options)

const team = (resource: string): ResourceId => ({ resourceType: "team", resource })
const person = (resource: string): ResourceId => ({ resourceType: "person", resource })
const type = (id: string) => ({ id, displayName: id, traits: [], capabilities: ["sync" as const], permissions: [] })

const connector: Connector = {
  id: "parents",
  displayName: "Parents",
  resourceTypes: [type("team"), type("person")],
  identify: Effect.succeed({ id: "T1", displayName: "Teams Inc." }),
  steps: [
    {
      id: "teams",
      title: "teams",
      produces: ["team"],
      scopes: [],
      page: () =>
        Effect.sync(() => {
          appendFileSync(log, "teams\n")
          const all = Object.keys(members).map(team)
          return {
            resources: all.map((id) => ({ id, displayName: id.resource })),
            entitlements: all.map((id) =>
              entitlementOf(id, "member", { displayName: "Member", grantableTo: ["person"] }),
            ),
          }
        }),
    },
    {
      id: "members",
      title: "members",
      produces: ["team", "person"],
      scopes: [],
      after: ["teams"],
      ...forEachResource("team", ({ parent, cursor }) =>
        Effect.sync(() => {
          const name = parent.id.resource
          const at = Number(cursor ?? 0)
          appendFileSync(log, `${name} ${at}\n`)
          if (at >= (members[name] ?? 0)) return {}
          const id = person(`${name}-${at}`)
          return {
            resources: [{ id, displayName: id.resource }],
            grants: [grantOf(parent.id, "member", id)],
            next: at + 1 < (members[name] ?? 0) ? String(at + 1).padStart(cursorLength, "0") : undefined,
          }
        }),
      ),
    },
  ],
}

let stored = 0
const { resumed, published } = await Effect.runPromise(
  runSync(connector).pipe(
    Effect.provideService(SyncEvents, (event) =>
      Effect.sync(() => {
        if (event._tag === "PageCommitted" && event.step === "members" && ++stored === killAfter) {
          process.kill(process.pid, "SIGKILL")
        }
      }),
    ),
    Effect.provide(workStoreLayer({ output })),
  ),
)
process.stdout.write(JSON.stringify({ resumed, counts: published.counts }))
