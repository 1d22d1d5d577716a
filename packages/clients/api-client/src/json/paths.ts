// The paths of a JSON API below its base URL. Nothing that comes from outside, an id or a link, leads a call elsewhere.

/** Segments, which are encoded, such as `["teams", id, "members"]`; or a text that is fixed in the code, as `/teams`. */
export type JsonPath = string | ReadonlyArray<string>

/** Values of a query; lists are repeated, and what is `undefined` is left out. */
export type JsonQuery = Readonly<Record<string, string | number | boolean | ReadonlyArray<string | number> | undefined>>

/** A segment that leads elsewhere, encoded or not, or that names nothing. */
const isStray = (segment: string): boolean => /^(?:\s*|(?:\.|%2e){1,2})$/iu.test(segment)

/** A colon and an at sign may stand in a segment, and name methods such as `people:change`. Source: RFC 3986, 3.3. */
const encoded = (segment: string): string => encodeURIComponent(segment).replaceAll("%3A", ":").replaceAll("%40", "@")

/** The path as text that begins with a slash; `undefined` where a segment is blank, `.` or `..`, or a text is not a path. */
export const pathText = (path: JsonPath): string | undefined => {
  if (typeof path !== "string") {
    return path.some(isStray) ? undefined : path.map((segment) => `/${encoded(segment)}`).join("")
  }
  // What a URL drops or reads as a slash.
  if (/[\s\p{Cc}\\]/u.test(path)) return undefined
  const [plain = ""] = path.split(/[?#]/u)
  const segments = plain.replace(/^\/|\/$/gu, "").split("/")
  return segments.length > 1 && segments.some(isStray) ? undefined : `/${path.replace(/^\//u, "")}`
}

/** The path with a query, after the one that it may have already. */
export const withQuery = (path: string, query: JsonQuery): string => {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined) given.append(name, String(one))
  }
  return given.size === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${given.toString()}`
}

/**
 * The path of the next page, by the header `Link: <…>; rel="next"`, where it stays below the base URL: a token must not follow a
 * link to another host. Source: https://datatracker.ietf.org/doc/html/rfc8288
 */
export const nextPath = (link: string | null, url: string, baseUrl: string): string | undefined => {
  const next = (link ?? "").match(/<([^>]*)>\s*;[^,<]*\brel="?next"?/iu)?.[1]
  if (next === undefined || !URL.canParse(next, url)) return undefined
  const { href } = new URL(next, url)
  const base = `${new URL(baseUrl).href.replace(/\/$/u, "")}/`
  return href.startsWith(base) ? href.slice(base.length - 1) : undefined
}
