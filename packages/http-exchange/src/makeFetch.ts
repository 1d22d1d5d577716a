// How requests go out, unless a client is given another `fetch`: over HTTP/1.1, and through the proxy that the environment
// names.
import type { EnvHttpProxyAgent } from "undici"
import type { HttpFetch } from "./HttpReply.ts"

/**
 * A `fetch` with connections of its own. Node's, since its version 26, prefers HTTP/2 and keeps a connection that a TLS
 * alert has ended, on which every later request fails for as long as the process lives:
 * https://github.com/nodejs/node/issues/63412
 *
 * It heeds `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in capitals or not, as curl and Go's clients do.
 */
export const makeFetch = (): HttpFetch => {
  // A command that needs no client starts without it, and the first request does not wait for it.
  const loading = import("undici")
  let dispatcher: EnvHttpProxyAgent | undefined
  return async (url, init) => {
    const { EnvHttpProxyAgent, fetch } = await loading
    // Made with the first request, so that a proxy that is none fails a request and not the program.
    dispatcher ??= new EnvHttpProxyAgent({ allowH2: false, ...proxies(process.env) })
    return fetch(url, { ...init, dispatcher })
  }
}

const proxies = ({ https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY, no_proxy, NO_PROXY }: NodeJS.ProcessEnv) => ({
  ...asUrl("httpsProxy", https_proxy ?? HTTPS_PROXY),
  ...asUrl("httpProxy", http_proxy ?? HTTP_PROXY),
  // A proxy would look for its own loopback. https://pkg.go.dev/net/http#ProxyFromEnvironment
  noProxy: [no_proxy ?? NO_PROXY ?? "", "localhost", "127.0.0.1", "[::1]"].join(","),
})

/** Without a scheme it is an HTTP proxy, as for curl. */
const asUrl = <Name extends string>(name: Name, proxy: string | undefined): Partial<Record<Name, string>> => {
  const member: Partial<Record<Name, string>> = {}
  if (proxy !== undefined && proxy !== "") member[name] = proxy.includes("://") ? proxy : `http://${proxy}`
  return member
}
