// What a stored grant says at a glance: its id, and which members it has. Decoding it takes ten times as long, mostly for the
// entitlement, which stands in every grant of it.
import type { Members } from "./Members.ts"
import { lookInto, only } from "./Members.ts"

/** A stored grant at a glance. */
export interface GrantAtAGlance {
  readonly id: string
  /** Whether it names all: its entitlement, what that is on, and who holds it. Some writers leave that to the columns of the row. */
  readonly namesAll: boolean
  /** Whether it says through which entitlements it is held. */
  readonly hasSources: boolean
}

/** Reads a stored grant; `undefined` where it has to be decoded. */
export const scanGrant = (bytes: Uint8Array): GrantAtAGlance | undefined =>
  lookInto(bytes, (members) => {
    let id = ""
    let [hasResource, hasPrincipal, hasSources] = [false, false, false]
    while (members.next()) {
      if (members.number === 1) {
        const entitlement = members.inside()
        // The resource is its first member, where it has one.
        hasResource = entitlement.next() && entitlement.number === 1
      } else if (members.number === 2) hasPrincipal = true
      else if (members.number === 3) id = members.text()
      else if (members.number === 5) hasSources = true
    }
    return { id, namesAll: hasResource && hasPrincipal, hasSources }
  })

/**
 * The ids in a stored grant as one text: of itself, of its entitlement, of what that is on, and of who holds it. `undefined` where it
 * says more than that beside copies of these, such as an annotation or a source, and where it has to be decoded.
 */
export const scanGrantIds = (bytes: Uint8Array): string | undefined =>
  lookInto(bytes, (members) => {
    let [id, entitlement, principal]: Array<string | undefined> = []
    while (members.next()) {
      if (members.number === 1) entitlement = only(entitlement, entitlementIds(members.inside()))
      else if (members.number === 2) principal = only(principal, idOfResource(members.inside()))
      else if (members.number === 3) id = only(id, members.text())
      else return undefined
    }
    return entitlement === undefined || principal === undefined
      ? undefined
      : JSON.stringify([id, entitlement, principal])
  })

const entitlementIds = (members: Members): string => {
  let [id, resource]: Array<string | undefined> = []
  while (members.next()) {
    if (members.number === 1) resource = only(resource, idOfResource(members.inside()))
    else if (members.number === 2) id = only(id, members.text())
  }
  return JSON.stringify([id, resource])
}

const idOfResource = (members: Members): string => {
  let id: string | undefined
  while (members.next()) {
    if (members.number !== 1) continue
    const parts = members.inside()
    const texts: Array<string> = []
    while (parts.next()) texts.push(`${parts.number} ${parts.text()}`)
    id = only(id, JSON.stringify(texts.toSorted()))
  }
  return id ?? ""
}
