// The token endpoint, on the same port as the service: POST /auth/v1/token.
import type { connectNodeAdapter } from "@connectrpc/connect-node"
import { Clock, type Context, Effect } from "effect"
import { checkTokenRequest, readableForm, type TokenRefusal } from "../credentials/checkTokenRequest.ts"
import { breakCall, type NodeRequest } from "../service/broken.ts"
import type { SimulatorState } from "../SimulatorState.ts"

/** Handles a request of HTTP/1.1 or HTTP/2. */
type NodeHandler = ReturnType<typeof connectNodeAdapter>

interface Reply {
  readonly status: number
  readonly body: unknown
  /** The time of the answer, as the service's clock has it: milliseconds. */
  readonly date: number
}

/** No token request needs more; whoever sends more is no client of C1. */
const largestForm = 64 * 1024

const html = "<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>"

/** A handler for everything that is no method of the service. */
export const tokenEndpoint = (state: SimulatorState, context: Context.Context<never>): NodeHandler => {
  const run = Effect.runForkWith(context)
  return (request, response) => {
    if (request.method !== "POST" || request.url !== "/auth/v1/token") {
      response.writeHead(404)
      response.end()
      return
    }
    const chunks: Array<Buffer> = []
    let size = 0
    request.on("data", (chunk: Buffer) => {
      size += chunk.length
      if (size <= largestForm) chunks.push(chunk)
    })
    request.on("end", () => {
      const fiber = run(answer(state, request, size > largestForm ? "" : Buffer.concat(chunks).toString("utf8")))
      fiber.addObserver((exit) => {
        if (exit._tag === "Success" && exit.value !== undefined) send(exit.value, response)
      })
      response.on("close", () => {
        fiber.interruptUnsafe()
      })
    })
  }
}

/** The reply; `undefined` where the connection has been cut in place of one. */
const answer = Effect.fnUntraced(function* (state: SimulatorState, request: NodeRequest, body: string) {
  const { count, faults: plan, journal, client, tokens, settings } = state
  count("token")
  const faults = plan.next("token")
  const form = new URLSearchParams(body)
  const entry = { call: "token", agent: request.headers["user-agent"] ?? "", form: readableForm(form) }
  const delay = faults.find("delay")
  if (delay !== undefined) yield* Effect.sleep(delay.millis)
  if (faults.find("never") !== undefined) return yield* Effect.never
  if (faults.find("cutConnection") !== undefined) {
    breakCall(request, "cutConnection")
    journal.write({ ...entry, answered: "cutConnection" })
    return undefined
  }
  const skew = faults.find("clockSkew")?.seconds ?? 0
  const now = yield* Clock.currentTimeMillis
  const date = now + skew * 1000
  const fault = faults.find("httpStatus")
  const reply: Reply = yield* fault === undefined
    ? checkTokenRequest(form, client, date).pipe(
        Effect.map(() => ({
          status: 200,
          body: {
            access_token: faults.find("emptyToken") === undefined ? tokens.issue(now) : "",
            token_type: "Bearer",
            expires_in: settings.accessTokenSeconds,
          },
          date,
        })),
        Effect.catch((refusal: TokenRefusal) =>
          Effect.succeed({
            status: refusal.status,
            body: { error: refusal.error, error_description: refusal.message },
            date,
          }),
        ),
      )
    : Effect.succeed({ status: fault.status, body: fault.body === "html" ? html : { error: "server_error" }, date })
  journal.write({ ...entry, ...(reply.status === 200 ? {} : { answered: String(reply.status) }) })
  return reply
})

const send = ({ status, body, date }: Reply, response: Parameters<NodeHandler>[1]): void => {
  const isText = typeof body === "string"
  response.writeHead(status, {
    "content-type": isText ? "text/html; charset=utf-8" : "application/json",
    "cache-control": "no-store",
    date: new Date(date).toUTCString(),
  })
  response.end(isText ? body : JSON.stringify(body))
}
