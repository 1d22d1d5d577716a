// A stand-in for My System on this machine: two lists, a record a page, and a token.
import { createServer } from "node:http"

export const token = "right-token"

const lists: Readonly<Record<string, ReadonlyArray<object>>> = {
  "/api/users": ["ada", "bob", "eve"].map((id) => ({ id, displayName: id, email: `${id}@example.com` })),
  "/api/groups": [
    { id: "g1", displayName: "Admins", members: ["ada"] },
    { id: "g2", displayName: "Staff", members: ["ada", "bob", "eve"] },
  ],
}

/** Starts it on a free port of the loopback. */
export const startServer = async () => {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1")
    const page = Number(url.searchParams.get("page") ?? 0)
    const list = lists[url.pathname]
    const isAllowed = request.headers.authorization === `Bearer ${token}`
    const body =
      url.pathname === "/api/me" ? { id: "s1", displayName: "My System of this machine" } : list?.slice(page, page + 1)
    if (list !== undefined && page + 1 < list.length) {
      response.setHeader("Link", `<${url.pathname}?page=${page + 1}>; rel="next"`)
    }
    response.writeHead(isAllowed ? (body === undefined ? 404 : 200) : 401, { "Content-Type": "application/json" })
    response.end(JSON.stringify(isAllowed ? body : { error: "bad_token" }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/api`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
