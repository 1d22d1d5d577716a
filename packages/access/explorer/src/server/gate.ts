// Which requests are answered at all. Whatever another program, another user of the machine or a page of another site sends is
// refused before anything is read for it. Everything here is decided by the head of the request alone.

/** The head of a request, as it came. */
export interface RequestHead {
  readonly method: string
  /** The path and the query. */
  readonly target: string
  /** All headers, with those that came twice; names in any case. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
}

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 400 | 403 | 405 | 414
  /** What is told to whoever sent it: a sentence or two. */
  readonly why: string
}

/** The longest path with its query. */
const longestTarget = 4096

/** What comes from outside: a browser goes there from a file, or from a link in a terminal. */
export type Entrance = "inside" | "entrance"

/**
 * Why a request is not answered; `undefined` for one that may be.
 * @param host The host and port that the server is reached by, such as `127.0.0.1:8070`.
 * @param where Whether a page of elsewhere may lead there: to what the secret of the link opens, and to nothing else.
 */
export const refusalOf = (head: RequestHead, host: string, where: Entrance): Refusal | undefined => {
  const { method, target } = head
  const all = (name: string) => head.headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []))
  // Who was led here under another name, by a DNS server of theirs, is not who started the server.
  const hosts = all("host")
  if (hosts.length !== 1 || hosts[0] !== host) return refused(403, `This server answers only as http://${host}/.`)
  if (method !== "GET") return refused(405, "Pages are only read here, with GET.")
  if (target.length > longestTarget)
    return refused(414, `The address is longer than ${longestTarget.toLocaleString("en")} characters.`)
  if (!target.startsWith("/") || target.startsWith("//"))
    return refused(400, "The address is not a path of this server.")
  if (all("transfer-encoding").length > 0 || all("content-length").some((length) => length !== "0"))
    return refused(400, "A request for a page has no content.")
  if (all("origin").some((origin) => origin !== `http://${host}`))
    return refused(403, "A page of another site asked for this.")
  const site = all("sec-fetch-site")
  const sites: ReadonlyArray<string> =
    where === "inside" ? ["none", "same-origin"] : ["none", "same-origin", "cross-site"]
  if (site.some((from) => !sites.includes(from))) return refused(403, "A page of another site led here.")
  // Pages are opened, and never fetched by scripts or framed. Only browsers say where they come from; Node's `fetch` names a mode alone.
  const isOpened =
    all("sec-fetch-mode").every((mode) => mode === "navigate") &&
    all("sec-fetch-dest").every((destination) => destination === "document")
  if (site.length > 0 && !isOpened) return refused(403, "These are pages to be opened, and not to be fetched.")
  return undefined
}

const refused = (status: Refusal["status"], why: string): Refusal => ({ status, why })
