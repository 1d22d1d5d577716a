// The JSON of a reply that is one long list. Parsed whole, a page of a thousand accounts is eight megabytes of objects, which grow old
// and are collected late. Parsed in pieces, each piece is decoded and gone before the next one is parsed. Nothing is scanned for this:
// the list is cut where an entry may end, and a piece that is JSON of its own was cut at the right place, since in no other place are
// all brackets and texts closed.
import type { HttpReply } from "./exchange.ts"
import { jsonOf } from "./exchange.ts"

/** Bytes of a piece at least: about fifty accounts. Texts of twice this length would be kept with old objects from the beginning. */
const pieceLength = 64 * 1024

/** Wrong places that are tried for one cut, such as ends of objects within an entry. */
const mostTries = 50

/** A list that a reply holds under a name, and what is made of some of its entries. */
export interface ListInReply<A> {
  readonly name: string
  readonly decode: (entries: ReadonlyArray<unknown>) => A
}

/** A reply whose list is replaced by an empty one, and what was made of the list; the reply as it is where it has no such list. */
export interface ReplyInPieces<A> {
  readonly body: unknown
  readonly pieces: ReadonlyArray<A>
}

/** The JSON of a body with a list; `undefined`, which no JSON is, as that of a body that is none. */
export const jsonInPieces = <A>(bytes: Uint8Array, list: ListInReply<A>): ReplyInPieces<A> =>
  inPieces(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), list) ??
  whole(jsonOf(new TextDecoder().decode(bytes)), list)

const whole = <A>(body: unknown, { name, decode }: ListInReply<A>): ReplyInPieces<A> => {
  const entries = listIn(body, name)
  return entries === undefined
    ? { body, pieces: [] }
    : { body: { ...Object(body), [name]: [] }, pieces: [decode(entries)] }
}

const listIn = (body: unknown, name: string): ReadonlyArray<unknown> | undefined => {
  const list: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined
  return Array.isArray(list) ? list : undefined
}

const inPieces = <A>(bytes: Buffer, { name, decode }: ListInReply<A>): ReplyInPieces<A> | undefined => {
  const key = `${JSON.stringify(name)}:[`
  const at = bytes.indexOf(key)
  const begin = at + key.length
  const end = bytes.lastIndexOf("]")
  if (at < 0 || end - begin < 2 * pieceLength) return undefined
  // Where there are other lists behind it, this is not its end, and then what stands there is no JSON.
  const body = jsonOf(new TextDecoder().decode(bytes.subarray(0, begin)) + bytes.toString("utf8", end))
  if (listIn(body, name)?.length !== 0) return undefined
  // Most entries begin with the same name, and objects within them with another one.
  const firstName = bytes.toString("latin1", begin, bytes.indexOf(":", begin) + 1)
  const pieces: Array<A> = []
  for (let from = begin; from < end;) {
    const piece = pieceFrom(bytes, from, end, `},${firstName}`)
    if (piece === undefined) return undefined
    pieces.push(decode(piece.entries))
    from = piece.next
  }
  return { body, pieces }
}

const pieceFrom = (bytes: Buffer, from: number, end: number, usualCut: string) => {
  let cut = from + pieceLength
  for (let tries = 0; tries < mostTries; tries++) {
    const comma = cut >= end ? -1 : commaAfter(bytes, cut, usualCut)
    const to = comma <= 0 || comma > end ? end : comma
    const entries: unknown = jsonOf(`[${bytes.toString("utf8", from, to)}]`)
    if (Array.isArray(entries)) return { entries, next: to + 1 }
    if (to === end) return undefined
    cut = to
  }
  return undefined
}

/** Where an entry may end: before one like the first, if there is any near, else before any object. */
const commaAfter = (bytes: Buffer, at: number, usualCut: string): number => {
  const usual = bytes.indexOf(usualCut, at)
  return (usual >= 0 && usual < at + pieceLength ? usual : bytes.indexOf("},{", at)) + 1
}

/** Parses replies of one call, in pieces where a list is named, and keeps what was made of the pieces of the latest. */
export const replyParser = <A>(list: ListInReply<A> | undefined) => {
  let pieces: ReadonlyArray<A> = []
  return {
    parse: (reply: Pick<HttpReply, "bytes" | "text">): unknown => {
      if (list === undefined) return jsonOf(reply.text)
      const found = jsonInPieces(reply.bytes, list)
      pieces = found.pieces
      return found.body
    },
    pieces: (): ReadonlyArray<A> => pieces,
  }
}
