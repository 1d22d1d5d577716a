// A SCIM 2.0 server that knows nothing of Slack or of us: scimmy and its routers, over a store in memory.
import { Effect } from "effect"
import express from "express"
import type { Server } from "node:http"
import { SCIMMY, SCIMMYRouters } from "scimmy-routers"

export const standardToken = "an-opaque-token.of+any/server="

/** What scimmy hands over of a request. */
interface Asked<A> {
  readonly id?: string
  readonly filter?: { readonly match: (values: Array<A>) => Array<A> }
}

const missing = (id = "") => new SCIMMY.Types.Error(404, "", `Resource ${id} not found`)

/** Resources of one type by id, their names unique. */
const storing = <A extends { id?: string }>(prefix: string, nameOf: (resource: A) => string) => {
  const stored = new Map<string, A>()
  let created = 0
  return {
    clear: () => stored.clear(),
    read: ({ id, filter }: Asked<A>): A | Array<A> => {
      if (id === undefined) return filter === undefined ? [...stored.values()] : filter.match([...stored.values()])
      const found = stored.get(id)
      if (found === undefined) throw missing(id)
      return found
    },
    write: ({ id }: Asked<A>, data: A): A => {
      if (id !== undefined && !stored.has(id)) throw missing(id)
      const own = id ?? `${prefix}${++created}`
      for (const [other, resource] of stored) {
        if (other !== own && nameOf(resource) === nameOf(data)) throw new SCIMMY.Types.Error(409, "uniqueness", "Taken")
      }
      const resource = { ...data, id: own }
      stored.set(own, resource)
      return resource
    },
    remove: ({ id = "" }: Asked<A>): void => {
      if (!stored.delete(id)) throw missing(id)
    },
  }
}

const users = storing("user-", ({ userName }: SCIMMY.Schemas.User) => userName)
const groups = storing("group-", ({ displayName }: SCIMMY.Schemas.Group) => displayName)

SCIMMY.Resources.declare(SCIMMY.Resources.User)
  .extend(SCIMMY.Schemas.EnterpriseUser, false)
  .ingress((resource, data) => users.write(resource, data))
  .egress((resource) => users.read(resource))
  .degress((resource) => users.remove(resource))
SCIMMY.Resources.declare(SCIMMY.Resources.Group)
  .ingress((resource, data) => groups.write(resource, data))
  .egress((resource) => groups.read(resource))
  .degress((resource) => groups.remove(resource))

const routers = new SCIMMYRouters({
  type: "bearer",
  handler: (request) => {
    if (request.header("authorization") !== `Bearer ${standardToken}`) throw new Error("The token is not known.")
    return "someone"
  },
})

/** An empty server on loopback; its URL up to the version. It ends with the scope. */
export const standardServer = Effect.acquireRelease(
  Effect.callback<{ readonly baseUrl: string; readonly server: Server }>((resume) => {
    users.clear()
    groups.clear()
    const app = express()
    app.use("/scim/v2", routers)
    const server = app.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ baseUrl: `http://127.0.0.1:${port}/scim/`, server }))
    })
  }),
  ({ server }) =>
    Effect.sync(() => {
      server.closeAllConnections()
      server.close()
    }),
)
