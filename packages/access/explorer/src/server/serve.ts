// The server: on 127.0.0.1 alone, for the one browser that was let in, until nobody has used it for half an hour.
import type { Page } from "@rollcall/pages"
import type { ListenError, OneTimeLink, Reply, ReplyTo } from "@rollcall/pages/server"
import {
  answerRequests,
  linkPaths,
  listenOn,
  loopback,
  makeOneTimeLink,
  pageReply,
  placeOf,
  refusalOf,
  textReply,
} from "@rollcall/pages/server"
import type { Scope } from "effect"
import { Effect } from "effect"
import { createServer } from "node:http"
import { makeIdleTimer } from "./IdleTimer.ts"

/** Answers a request for a page with a page; it gets the path and the query, and nothing else of the request. */
export type Answer = (
  path: string,
  query: URLSearchParams,
) => Effect.Effect<{ readonly status: number; readonly page: Page; readonly headers?: Reply["headers"] | undefined }>

/** A server that runs. */
export interface Serving extends Pick<OneTimeLink, "issue" | "start"> {
  readonly port: number
  /** The first page, for the browser that was let in. */
  readonly url: string
  /** Ends when no page was asked for in half an hour, from now on. */
  readonly idle: Effect.Effect<void>
}

/** Serves pages on a port, 0 for a free one, as long as the scope lasts. */
export const serve = Effect.fn("Explorer.serve")(function* (
  answer: Answer,
  port: number,
): Effect.fn.Return<Serving, ListenError, Scope.Scope> {
  const idleTimer = yield* makeIdleTimer
  const server = createServer()
  server.maxConnections = 100
  const listening = yield* listenOn(server, {
    port,
    called: "The explorer",
    hint: "Name another port with --port, or leave it out for a free one.",
  })
  const origin = new URL(`http://${loopback}:${listening}`).origin
  const link = makeOneTimeLink(origin, `rollcall_explorer_${listening}`, "rollcall explorer")

  const replyTo: ReplyTo = Effect.fnUntraced(function* (head) {
    const { path, query } = placeOf(head)
    const isEntrance = path === linkPaths.file || path === linkPaths.start
    const refusal = refusalOf(head, origin, isEntrance ? "entrance" : "page")
    if (refusal !== undefined) {
      return textReply(refusal.status, refusal.why, refusal.allow === undefined ? {} : { allow: refusal.allow })
    }
    const way = (["link", "file", "start"] as const).find((one) => linkPaths[one] === path)
    if (way !== undefined) return yield* link.answer(way, query)
    if (!link.knows(head)) return link.refusal
    return yield* answer(path, query).pipe(
      Effect.flatMap(({ status, page, headers }) => pageReply(status, page, headers)),
      idleTimer.during,
    )
  })
  yield* answerRequests(server, replyTo)

  const { issue, start } = link
  return { port: listening, url: `${origin}/`, start, issue, idle: idleTimer.idle }
})
