// A worker with a console, of simulated workspaces, and what leads a browser or a client into it.
import { askForConsole, connectionsFolder } from "@rollcall/host/connections"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { startWorker } from "../workerProcess.ts"

/** Stands before a simulated Slack, and lets calls of one method wait until it is told to let them through. */
const holding = Effect.fnUntraced(function* (url: string, method: string) {
  let release: () => void = () => undefined
  const released = new Promise<void>((done) => (release = done))
  const server = createServer((received, response) => {
    void (async () => {
      const chunks: Array<Buffer> = []
      for await (const chunk of received) chunks.push(Buffer.from(chunk))
      const path = (received.url ?? "").replace(/^\/api\//u, "")
      if (path.startsWith(method)) await released
      const { authorization = "", "content-type": type = "" } = received.headers
      const reply = await fetch(new URL(path, url), {
        method: received.method ?? "POST",
        headers: { authorization, "content-type": type },
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      })
      const headers = Object.fromEntries(
        [...reply.headers].filter(([name]) => !/^(?:content-(?:length|encoding)|transfer-encoding)$/u.test(name)),
      )
      response.writeHead(reply.status, headers).end(Buffer.from(await reply.arrayBuffer()))
    })().catch(() => response.destroy())
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))),
    () => Effect.sync(() => server.close().closeAllConnections()),
  )
  const address = server.address()
  const port = typeof address === "object" ? address?.port : 0
  return { url: `http://127.0.0.1:${port}/api/`, release: Effect.sync(() => release()) }
})

/** A worker without connections, but for those of `entries`, and a workspace that can be added. */
export const consoleWorld = Effect.fnUntraced(function* (
  options: {
    readonly slack?: SimulatorOptions
    readonly entries?: string
    readonly environment?: Readonly<Record<string, string>>
    /** The method whose calls wait until they are released. */
    readonly held?: string
  } = {},
) {
  const folder = yield* scratchFolder("console")
  const slack = yield* startSimulator({ users: 30, userGroups: 2, rateLimits: "off", ...options.slack })
  const held =
    options.held === undefined
      ? { url: slack.webApiUrl, release: Effect.void }
      : yield* holding(slack.webApiUrl, options.held)
  const path = join(folder, "connections.yaml")
  writeFileSync(path, options.entries ?? "connections: {}\n")
  const environment = {
    BATON_CONNECTIONS: path,
    BATON_FILE: join(folder, "sync.c1z"),
    BATON_CONSOLE_PORT: "0",
    BATON_CONSOLE_SETTINGS: `base-url=${held.url},scim-base-url=${slack.scimUrl},rate-limits=off`,
    XDG_STATE_HOME: folder,
    ...options.environment,
  }
  const start = Effect.tap(startWorker({ folder, environment }), (started) => started.answers("/ready", 200))
  const worker = yield* start
  const workFolder = connectionsFolder(path, join(folder, "rollcall"))
  const link = (way: "link" | "file") => askForConsole(workFolder, way)
  return { folder, path, slack, worker, start, workFolder, link, release: held.release }
})

/** A client that was let in, as the script of a page is. */
export const enter = Effect.fnUntraced(function* ({
  link,
}: {
  readonly link: Effect.Success<ReturnType<typeof consoleWorld>>["link"]
}) {
  const { url } = yield* link("link")
  const { origin } = new URL(url)
  const entered = yield* Effect.promise(() => fetch(url, { redirect: "manual" }))
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? ""
  const get = (path: string) =>
    Effect.promise(async () => {
      const response = await fetch(`${origin}${path}`, { headers: { cookie, "sec-fetch-dest": "empty" } })
      return { status: response.status, text: await response.text() }
    })
  const page = yield* Effect.promise(() => fetch(`${origin}/`, { headers: { cookie, "sec-fetch-mode": "navigate" } }))
  const csrf = /"csrfToken":"([\w-]+)"/u.exec(yield* Effect.promise(() => page.text()))?.[1] ?? ""
  const send = (act: string, fields: Readonly<Record<string, string>>) =>
    Effect.promise(async () => {
      const response = await fetch(`${origin}/act/${act}`, {
        method: "POST",
        headers: { cookie, origin, "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" },
        body: new URLSearchParams({ ...fields, csrf }),
      })
      const text = await response.text()
      return { status: response.status, text, answer: response.status === 200 ? JSON.parse(text) : undefined }
    })
  return { origin, get, send, cookie, csrf }
})
