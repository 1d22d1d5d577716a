// A whole list in memory, for who looks somebody up. Its pages are judged as those of a sync are.
import { Effect, Fiber, Option, Scope, Stream } from "effect"
import type { ScimPage, ScimPageRequest } from "../ScimCollection.ts"
import type { ScimError } from "../ScimError.ts"
import { afterPage, type ListVerdict, mostReadings, nextPage, reading, verdictOf } from "./listReading.ts"

type ReadPage<A> = (request: ScimPageRequest) => Effect.Effect<ScimPage<A>, ScimError>

export interface ListAllOptions {
  readonly filter: string | undefined
  readonly count: number
  /** Pages side by side in the first reading; later ones go page by page, as the list is in motion. */
  readonly concurrency: number
  readonly short: (verdict: ListVerdict) => ScimError
}

/** Every resource once, in the order in which the pages come; last, if the list is short, the error that says so. */
export const listAll = <A extends { readonly id: string }>(
  read: ReadPage<A>,
  { filter, count, concurrency, short }: ListAllOptions,
): Stream.Stream<A, ScimError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const readPage = yield* readingAhead<A>((request) => read({ ...request, filter }), concurrency)
      const all = new Set<string>()
      let seen = new Set<string>()
      let verdict: ListVerdict | undefined
      const pages = Stream.paginate(reading(1), (current) =>
        Effect.map(readPage(nextPage(current, count), current.number === 1), (page) => {
          const fresh = [...new Set(page.keys)].filter((key) => !seen.has(key))
          const news = page.resources.filter(({ id }) => all.size < all.add(id).size)
          for (const key of page.keys) all.add(key)
          for (const key of fresh) seen.add(key)
          const after = afterPage(current, page, fresh)
          if (after._tag === "More") return [news, Option.some(after.reading)] as const
          if (after._tag === "Whole") return [news, Option.none()] as const
          seen = new Set()
          if (current.number < mostReadings) return [news, Option.some(reading(current.number + 1))] as const
          verdict = verdictOf(after.end, after.total, all.size)
          return [news, Option.none()] as const
        }),
      )
      const end = Stream.suspend(() => (verdict?._tag === "Short" ? Stream.fail(short(verdict)) : Stream.empty))
      return Stream.concat(pages, end)
    }),
  )

/**
 * Reads pages, and asks for those that are likely to come next while one is judged. A page that turns out not to be wanted
 * is not waited for.
 */
const readingAhead = Effect.fnUntraced(function* <A>(read: ReadPage<A>, concurrency: number) {
  const scope = yield* Scope.Scope
  const ahead = new Map<number, Fiber.Fiber<ScimPage<A>, ScimError>>()
  return Effect.fnUntraced(function* (request: ScimPageRequest, mayAsk: boolean) {
    const { startIndex, count } = request
    const asked = ahead.get(startIndex)
    ahead.delete(startIndex)
    const page = yield* asked === undefined || !mayAsk ? read(request) : Fiber.join(asked)
    const step = page.itemsPerPage - 1
    const likely = Array.from(
      { length: mayAsk && step > 0 ? concurrency - 1 : 0 },
      (_, at) => startIndex + (at + 1) * step,
    )
    for (const next of likely) {
      const isWanted = next < page.totalResults && !ahead.has(next) && ahead.size + 1 < concurrency
      if (isWanted) ahead.set(next, yield* Effect.forkIn(read({ startIndex: next, count }), scope))
    }
    return page
  })
})
