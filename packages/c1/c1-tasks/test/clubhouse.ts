// A connector of our own for tests of the loop: a club whose members may hold a key. What a test needs to happen in the
// middle of a call, it gives as an effect.
import type { Connector, ConnectorError, Entitlement } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import { Effect } from "effect"

const member = (resource: string) => ({ resourceType: "member", resource })
const key = { resourceType: "key", resource: "front" }

const holding: Entitlement = {
  id: entitlementId(key, "holder"),
  resource: key,
  slug: "holder",
  displayName: "Holder of the key",
  description: "Can open the front door",
  purpose: "assignment",
  grantableTo: ["member"],
}

/** What a test does to the club. */
export interface Club {
  /** Pages of members; each holds one, and the last one the key. Default 3. */
  readonly pages?: number
  /** Bytes that each member takes besides. */
  readonly bulk?: number
  /** Runs before the page of this number, from 0, is given. */
  readonly beforePage?: (page: number) => Effect.Effect<unknown, ConnectorError>
  /** Runs before a grant, a revoke or an action is carried out. */
  readonly beforeWrite?: Effect.Effect<unknown, ConnectorError>
}

/** The club, with what happened in it. */
export const clubhouse = ({
  pages = 3,
  bulk = 0,
  beforePage = () => Effect.void,
  beforeWrite = Effect.void,
}: Club = {}) => {
  const holders = new Set<string>()
  const asked: Array<number> = []
  let isLocked = false
  const write = (change: () => unknown) => Effect.as(Effect.andThen(beforeWrite, Effect.sync(change)), {})

  const connector: Connector = {
    id: "clubhouse",
    displayName: "Clubhouse",
    resourceTypes: [
      { id: "member", displayName: "Member", traits: ["user"], capabilities: ["sync"], permissions: [] },
      { id: "key", displayName: "Key", traits: ["group"], capabilities: ["sync", "provision"], permissions: [] },
    ],
    identify: Effect.succeed({ id: "C1", displayName: "The Club" }),
    steps: [
      {
        id: "members",
        title: "members",
        produces: ["member", "key"],
        scopes: [],
        page: Effect.fnUntraced(function* ({ cursor = "0" }) {
          const page = Number(cursor)
          asked.push(page)
          yield* beforePage(page)
          const isLast = page + 1 >= pages
          return {
            resources: [
              { id: member(`m${page}`), profile: { note: "n".repeat(bulk) } },
              ...(isLast ? [{ id: key, displayName: "Front door" }] : []),
            ],
            entitlements: isLast ? [holding] : [],
            grants: isLast ? [...holders].map((id) => grantOf(key, "holder", member(id))) : [],
            ...(isLast ? {} : { next: String(page + 1) }),
          }
        }),
      },
    ],
    provisioning: {
      slugs: { key: ["holder"] },
      principalTypes: ["member"],
      holders: () => Effect.sync(() => [...holders].map(member)),
      grant: (_, { resource }) => write(() => holders.add(resource)),
      revoke: (_, { resource }) => write(() => holders.delete(resource)),
      findPrincipals: () => Effect.succeed(new Map()),
    },
    actions: [
      {
        name: "lock",
        displayName: "Lock",
        description: "Locks the house",
        kind: "accountDisable",
        arguments: [{ name: "door", displayName: "Door", description: "The door to lock", type: "text" }],
        returns: [],
        isDone: () => Effect.sync(() => isLocked),
        run: () => write(() => (isLocked = true)),
        result: ({ door = "" }) => ({ door }),
      },
    ],
  }
  return { connector, holders, asked }
}

/** Tasks about the club, as C1 writes them. */
const heldBy = (id: string) => ({
  entitlement: { id: entitlementId(key, "holder"), resource: { id: key }, slug: "holder" },
  principal: { id: member(id) },
})
export const grantTo = (id: string) => ({ grant: heldBy(id) })
export const revokeFrom = (id: string) => ({ revoke: { grant: { id: "🧸_UNKNOWN_GRANT_ID", ...heldBy(id) } } })
export const lockDoor = { actionInvoke: { name: "lock", args: { door: "front" } } }
