// Replies without the class `Response`: with it Node loads undici, which takes 55 ms of processor time and 13 MB, once in each process. What
// our clients read of a reply is there already; whoever asks for more gets it from a `Response` that is made then.

/** The headers of a reply, by name in any case; `null` for one that it lacks. */
export type ReplyHeaders = Pick<Headers, "get">

/** A reply whose body can be read once: a `Response`, or less. */
export interface UnreadReply {
  readonly status: number
  readonly headers: ReplyHeaders
  readonly body: AsyncIterable<Uint8Array> | null
}

/** Where the body of such a reply is found as it came, for {@link bodyOf}. */
const unread = Symbol("unread")

/** The body of a reply, to be read once. */
export const bodyOf = (reply: UnreadReply): UnreadReply["body"] => (isLazy(reply) ? reply[unread] : reply.body)

const isLazy = (reply: object): reply is { readonly [unread]: UnreadReply["body"] } => unread in reply

/** A `Response` of which status, `headers.get` and {@link bodyOf} need no other; `whole` makes that other, which then has the body. */
export const lazyResponse = ({ status, headers, body }: UnreadReply, whole: () => Response): Response => {
  let made: Response | undefined
  const make = () => (made ??= whole())
  return lazily(make, {
    status,
    headers: lazily(() => make().headers, headers),
    [unread]: body,
  })
}

/** An object with these members of its own, whose others are those of the one that is made when the first of them is asked for. */
const lazily = <A extends object>(make: () => A, own: Partial<A> | object): A =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What it lacks is that of a whole one.
  new Proxy(own, {
    get: (_, key) => {
      // It is given through promises, which ask everything whether it is one.
      if (Object.hasOwn(own, key) || key === "then") return Reflect.get(own, key)
      const found: unknown = Reflect.get(make(), key)
      return typeof found === "function" ? found.bind(make()) : found
    },
    has: (_, key) => Object.hasOwn(own, key) || key in make(),
    getPrototypeOf: () => Object.getPrototypeOf(make()),
  }) as A
