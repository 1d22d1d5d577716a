// Links between pages, and what they name. An id may hold any character, and a page shows control characters as escapes: so what a
// link or a hidden field holds of an id is written in ASCII here, and read back to the character.
import type { ResourceId } from "@rollcall/connector"
import type { PageLink, Place } from "../pageData.ts"

/** A link to a page. Parameters that are `undefined` are left out. */
export const linkTo = (place: Place, parameters: Readonly<Record<string, string | undefined>> = {}): PageLink => ({
  place,
  query: new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]])),
  ).toString(),
})

/** The parameters that name a resource; `prefix` sets it apart from others in the query. */
export const idParameters = (id: ResourceId | undefined, prefix = ""): Readonly<Record<string, string>> =>
  id === undefined ? {} : { [`${prefix}type`]: encoded(id.resourceType), [`${prefix}id`]: encoded(id.resource) }

// Half a surrogate pair, which no file holds, has no escape.
const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

/** The resource that parameters name; `undefined` where they name none. */
export const idIn = (query: URLSearchParams, prefix = ""): ResourceId | undefined => {
  const [type, id] = [query.get(`${prefix}type`), query.get(`${prefix}id`)]
  if (type === null || id === null) return undefined
  try {
    return { resourceType: decodeURIComponent(type), resource: decodeURIComponent(id) }
  } catch (cause) {
    // Escapes that no text has.
    if (cause instanceof URIError) return undefined
    throw cause
  }
}

/** The page of a resource. */
export const resourceLink = (id: ResourceId): PageLink => linkTo("resource", idParameters(id))

/** A parameter; `undefined` where it is empty or too long to be meant. */
export const textIn = (query: URLSearchParams, name: string): string | undefined => {
  const text = query.get(name)?.trim() ?? ""
  return text === "" || text.length > 200 ? undefined : text
}
