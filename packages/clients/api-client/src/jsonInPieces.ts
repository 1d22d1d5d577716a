// The JSON of a reply that is one long list. Parsed whole, a page of a thousand accounts is eight megabytes of objects, which grow old
// and are collected late. Parsed in pieces, each piece is decoded and gone before the next one is parsed. No text is scanned for this:
// the list is cut where an entry may end, and a piece that is JSON of its own was cut at the right place, since in no other place are
// all brackets and texts closed.
import { jsonOf } from "./exchange.ts"

/** Characters of a piece at least: about a hundred accounts. */
const pieceLength = 128 * 1024

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

/** The JSON of a text with a list; `undefined`, which no JSON is, as the body of a text that is none. */
export const jsonInPieces = <A>(text: string, list: ListInReply<A>): ReplyInPieces<A> =>
  inPieces(text, list) ?? whole(jsonOf(text), list)

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

const inPieces = <A>(text: string, { name, decode }: ListInReply<A>): ReplyInPieces<A> | undefined => {
  const key = `${JSON.stringify(name)}:[`
  const at = text.indexOf(key)
  const begin = at + key.length
  const end = text.lastIndexOf("]")
  if (at < 0 || end - begin < 2 * pieceLength) return undefined
  // Where there are other lists behind it, this is not its end, and then what stands there is no JSON.
  const body = jsonOf(`${text.slice(0, begin)}${text.slice(end)}`)
  if (listIn(body, name)?.length !== 0) return undefined
  const pieces: Array<A> = []
  for (let from = begin; from < end;) {
    const piece = pieceFrom(text, from, end)
    if (piece === undefined) return undefined
    pieces.push(decode(piece.entries))
    from = piece.next
  }
  return { body, pieces }
}

const pieceFrom = (text: string, from: number, end: number) => {
  let cut = from + pieceLength
  for (let tries = 0; tries < mostTries; tries++) {
    const comma = cut >= end ? -1 : text.indexOf("},{", cut) + 1
    const to = comma <= 0 || comma > end ? end : comma
    const entries: unknown = jsonOf(`[${text.slice(from, to)}]`)
    if (Array.isArray(entries)) return { entries, next: to + 1 }
    if (to === end) return undefined
    cut = to
  }
  return undefined
}

/** Parses replies of one call, in pieces where a list is named, and keeps what was made of the pieces of the latest. */
export const replyParser = <A>(list: ListInReply<A> | undefined) => {
  let pieces: ReadonlyArray<A> = []
  return {
    parse: (text: string): unknown => {
      if (list === undefined) return jsonOf(text)
      const reply = jsonInPieces(text, list)
      pieces = reply.pieces
      return reply.body
    },
    pieces: (): ReadonlyArray<A> => pieces,
  }
}
