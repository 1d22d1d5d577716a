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
  readonly status: 400 | 403 | 405 | 413 | 414 | 415
  /** What is told to whoever sent it: a sentence or two. */
  readonly why: string
  /** Of 405: the methods that are taken there. */
  readonly allow?: string
}

/** The longest path with its query. */
const longestTarget = 4096

/** The most bytes that a form may have. */
export const longestForm = 65_536

/**
 * How a path is asked for. A `page` is opened. An `entrance` is one that a browser may be led to from elsewhere, such as from a file; a
 * `callback` also from another server of the same domain, at which people sign in. `data` is fetched by the script of a page. An `act` is a
 * form that such a script sends.
 */
export type Taken = "page" | "entrance" | "callback" | "data" | "act"

const sitesOf: Readonly<Record<Taken, ReadonlyArray<string>>> = {
  page: ["none", "same-origin"],
  entrance: ["none", "same-origin", "cross-site"],
  callback: ["none", "same-origin", "same-site", "cross-site"],
  data: ["same-origin"],
  act: ["same-origin"],
}

/** The path and the query of a request. What is no path of a server is none of its paths. */
export const placeOf = ({ target }: RequestHead): { readonly path: string; readonly query: URLSearchParams } => {
  const at = target.indexOf("?")
  return at < 0
    ? { path: target, query: new URLSearchParams() }
    : { path: target.slice(0, at), query: new URLSearchParams(target.slice(at + 1)) }
}

/** The values of a header, by its name in lower case. */
export const headerOf = ({ headers }: RequestHead, name: string): ReadonlyArray<string> =>
  headers.flatMap(([key, value]) => (key.toLowerCase() === name ? [value] : []))

/**
 * Why a request is not answered; `undefined` for one that may be.
 * @param origin What the server is reached by, such as `http://127.0.0.1:8070`.
 */
export const refusalOf = (head: RequestHead, origin: string, taken: Taken): Refusal | undefined => {
  const { method, target } = head
  const all = (name: string) => headerOf(head, name)
  // Who was led here under another name, by a DNS server of theirs, is not who started the server.
  const hosts = all("host")
  if (hosts.length !== 1 || hosts[0] !== new URL(origin).host) {
    return refused(403, `This server answers only as ${origin}/.`)
  }
  if (method !== (taken === "act" ? "POST" : "GET")) {
    return taken === "act"
      ? { ...refused(405, "This is done by a form of the page, with POST."), allow: "POST" }
      : { ...refused(405, "Pages are only read here, with GET."), allow: "GET" }
  }
  if (target.length > longestTarget)
    return refused(414, `The address is longer than ${longestTarget.toLocaleString("en")} characters.`)
  if (!target.startsWith("/") || target.startsWith("//"))
    return refused(400, "The address is not a path of this server.")
  const site = all("sec-fetch-site")
  if (all("origin").some((one) => one !== origin)) return refused(403, "A page of another site asked for this.")
  if (site.some((from) => !sitesOf[taken].includes(from))) return refused(403, "A page of another site led here.")
  const isSaid = (name: string, words: ReadonlyArray<string>) => all(name).every((word) => words.includes(word))
  // Pages are opened, and never fetched by scripts or framed; data is the other way round. Only browsers say where they come from; Node's
  // `fetch` names a mode alone.
  if (taken !== "data" && taken !== "act") {
    const isOpened = isSaid("sec-fetch-mode", ["navigate"]) && isSaid("sec-fetch-dest", ["document"])
    if (site.length > 0 && !isOpened) return refused(403, "These are pages to be opened, and not to be fetched.")
  } else if (!isSaid("sec-fetch-mode", ["same-origin", "cors"]) || !isSaid("sec-fetch-dest", ["empty"])) {
    return refused(403, "This is for the script of a page.")
  }
  const lengths = all("content-length")
  if (taken !== "act") {
    return all("transfer-encoding").length > 0 || lengths.some((length) => length !== "0")
      ? refused(400, "A request for a page has no content.")
      : undefined
  }
  // What changes something must say where it comes from, and a browser always does.
  if (all("origin").length !== 1 || site.length !== 1)
    return refused(403, "Only a page of this server may ask for this.")
  if (all("content-type").join() !== "application/x-www-form-urlencoded;charset=UTF-8")
    return refused(415, "What is asked for is a form.")
  const [length = ""] = lengths
  return lengths.length === 1 && /^\d+$/u.test(length) && Number(length) <= longestForm
    ? undefined
    : refused(413, `A form has at most ${longestForm.toLocaleString("en")} bytes.`)
}

const refused = (status: Refusal["status"], why: string): Refusal => ({ status, why })
