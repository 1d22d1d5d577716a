// How requests go out, unless a client is given another `fetch`: over HTTP/1.1, and through the proxy that the environment
// names.
import type { IncomingMessage } from "node:http"
import { Agent as HttpAgent, request as httpRequest } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import { pipeline, Readable } from "node:stream"
import { createBrotliDecompress, createGunzip } from "node:zlib"
import type { HttpFetch } from "./HttpReply.ts"

/**
 * A `fetch` with connections of its own, as Node's own was seen (26.10) to answer no request any more until the process was
 * started again.
 *
 * It heeds `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not, as curl and Go's clients do, in Node 22.21,
 * 24.5 and later. A body is text or bytes, and a redirection is a reply like others.
 */
export const makeFetch = (): HttpFetch => {
  let agents: ReturnType<typeof openAgents> | undefined
  return async (url, { method = "GET", headers, body, signal }) => {
    if (body !== undefined && body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) {
      throw new TypeError("A body is text or bytes.")
    }
    // Made with the first request, so that a proxy that is none fails a request and not the program.
    agents ??= openAgents()
    const { agent, request } = new URL(url).protocol === "http:" ? agents.http : agents.https
    const told = { ...Object.fromEntries(new Headers(headers)), "accept-encoding": "gzip, br" }
    return new Promise((resolve, reject) => {
      const sent = request(url, { agent, method, headers: told, ...(signal ? { signal } : {}) })
      sent.on("response", (message) => resolve(asResponse(message)))
      sent.on("error", reject)
      sent.end(body ?? undefined)
    })
  }
}

/** An idle connection is let go before a server may close it under the next request. */
const idleMillis = 4_000

const openAgents = () => {
  const options = { keepAlive: true, timeout: idleMillis, proxyEnv: proxies(process.env) }
  try {
    return {
      http: { agent: new HttpAgent(options), request: httpRequest },
      https: { agent: new HttpsAgent(options), request: httpsRequest },
    }
  } catch (cause) {
    // Node has no code for a user or a password that is wrongly escaped.
    throw Object.assign(new Error("The proxy cannot be used.", { cause }), { code: "ERR_PROXY_INVALID_CONFIG" })
  }
}

/** An empty variable counts as not set. */
const proxies = ({ https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY, no_proxy, NO_PROXY }: NodeJS.ProcessEnv) => ({
  https_proxy: asUrl(https_proxy || HTTPS_PROXY || ""),
  http_proxy: asUrl(http_proxy || HTTP_PROXY || ""),
  // A proxy would look for its own loopback, and plain HTTP with a token in it may go nowhere else.
  // https://nodejs.org/api/http.html#built-in-proxy-support
  no_proxy: [no_proxy || NO_PROXY || "", "localhost", "127.0.0.0-127.255.255.255", "[::1]", "::1"].join(","),
})

/** Without a scheme it is an HTTP proxy, as for curl. */
const asUrl = (proxy: string): string => (proxy === "" || proxy.includes("://") ? proxy : `http://${proxy}`)

const decoders = new Map([
  ["gzip", createGunzip],
  ["br", createBrotliDecompress],
])

const withoutBody: ReadonlyArray<number> = [204, 205, 304]

const asResponse = (message: IncomingMessage): Response => {
  const status = message.statusCode ?? 500
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  )
  if (withoutBody.includes(status)) {
    message.resume()
    return new Response(null, { status, headers })
  }
  const decode = decoders.get(message.headers["content-encoding"] ?? "")
  // What goes wrong in the pipeline is told to whoever reads its end.
  const body = decode === undefined ? message : pipeline(message, decode(), () => undefined)
  return new Response(Readable.toWeb(body), { status, headers })
}
