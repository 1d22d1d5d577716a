// Which page, data or act stands at which path of the console, and who may ask for it.
import { Effect } from "effect"
import { ManagedConnections } from "./ManagedConnections.ts"
import type { ActAnswer, Shown } from "./pageData.ts"
import { acts, dataPaths, neededFor, places } from "./pageData.ts"
import { rowOf } from "./pages/connectionRow.ts"
import type { Role, Visitor } from "./sign-in/Visitor.ts"

/** A page before its frame is put around it. */
export interface Content {
  readonly status: number
  readonly title: string
  readonly shown: Shown
}

interface ShowRoute {
  readonly taken: "page" | "data"
  readonly needs: Role
  /** Only for somebody who has proved lately who they are. */
  readonly asksFresh?: boolean | undefined
  readonly page: (visitor: Visitor, query: URLSearchParams) => Effect.Effect<Content>
}

interface ActRoute {
  readonly taken: "act"
  readonly needs: Role
  readonly asksFresh?: boolean | undefined
  readonly act: (visitor: Visitor, fields: URLSearchParams) => Effect.Effect<ActAnswer>
}

/** What stands at a path. */
export type Route = ShowRoute | ActRoute

const done = {
  pause: "was paused",
  resume: "was resumed",
  "sync-now": "was asked for a sync",
  remove: "was removed",
} as const

/** All of them. */
export const makeRoutes: Effect.Effect<ReadonlyMap<string, Route>, never, ManagedConnections> = Effect.map(
  Effect.service(ManagedConnections),
  ({ all, change }) => {
    const list = Effect.map(all, (connections): Content => ({
      status: 200,
      title: "Connections",
      shown: { kind: "connections", rows: connections.map(rowOf) },
    }))
    const changeRoute = (act: keyof typeof done): readonly [string, Route] => [
      acts[act],
      {
        taken: "act",
        needs: neededFor[act],
        act: (visitor, fields) => {
          const name = fields.get("name") ?? ""
          return Effect.map(change(visitor, name, act), (refused): ActAnswer =>
            refused === undefined ? { done: `${name} ${done[act]}.` } : { refused },
          )
        },
      },
    ]
    const show = (taken: ShowRoute["taken"], page: ShowRoute["page"]): Route => ({ taken, needs: "viewer", page })
    return new Map<string, Route>([
      [places.connections, show("page", () => list)],
      [dataPaths.connections, show("data", () => list)],
      changeRoute("pause"),
      changeRoute("resume"),
      changeRoute("sync-now"),
      changeRoute("remove"),
    ])
  },
)
