// Which proxy requests go through, as curl and Go's clients read the environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in
// capitals or not. Node's agents read it too, but know no networks such as 10.0.0.0/8 in NO_PROXY and no subdomains of a bare
// domain, and their errors quote the address of the proxy with its password. Apart from makeFetch.ts, as every command reads
// it at its start and only some send requests. Sources: https://curl.se/libcurl/c/CURLOPT_NOPROXY.html,
// https://pkg.go.dev/golang.org/x/net/http/httpproxy
import { BlockList, isIP } from "node:net"

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

/** The list is read when it is asked first: what finds an address of IPv6 is a pattern that takes 5 ms to compile. */
const matching = (list: string): ProxySettings["goesDirect"] => {
  let rules: ReadonlyArray<Rule> | undefined
  return ({ protocol, hostname, port }) => {
    rules ??= list
      .toLowerCase()
      .split(/[\s,]+/u)
      .filter((entry) => entry !== "")
      .map(ruleOf)
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
