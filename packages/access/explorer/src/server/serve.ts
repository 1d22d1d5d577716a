// The server: on 127.0.0.1 alone, for the one browser that was let in, until nobody has used it for half an hour.
import type { Failure, FailureKind } from "@rollcall/connector"
import type { Page } from "@rollcall/pages"
import type { Scope } from "effect"
import { Cause, Clock, Effect, Exit, Schema } from "effect"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { createServer } from "node:http"
import type { Way } from "./Entry.ts"
import { Entry } from "./Entry.ts"
import type { RequestHead } from "./gate.ts"
import { refusalOf } from "./gate.ts"
import type { Reply } from "./Reply.ts"
import { emptyReply, pageReply, textReply } from "./Reply.ts"

const address = "127.0.0.1"

/** After how long without a page the server ends, in milliseconds. */
export const idleMillis = 30 * 60_000

/** The server cannot listen on the port. */
export class ListenError
  extends Schema.TaggedError<ListenError>()("ListenError", {
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.Defect(),
  })
  implements Failure
{
  get kind(): FailureKind {
    return "configuration"
  }
}

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
  const use = { at: yield* Clock.currentTimeMillis, open: 0 }
  const server = createServer({ maxHeaderSize: 16_384, headersTimeout: 10_000, requestTimeout: 10_000 })
  server.maxConnections = 100
  const listening = yield* Effect.acquireRelease(listen(server, port), () => close(server))
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
      inUse(use),
    )
  })

  server.on("request", (incoming, outgoing) => {
    const fiber = run(replyTo(headOf(incoming)))
    fiber.addObserver((exit) => {
      if (Exit.isSuccess(exit)) return write(exit.value, outgoing)
      // The browser has gone, or the server ends.
      if (Cause.hasInterruptsOnly(exit.cause)) return outgoing.destroy()
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
    idle: untilIdle(use),
  }
})

/** When a page was answered last, and how many are being answered. */
interface Use {
  at: number
  open: number
}

const inUse =
  (use: Use) =>
  <A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.acquireUseRelease(
      Effect.sync(() => void use.open++),
      () => work,
      () =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          use.open--
          use.at = now
        }),
    )

const untilIdle = (use: Use): Effect.Effect<void> =>
  Effect.gen(function* () {
    use.at = Math.max(use.at, yield* Clock.currentTimeMillis)
    for (;;) {
      const left = use.at + idleMillis - (yield* Clock.currentTimeMillis)
      if (left <= 0 && use.open === 0) return
      yield* Effect.sleep(left <= 0 ? 60_000 : left)
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

const listen = (server: Server, port: number): Effect.Effect<number, ListenError> =>
  Effect.callback((resume) => {
    server.once("error", (cause) =>
      resume(
        Effect.fail(
          new ListenError({
            message: `The explorer cannot listen on ${address}, port ${port}: ${problemOf(cause)}.`,
            hint: "Name another port with --port, or leave it out for a free one.",
            cause,
          }),
        ),
      ),
    )
    server.listen(port, address, () => {
      const bound = server.address()
      resume(Effect.succeed(typeof bound === "object" && bound !== null ? bound.port : port))
    })
  })

const problemOf = (cause: Error): string => {
  const code = "code" in cause ? cause.code : undefined
  if (code === "EADDRINUSE") return "another program does"
  return code === "EACCES" ? "permission is denied" : cause.message
}

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })
