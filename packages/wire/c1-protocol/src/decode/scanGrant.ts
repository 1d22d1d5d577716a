// What a stored grant says at a glance: its id, and which members it has. Decoding it takes ten times as long, mostly for the
// entitlement, which stands in every grant of it.
import { lookInto } from "./Members.ts"

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
