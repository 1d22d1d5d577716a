// A Slack that costs next to nothing: replies of a simulated one are recorded when they are first asked for, and served from memory
// from then on. What is measured is then the program that asks.
import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import { createServer } from "node:http"
import { buffer } from "node:stream/consumers"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { SlackReady, WorkspaceSize } from "./simulatedProcesses.ts"
import { startSimulatedSlack } from "./simulatedProcesses.ts"

/** Where it is, with what its simulated Slack said of tokens. */
export interface RecordedSlack extends SlackReady {
  /** How many requests had to be recorded so far. */
  readonly recorded: () => number
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Headers of a request that decide what is answered. */
const sentHeaders = ["authorization", "content-type", "accept"] as const

/** Headers of a reply that a program may go by. */
const keptHeaders = ["content-type", "retry-after", "etag", "x-oauth-scopes"]

/** Starts it for the length of the scope; `command` is a bundled `rollcall`, which simulates. */
export const startRecordedSlack = (
  command: string,
  size: WorkspaceSize,
): Effect.Effect<RecordedSlack, never, Scope.Scope> =>
  Effect.gen(function* () {
    const slack = yield* startSimulatedSlack(command, size)
    const replies = new Map<string, Promise<Reply>>()
    const serve = (base: string) =>
      serving(async (request, response) => {
        const body = await buffer(request)
        const { method = "GET", url = "/", headers } = request
        const key = [base, method, url, headers.authorization, body.toString("base64")].join("\n")
        const reply = replies.get(key) ?? recording(new URL(url, base), { method, headers, body })
        replies.set(key, reply)
        const { status, headers: kept, body: bytes } = await reply
        response.writeHead(status, { ...kept, "content-length": bytes.length }).end(bytes)
      })
    const [webApi, scim] = [new URL(slack.webApiUrl), new URL(slack.scimUrl)]
    return {
      ...slack,
      webApiUrl: (yield* serve(webApi.origin)) + webApi.pathname,
      scimUrl: (yield* serve(scim.origin)) + scim.pathname,
      recorded: () => replies.size,
    }
  })

const recording = async (
  url: URL,
  { method, headers, body }: Pick<IncomingMessage, "headers"> & { readonly method: string; readonly body: Buffer },
): Promise<Reply> => {
  const sent = sentHeaders.flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const response = await fetch(url, {
    method,
    headers: Object.fromEntries(sent),
    ...(body.length === 0 ? {} : { body }),
  })
  const kept = keptHeaders.flatMap((name) => {
    const value = response.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return { status: response.status, headers: Object.fromEntries(kept), body: Buffer.from(await response.arrayBuffer()) }
}

/** A server on a free port of this machine alone, and its origin. */
const serving = (answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const server = createServer((request, response) => {
          answer(request, response).catch((cause: unknown) => {
            process.stderr.write(`The recorded Slack could not answer ${request.url}: ${String(cause)}\n`)
            response.writeHead(500).end()
          })
        }).listen(0, "127.0.0.1")
        await once(server, "listening")
        return server
      }),
      (server) =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        }),
    ),
    (server) => {
      const address = server.address()
      if (typeof address !== "object" || address === null) throw new Error("A port was asked for and none was given.")
      return `http://127.0.0.1:${address.port}`
    },
  )
