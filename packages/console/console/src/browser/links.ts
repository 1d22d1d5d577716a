// The only place where addresses are made: fixed paths, and the names of connections, which are letters, digits and hyphens.
import { element } from "@rollcall/pages/browser"
import type { Place } from "../pageData.ts"
import { places } from "../pageData.ts"

/** The query that names a connection; none for what cannot be a name. */
const queryOf = (name: string | undefined): string =>
  name !== undefined && /^[a-z0-9-]{1,40}$/u.test(name) ? `?name=${name}` : ""

/** A link to a page, or to that of a connection. */
export const linkTo = (place: Place, text: string, name?: string): HTMLAnchorElement => {
  const link = element("a", {}, text)
  // oxlint-disable-next-line no-restricted-properties -- A path of ours, and a name that is checked.
  link.href = `${places[place]}${queryOf(name)}`
  return link
}

/** Goes to a page. */
export const goTo = (place: Place, name?: string): void => linkTo(place, "", name).click()
