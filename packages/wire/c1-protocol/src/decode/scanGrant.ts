// What a stored grant says at a glance: its id, and which members it has. Decoding it takes ten times as long, mostly for the
// entitlement, which stands in every grant of it.

/** A stored grant at a glance. */
export interface GrantAtAGlance {
  readonly id: string
  /** Whether it names all: its entitlement, what that is on, and who holds it. Some writers leave that to the columns of the row. */
  readonly namesAll: boolean
  /** Whether it says through which entitlements it is held. */
  readonly hasSources: boolean
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

// Members by the first byte of each: the number, and that it has a length.
const [entitlement, principal, id, annotations, sources] = [0x0a, 0x12, 0x1a, 0x22, 0x2a]

/** Reads a stored grant; `undefined` where it has to be decoded: members out of order, or none that a grant has. */
export const scanGrant = (bytes: Uint8Array): GrantAtAGlance | undefined => {
  let [at, last] = [0, 0]
  let [idBegin, idEnd] = [0, 0]
  let [hasResource, hasPrincipal, hasSources] = [false, false, false]
  while (at < bytes.length) {
    const tag = bytes[at++] ?? 0
    if (tag < last || (tag === last && tag !== annotations)) return undefined
    last = tag
    let length = 0
    let shift = 0
    for (let more = true; more; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 21) return undefined
      length |= (byte & 0x7f) << shift
      more = byte >= 0x80
    }
    const end = at + length
    if (end > bytes.length) return undefined
    if (tag === entitlement) hasResource = length > 0 && bytes[at] === 0x0a
    else if (tag === principal) hasPrincipal = true
    else if (tag === id) [idBegin, idEnd] = [at, end]
    else if (tag === sources) hasSources = true
    else if (tag !== annotations) return undefined
    at = end
  }
  try {
    const text = utf8.decode(bytes.subarray(idBegin, idEnd))
    return { id: text, namesAll: hasResource && hasPrincipal, hasSources }
  } catch {
    return undefined
  }
}
