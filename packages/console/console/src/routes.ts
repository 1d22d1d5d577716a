// Which page, data or act stands at which path of the console, and who may ask for it.
import { Effect, Redacted } from "effect"
import type { ConnectionDetails, Refused } from "./ManagedConnections.ts"
import { ManagedConnections } from "./ManagedConnections.ts"
import type { ActAnswer, CheckAnswer, Shown } from "./pageData.ts"
import { acts, dataPaths, neededFor, places } from "./pageData.ts"
import { connectionPage } from "./pages/connectionPage.ts"
import { rowOf } from "./pages/connectionRow.ts"
import { wantedOf } from "./pages/wantedForm.ts"
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
  readonly page: (query: URLSearchParams) => Effect.Effect<Content>
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
  pause: "was paused. What runs is brought to its end.",
  resume: "was resumed.",
  "sync-now": "was asked for a sync.",
  remove: "was removed. Its files, copies and audit log stay.",
} as const

/** What is answered where there is no such connection, or page. */
export const notFound = (heading: string): Content => ({
  status: 404,
  title: "Not found",
  shown: { kind: "trouble", heading, text: "The list of connections has all that there are." },
})

const notKnown = ({ message, hint }: Refused): Content => ({
  status: 503,
  title: "Not known just now",
  shown: { kind: "trouble", heading: message, text: hint },
})

/** All of them. */
export const makeRoutes: Effect.Effect<ReadonlyMap<string, Route>, never, ManagedConnections> = Effect.map(
  Effect.service(ManagedConnections),
  ({ all, details, form, change, check, add, rotate }) => {
    const list = Effect.map(all, (connections): Content => ({
      status: 200,
      title: "Connections",
      shown: { kind: "connections", rows: connections.map(rowOf) },
    }))
    const about = (query: URLSearchParams, content: (found: ConnectionDetails) => Content) =>
      Effect.map(details(query.get("name") ?? ""), (found) => {
        if (found === undefined) return notFound("There is no such connection.")
        return isRefused(found) ? notKnown(found) : content(found)
      })
    const one = (query: URLSearchParams) =>
      about(query, (found) => ({
        status: 200,
        title: found.shown.name,
        shown: { kind: "connection", connection: connectionPage(found) },
      }))
    const rotatePage = (query: URLSearchParams) =>
      about(query, ({ shown: { name }, secrets }) =>
        secrets.length === 0
          ? notFound(`Rollcall keeps no secret of ${name}.`)
          : { status: 200, title: `Rotate a token of ${name}`, shown: { kind: "rotate", name, secrets } },
      )
    const changeAct = (act: keyof typeof done): readonly [string, Route] => [
      acts[act],
      {
        taken: "act",
        needs: neededFor[act],
        act: (visitor, fields) => {
          const name = fields.get("name") ?? ""
          return Effect.map(change(visitor, name, act), answered(`${name} ${done[act]}`))
        },
      },
    ]
    const show = (taken: ShowRoute["taken"], page: ShowRoute["page"], needs: Role = "viewer"): Route => ({
      taken,
      needs,
      page,
    })
    return new Map<string, Route>([
      [places.connections, show("page", () => list)],
      [dataPaths.connections, show("data", () => list)],
      [places.connection, show("page", one)],
      [dataPaths.connection, show("data", one)],
      [
        places.add,
        show(
          "page",
          () => Effect.succeed({ status: 200, title: "Add a connection", shown: { kind: "add", ...form } }),
          neededFor.add,
        ),
      ],
      [places.rotate, { ...show("page", rotatePage, neededFor.rotate), asksFresh: true }],
      changeAct("pause"),
      changeAct("resume"),
      changeAct("sync-now"),
      changeAct("remove"),
      [
        acts.check,
        {
          taken: "act",
          needs: neededFor.check,
          act: (_visitor, fields) => {
            const wanted = wantedOf(fields, form)
            return isRefused(wanted) ? Effect.succeed({ refused: wanted }) : Effect.map(check(wanted), shown)
          },
        },
      ],
      [
        acts.add,
        {
          taken: "act",
          needs: neededFor.add,
          act: (visitor, fields) => {
            const wanted = wantedOf(fields, form)
            return isRefused(wanted)
              ? Effect.succeed({ refused: wanted })
              : Effect.map(add(visitor, wanted), (found) =>
                  found === undefined ? { done: `${wanted.name} was added.` } : shown(found),
                )
          },
        },
      ],
      [
        acts.rotate,
        {
          taken: "act",
          needs: neededFor.rotate,
          asksFresh: true,
          act: (visitor, fields) => {
            const [name, setting, value] = ["name", "setting", "secret"].map((field) => fields.get(field) ?? "")
            return value === undefined || value === ""
              ? Effect.succeed({ refused: { message: "There is no new secret.", hint: "Give it in its field." } })
              : Effect.map(
                  rotate(visitor, name ?? "", setting ?? "", Redacted.make(value)),
                  answered(`The ${setting} of ${name} was replaced. The connection begins again with it.`),
                )
          },
        },
      ],
    ])
  },
)

const isRefused = (one: object): one is Refused => "message" in one

/** What was found of a connection, or why it was not looked at. */
const shown = (found: CheckAnswer | Refused): ActAnswer => (isRefused(found) ? { refused: found } : { checked: found })

const answered =
  (sentence: string) =>
  (refused: Refused | undefined): ActAnswer =>
    refused === undefined ? { done: sentence } : { refused }
