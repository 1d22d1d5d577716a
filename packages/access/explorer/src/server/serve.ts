// The server: on 127.0.0.1 alone, for the one browser that was let in, until nobody has used it for half an hour.
import type { Page } from "@rollcall/pages"
import type { Scope } from "effect"
import { Effect, Exit } from "effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer } from "node:http"
import type { Way } from "./Entry.ts"
import { Entry } from "./Entry.ts"
import type { RequestHead } from "./gate.ts"
import { refusalOf } from "./gate.ts"
import { makeIdleTimer } from "./IdleTimer.ts"
import type { ListenError } from "./listen.ts"
import { address, listenOn } from "./listen.ts"
import type { Reply } from "./Reply.ts"
import { emptyReply, pageReply, textReply } from "./Reply.ts"

/** Answers a request for a page with a page; it gets the path and the query, and nothing else of the request. */
export type Answer = (
  path: string,
  query: URLSearchParams,
) => Effect.Effect<{ readonly status: number; readonly page: Page; readonly headers?: Reply["headers"] | undefined }>

/** A server that runs. */
export interface Serving {
  readonly port: number
  /** The first page, for the browser that was let in. */
  readonly url: string
  /** An address that lets one browser in, once and within a minute. The one before is no longer taken. */
  readonly issue: (way: Way) => Effect.Effect<string>
  /** Where a file that let its browser in leads it next. */
  readonly start: string
  /** Ends when no page was asked for in half an hour, from now on. */
  readonly idle: Effect.Effect<void>
}

const paths: Readonly<Record<Way | "start", string>> = { link: "/link", file: "/file", start: "/start" }

/** A browser that comes from a file is taken for one from another site, and gets no page of data before it has gone on from here. */
const startPage: Page = { title: "Rollcall explorer", script: `location.replace("/")`, data: {} }

const notLetIn =
  "This browser was not let in. The link works once, within a minute of being shown: run `rollcall explorer` again for a new one."

/** Serves pages on a port, 0 for a free one, as long as the scope lasts. */
export const serve = Effect.fn("Explorer.serve")(function* (
  answer: Answer,
  port: number,
): Effect.fn.Return<Serving, ListenError, Scope.Scope> {
  const run = Effect.runForkWith(yield* Effect.context())
  const idleTimer = yield* makeIdleTimer
  const server = createServer()
  server.maxConnections = 100
  const listening = yield* listenOn(server, port)
  const host = listening === 80 ? address : `${address}:${listening}`
  const entry = new Entry(listening)

  const replyTo = Effect.fnUntraced(function* (head: RequestHead): Effect.fn.Return<Reply> {
    const [path = "", query = ""] = splitOnce(head.target, "?")
    const isEntrance = path === paths.file || path === paths.start
    const refusal = refusalOf(head, host, isEntrance ? "entrance" : "inside")
    if (refusal !== undefined) {
      return textReply(refusal.status, refusal.why, refusal.status === 405 ? { allow: "GET" } : {})
    }
    const parameters = new URLSearchParams(query)
    if (path === paths.start) return yield* pageReply(200, startPage)
    if (path === paths.link || path === paths.file) {
      const way = path === paths.link ? "link" : "file"
      const setCookie = yield* entry.take(parameters.get("key") ?? "", way)
      if (setCookie === undefined) return textReply(403, notLetIn)
      // No page has the address with the secret, so none is in the history of the browser: it goes on, or it stays on the file.
      return way === "link"
        ? emptyReply(303, { "set-cookie": setCookie, location: "/" })
        : emptyReply(204, { "set-cookie": setCookie })
    }
    const cookies = head.headers.flatMap(([name, value]) => (name.toLowerCase() === "cookie" ? [value] : []))
    if (!entry.knows(cookies)) return textReply(403, notLetIn)
    return yield* answer(path, parameters).pipe(
      Effect.flatMap(({ status, page, headers }) => pageReply(status, page, headers)),
      idleTimer.during,
    )
  })

  server.on("request", (incoming, outgoing) => {
    const fiber = run(replyTo(headOf(incoming)))
    fiber.addObserver((exit) => {
      if (Exit.isSuccess(exit)) return write(exit.value, outgoing)
      write(textReply(500, "Rollcall failed because of a bug; please report it."), outgoing)
    })
    outgoing.on("close", () => fiber.interruptUnsafe())
  })

  const to = (path: string) => `http://${host}${path}`
  return {
    port: listening,
    url: to("/"),
    start: to(paths.start),
    issue: (way) => Effect.map(entry.issue(way), (secret) => to(`${paths[way]}?key=${secret}`)),
    idle: idleTimer.idle,
  }
})

const splitOnce = (text: string, at: string): ReadonlyArray<string> => {
  const place = text.indexOf(at)
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + at.length)]
}

const headOf = ({ method = "", url = "", rawHeaders }: IncomingMessage): RequestHead => ({
  method,
  target: url,
  headers: rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""] as const] : [])),
})

const write = ({ status, headers, body }: Reply, outgoing: ServerResponse): void => {
  outgoing.writeHead(
    status,
    status === 204 ? { ...headers } : { ...headers, "content-length": Buffer.byteLength(body) },
  )
  outgoing.end(body)
}
