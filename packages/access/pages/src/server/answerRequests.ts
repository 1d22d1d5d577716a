// From requests of Node's server to replies: what a reply needs of a request, and how it is written.
import { Effect, Exit } from "effect"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { RequestHead } from "./gate.ts"
import { longestForm } from "./gate.ts"
import type { Reply } from "./Reply.ts"
import { textReply } from "./Reply.ts"

/** Answers a request by its head; `form` reads its content, of which the head has said that it is a form. */
export type ReplyTo<R = never> = (
  head: RequestHead,
  form: Effect.Effect<URLSearchParams>,
) => Effect.Effect<Reply, never, R>

/** Answers all requests of the server from now on. What is not answered yet when the browser goes away is stopped. */
export const answerRequests = <R>(server: Server, replyTo: ReplyTo<R>): Effect.Effect<void, never, R> =>
  Effect.map(Effect.context<R>(), (services) => {
    const run = Effect.runForkWith(services)
    server.on("request", (incoming, outgoing) => {
      const fiber = run(replyTo(headOf(incoming), formOf(incoming)))
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit)) return write(exit.value, outgoing)
        write(textReply(500, "Rollcall failed because of a bug; please report it."), outgoing)
      })
      outgoing.on("close", () => fiber.interruptUnsafe())
    })
  })

const headOf = ({ method = "", url = "", rawHeaders }: IncomingMessage): RequestHead => ({
  method,
  target: url,
  headers: rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ""] as const] : [])),
})

const formOf = (incoming: IncomingMessage) =>
  Effect.promise(async () => {
    let text = ""
    incoming.setEncoding("utf8")
    for await (const part of incoming) {
      text += String(part)
      // Node holds a request to the length that its head says, which the gate has looked at.
      if (text.length > longestForm) throw new Error("The form is too long.")
    }
    return new URLSearchParams(text)
  })

const write = ({ status, headers, body }: Reply, outgoing: ServerResponse): void => {
  outgoing.writeHead(
    status,
    status === 204 ? { ...headers } : { ...headers, "content-length": Buffer.byteLength(body) },
  )
  outgoing.end(body)
}
