// How requests go out, unless a client is given another `fetch`: over HTTP/1.1, and through the proxy that the environment
// names. It loads HTTP and compression, so nothing that is only read at the start of a command belongs in here.
import type { IncomingMessage } from "node:http"
import { pipeline, Readable } from "node:stream"
import { createBrotliDecompress, createGunzip } from "node:zlib"
import type { HttpFetch } from "./exchange.ts"
import { lazyResponse } from "./lazyResponse.ts"
import { ProxyError, proxySettings } from "./proxySettings.ts"

/**
 * A `fetch` with connections of its own, as Node's own was seen (26.10) to answer no request any more until the process was
 * started again.
 *
 * It honours `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not, as curl and Go's clients do, in Node 22.21,
 * 24.5 and later; what a proxy refuses is a `ProxyError`. A body is text or bytes, and a redirection is a reply like others.
 */
export const makeFetch = (): HttpFetch => {
  let agents: ReturnType<typeof openAgents> | undefined
  return async (url, { method = "GET", headers, body, signal }) => {
    if (body !== undefined && body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) {
      throw new TypeError("A body is text or bytes.")
    }
    // Made with the first request, so that a proxy that is none fails a request and not the program.
    agents ??= openAgents()
    const target = new URL(url)
    const { direct, proxied, request } = target.protocol === "http:" ? agents.http() : agents.https()
    const agent = proxied === undefined || agents.goesDirect(target) ? direct : proxied
    const sentHeaders = { ...plain(headers), "accept-encoding": "gzip, br" }
    return new Promise((resolve, reject) => {
      const sent = request(url, { agent, method, headers: sentHeaders, ...(signal ? { signal } : {}) })
      sent.on("response", (message) => {
        // Of plain HTTP the proxy's refusal comes as the reply; no server behind it has this status.
        if (message.statusCode === 407) {
          reject(new ProxyError("PROXY_TUNNEL", 407))
          sent.destroy()
        } else resolve(asResponse(message))
      })
      sent.on("error", (error) => reject(ProxyError.of(error)))
      sent.end(body ?? undefined)
    })
  }
}

/** An idle connection is let go before a server may close it under the next request. */
const idleMillis = 4_000

/** A proxy may take its time to open a tunnel, and Node gives it no more than an idle connection has. */
const tunnelMillis = 20_000

/**
 * The agents by which requests go out, straight and through the proxy that the environment names, for those who speak HTTP by a library.
 * An agent is made when it is first asked for. Throws a {@link ProxyError} if the environment names a proxy that cannot be used.
 */
// Modules that Node gives on request: an import of `node:http` would read its getters, of which one loads all of undici; and TLS is
// loaded for addresses that need it.
export const openAgents = () => {
  const { https, http, goesDirect } = proxySettings(process.env)
  const direct = { keepAlive: true, timeout: idleMillis }
  const proxied = { keepAlive: true, timeout: tunnelMillis }
  return {
    goesDirect,
    http: once(() => {
      const { Agent, request } = process.getBuiltinModule("node:http")
      return {
        request,
        direct: new Agent(direct),
        proxied: http === "" ? undefined : new Agent({ ...proxied, proxyEnv: { http_proxy: http } }),
      }
    }),
    https: once(() => {
      const { Agent, request } = process.getBuiltinModule("node:https")
      return {
        request,
        direct: new Agent(direct),
        proxied: https === "" ? undefined : new Agent({ ...proxied, proxyEnv: { https_proxy: https } }),
      }
    }),
  }
}

const once = <A>(make: () => A): (() => A) => {
  let made: A | undefined
  return () => (made ??= make())
}

/** Headers as an object with names in small letters; those of a `Headers` or a list too. */
const plain = (headers: RequestInit["headers"] = {}): Readonly<Record<string, string>> => {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  )
}

const decoders = new Map([
  ["gzip", createGunzip],
  ["br", createBrotliDecompress],
])

const withoutBody: ReadonlyArray<number> = [204, 205, 304]

const asResponse = (message: IncomingMessage): Response => {
  const status = message.statusCode ?? 500
  const whole = (body: Readable | null): Response => {
    const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    )
    return new Response(body === null ? null : Readable.toWeb(body), { status, headers })
  }
  const headers = { get: (name: string) => message.headersDistinct[name.toLowerCase()]?.join(", ") ?? null }
  if (withoutBody.includes(status)) {
    message.resume()
    return lazyResponse({ status, headers, body: null }, () => whole(null))
  }
  const decode = decoders.get(message.headers["content-encoding"] ?? "")
  // What goes wrong in the pipeline is reported to whoever reads its end.
  const body = decode === undefined ? message : pipeline(message, decode(), () => undefined)
  return lazyResponse({ status, headers, body }, () => whole(body))
}
