// The simulator as a `fetch`: for clients that take one, in the same process and on the same clock, without a socket.
import { type Context, Effect } from "effect"
import type { SimulatorReply, SimulatorRequest } from "./exchange.ts"

/** The part of `fetch` that API clients use. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** As Node's fetch fails when a connection breaks: before the reply, or while its body is read. */
const broken = (message: "fetch failed" | "terminated") =>
  new TypeError(message, {
    cause: Object.assign(new Error("The simulated connection was cut."), { code: "ECONNRESET" }),
  })

/** The reply's bytes, broken off with an error where the reply says so. */
const cutBody = (bytes: Buffer, share: number) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length * share)))
    },
    pull: (controller) => {
      controller.error(broken("terminated"))
    },
  })

const responseOf = ({ status, headers, body, cutAfter }: SimulatorReply): Response => {
  const text = typeof body === "string" ? body : [...body].join("")
  // A 204 may not even have an empty body here.
  if (cutAfter === undefined) return new Response(status === 204 ? null : text, { status, headers: { ...headers } })
  if (cutAfter === 0) throw broken("fetch failed")
  return new Response(cutBody(Buffer.from(text), cutAfter), { status, headers: { ...headers } })
}

/** Makes a `fetch` of the core. It runs in the given context, so that its time is that of the caller's clock. */
export const inProcessFetch =
  (handle: (request: SimulatorRequest) => Effect.Effect<SimulatorReply>, context: Context.Context<never>): Fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    const { pathname, search } = new URL(request.url)
    const exchange = {
      method: request.method,
      target: `${pathname}${search}`,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    }
    const { signal } = request
    signal.throwIfAborted()
    try {
      return responseOf(await Effect.runPromiseWith(context)(handle(exchange), { signal }))
    } catch (cause) {
      // An aborted fetch rejects with the signal's own reason.
      signal.throwIfAborted()
      throw cause
    }
  }
