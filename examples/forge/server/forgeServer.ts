// A small code host on this machine: users, organisations, teams, and who is in which. It listens on loopback only.
import { createServer } from "node:http"
import type { IncomingMessage, ServerResponse } from "node:http"

interface User {
  readonly id: string
  readonly name: string
  readonly email: string
  active: boolean
}

interface Team {
  readonly id: string
  readonly name: string
  readonly organization: string
  readonly members: Set<string>
}

/** How a forge is started. */
export interface ForgeOptions {
  /** Default: any free port. */
  readonly port?: number
  /** How many people it has; default 25. */
  readonly users?: number
  /** How many records a page of a list has at most; default 100. */
  readonly pageSize?: number | undefined
}

/** A forge that runs. */
export interface Forge {
  /** What its paths are appended to. */
  readonly url: string
  /** A token with these scopes. */
  readonly token: (scopes?: ReadonlyArray<string>) => string
  readonly users: ReadonlyMap<string, User>
  readonly teams: ReadonlyMap<string, Team>
  /** What was asked of it so far, such as `GET /users`. */
  readonly calls: () => ReadonlyArray<string>
  readonly close: () => Promise<void>
}

/** Every scope that a token can have. */
export const allScopes: ReadonlyArray<string> = [
  "users:read",
  "users:write",
  "organizations:read",
  "teams:read",
  "teams:write",
]

const organizations = [
  { id: "o1", name: "Atlas", owners: ["u1", "u2"] },
  { id: "o2", name: "Borealis", owners: ["u1"] },
  { id: "o3", name: "Cumulus", owners: ["u3"] },
]
const teamNames = ["platform", "web", "design"]

const usersOf = (count: number): Map<string, User> =>
  new Map(
    Array.from({ length: count }, (_, at) => {
      const id = `u${at + 1}`
      return [id, { id, name: `User ${at + 1}`, email: `user${at + 1}@forge.example`, active: at % 10 !== 9 }]
    }),
  )

/** Three teams in each organisation but the last, which has none; every user but the first is in some of them. */
const teamsOf = (users: number): Map<string, Team> =>
  new Map(
    organizations.slice(0, 2).flatMap(({ id: organization }, at) =>
      teamNames.map((name, index) => {
        const nth = at * teamNames.length + index
        const members = Array.from({ length: users - 1 }, (_, user) => user + 2).filter((user) => user % 6 >= nth)
        const team = { id: `t${nth + 1}`, name, organization, members: new Set(members.map((user) => `u${user}`)) }
        return [team.id, team] as const
      }),
    ),
  )

/** What the server answers. */
interface Answer {
  readonly status?: number
  readonly body?: unknown
}

const fault = (status: number, error: string): Answer => ({ status, body: { error } })

/** Starts a forge. */
export const startForge = async ({
  port = 0,
  users: count = 25,
  pageSize = 100,
}: ForgeOptions = {}): Promise<Forge> => {
  const users = usersOf(count)
  const teams = teamsOf(count)
  const tokens = new Map<string, ReadonlyArray<string>>()
  const calls: Array<string> = []

  const token: Forge["token"] = (scopes = allScopes) => {
    const text = `forge_${"0".repeat(20)}${allScopes.map((scope) => (scopes.includes(scope) ? 1 : 0)).join("")}`
    tokens.set(text, scopes)
    return text
  }

  const answer = (verb: string, url: URL, scopes: ReadonlyArray<string>, body: unknown): Answer => {
    const [kind, id = "", list, member = ""] = url.pathname.replace("/api/", "").split("/").map(decodeURIComponent)
    if (kind === "token") {
      return { body: { id: "f1", name: "Forge of this machine", user: "u1", scopes } }
    }
    const needed = `${list === "teams" ? "teams" : kind}:${verb === "GET" ? "read" : "write"}`
    if (!scopes.includes(needed)) return fault(403, "missing_scope")
    if (kind === "users" && id === "") {
      const asked = url.searchParams.getAll("name")
      const all = [...users.values()]
      return { body: asked.length === 0 ? all : all.filter((it) => asked.includes(it.id) || asked.includes(it.email)) }
    }
    if (kind === "users") {
      const user = users.get(id)
      if (user === undefined) return fault(404, "no_such_user")
      if (verb === "PATCH") user.active = Reflect.get(Object(body), "active") === true
      return { body: user }
    }
    if (kind === "organizations") {
      if (id === "") return { body: organizations }
      const of = [...teams.values()].filter(({ organization }) => organization === id)
      return { body: of.map(({ id: team, name }) => ({ id: team, name })) }
    }
    const team = teams.get(id)
    if (team === undefined) return fault(404, "no_such_team")
    if (verb === "GET") return { body: [...team.members].map((user) => ({ user })) }
    if (!users.has(member)) return fault(404, "no_such_user")
    if (verb === "PUT") team.members.add(member)
    else team.members.delete(member)
    return { status: 204 }
  }

  /** Lists come in pages; the header `Link` names the next one. */
  const send = (response: ServerResponse, url: URL, { status = 200, body }: Answer) => {
    let shown = body
    if (Array.isArray(body)) {
      const from = Number(url.searchParams.get("from") ?? 0)
      shown = body.slice(from, from + pageSize)
      if (from + pageSize < body.length) {
        url.searchParams.set("from", String(from + pageSize))
        response.setHeader("Link", `<${url.href}>; rel="next"`)
      }
    }
    response.writeHead(status, { "Content-Type": "application/json" })
    response.end(shown === undefined ? undefined : JSON.stringify(shown))
  }

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    let text = ""
    for await (const chunk of request.setEncoding("utf8")) text += String(chunk)
    const { method = "GET", url: path = "/", headers } = request
    const url = new URL(path, `http://${headers.host ?? "127.0.0.1"}`)
    calls.push(`${method} ${url.pathname.replace("/api", "")}`)
    const scopes = tokens.get(headers.authorization?.replace("Bearer ", "") ?? "")
    send(
      response,
      url,
      scopes === undefined
        ? fault(401, "bad_token")
        : answer(method, url, scopes, text === "" ? undefined : JSON.parse(text)),
    )
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  const listening = Promise.withResolvers<number>()
  server.once("error", listening.reject).listen(port, "127.0.0.1", () => {
    const address = server.address()
    listening.resolve(typeof address === "object" && address !== null ? address.port : port)
  })
  return {
    url: `http://127.0.0.1:${await listening.promise}/api`,
    token,
    users,
    teams,
    calls: () => calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
