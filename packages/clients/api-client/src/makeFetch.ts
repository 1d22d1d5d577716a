// How requests go out, unless a client is given another `fetch`: over HTTP/1.1, and through the proxy that the environment
// names.
import type { IncomingMessage } from "node:http"
import { Agent as HttpAgent, request as httpRequest } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import { BlockList, isIP } from "node:net"
import { pipeline, Readable } from "node:stream"
import { createBrotliDecompress, createGunzip } from "node:zlib"
import type { HttpFetch } from "./exchange.ts"

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
    const { direct, proxied, request } = target.protocol === "http:" ? agents.http : agents.https
    const agent = agents.goesDirect(target) ? direct : proxied
    const sentHeaders = { ...Object.fromEntries(new Headers(headers)), "accept-encoding": "gzip, br" }
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

const openAgents = () => {
  const { https, http, goesDirect } = proxySettings(process.env)
  const direct = { keepAlive: true, timeout: idleMillis }
  const proxied = { keepAlive: true, timeout: tunnelMillis }
  return {
    goesDirect,
    http: {
      request: httpRequest,
      direct: new HttpAgent(direct),
      proxied: new HttpAgent(http === "" ? direct : { ...proxied, proxyEnv: { http_proxy: http } }),
    },
    https: {
      request: httpsRequest,
      direct: new HttpsAgent(direct),
      proxied: new HttpsAgent(https === "" ? direct : { ...proxied, proxyEnv: { https_proxy: https } }),
    },
  }
}

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
  // What goes wrong in the pipeline is reported to whoever reads its end.
  const body = decode === undefined ? message : pipeline(message, decode(), () => undefined)
  return new Response(Readable.toWeb(body), { status, headers })
}

/** Of each scheme the proxy's URL, empty where none is set, and which hosts are reached without. */
export interface ProxySettings {
  readonly https: string
  readonly http: string
  readonly goesDirect: (url: URL) => boolean
}

/** What the environment says; throws a {@link ProxyError} where it names a proxy that cannot be used. */
export const proxySettings = (env: NodeJS.ProcessEnv): ProxySettings => ({
  https: usable(env["https_proxy"] || env["HTTPS_PROXY"] || ""),
  http: usable(env["http_proxy"] || env["HTTP_PROXY"] || ""),
  // A proxy would look for its own loopback, and plain HTTP with a token in it may go nowhere else.
  goesDirect: matching(`localhost,127.0.0.0/8,::1,${env["no_proxy"] || env["NO_PROXY"] || ""}`),
})

/** A proxy that cannot be used, or that refused. It holds nothing of the proxy's address, which may hold a password. */
export class ProxyError extends Error {
  readonly code: "PROXY_INVALID" | "PROXY_SCHEME" | "PROXY_TUNNEL"
  /** The HTTP status of the proxy's own reply. */
  readonly statusCode: number | undefined

  constructor(code: ProxyError["code"], statusCode?: number) {
    super(statusCode === undefined ? "The proxy failed." : `The proxy answered HTTP ${statusCode}.`)
    this.code = code
    this.statusCode = statusCode
  }

  /** In place of an error of Node's, which may quote the proxy's address; other errors stay as they are. */
  static of(error: unknown): unknown {
    if (typeof error !== "object" || error === null || !("code" in error)) return error
    if (error.code === "ERR_PROXY_TUNNEL") {
      return new ProxyError("PROXY_TUNNEL", "statusCode" in error ? Number(error.statusCode) : undefined)
    }
    return String(error.code).startsWith("ERR_PROXY_") ? new ProxyError("PROXY_INVALID") : error
  }
}

/** The URL of a proxy; without a scheme it is an HTTP proxy, as for curl. */
const usable = (text: string): string => {
  if (text === "") return ""
  const proxy = text.includes("://") ? text : `http://${text}`
  if (!/^https?:/iu.test(proxy)) throw new ProxyError("PROXY_SCHEME")
  if (!URL.canParse(proxy)) throw new ProxyError("PROXY_INVALID")
  const { username, password, pathname, search, hash } = new URL(proxy)
  // A `/`, `?` or `#` of a password that is not escaped ends the host there, and the user would be taken for it.
  if (pathname !== "/" || search !== "" || hash !== "") throw new ProxyError("PROXY_INVALID")
  if (![username, password].every(isEscaped)) throw new ProxyError("PROXY_INVALID")
  return proxy
}

const isEscaped = (text: string): boolean => {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

type Rule = (host: string, port: string) => boolean

const matching = (list: string): ProxySettings["goesDirect"] => {
  const rules = list
    .toLowerCase()
    .split(/[\s,]+/u)
    .filter((entry) => entry !== "")
    .map(ruleOf)
  return ({ protocol, hostname, port }) => {
    const host = hostname.replace(/^\[(.*)\]$/u, "$1").replace(/\.$/u, "")
    const used = port === "" ? (protocol === "http:" ? "80" : "443") : port
    return rules.some((rule) => rule(host, used))
  }
}

/** An entry of NO_PROXY: `*`, an address, a network, a range of addresses, or a domain with all below it; with a port or without. */
const ruleOf = (entry: string): Rule => {
  if (entry === "*") return () => true
  const whole = addressesOf(entry)
  if (whole !== undefined) return whole
  const [, name = entry, port] = /^(.*?)(?::(\d+))?$/u.exec(entry) ?? []
  const bare = name.replace(/^\[(.*)\]$/u, "$1")
  const domain = bare.replace(/^\*?\./u, "").replace(/\.$/u, "")
  const matches: Rule = addressesOf(bare) ?? ((host) => host === domain || host.endsWith(`.${domain}`))
  return (host, used) => (port === undefined || port === used) && domain !== "" && matches(host, used)
}

const addressesOf = (text: string): Rule | undefined => {
  const list = new BlockList()
  const [first = "", prefix] = text.split("/", 2)
  const [from = "", to] = first.split("-", 2)
  const family = isIP(from)
  if (family === 0) return undefined
  const type = family === 6 ? "ipv6" : "ipv4"
  if (prefix !== undefined) {
    if (!/^\d{1,3}$/u.test(prefix) || Number(prefix) > (family === 6 ? 128 : 32)) return () => false
    list.addSubnet(from, Number(prefix), type)
  } else if (to !== undefined) {
    if (isIP(to) !== family) return () => false
    list.addRange(from, to, type)
  } else list.addAddress(from, type)
  return (host) => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? "ipv6" : "ipv4")
}
