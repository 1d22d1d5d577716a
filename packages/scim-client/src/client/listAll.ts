// A whole list from its pages. Offsets shift when resources come or go between two pages, so every resource is taken once,
// and the list is read again where the server's count says that one may have slipped through.
import { Effect, Option, Stream } from "effect"
import type { ScimPage, ScimPageRequest } from "../ScimCollection.ts"
import type { ScimError } from "../ScimError.ts"

type ReadPage<A> = (request: ScimPageRequest) => Effect.Effect<ScimPage<A>, ScimError>

export interface ListAllOptions {
  readonly filter: string | undefined
  readonly count: number
  /** Pages side by side in the first reading; later ones go page by page, as the list is in motion. */
  readonly concurrency: number
  readonly unsettled: (read: number, total: number) => ScimError
}

const mostReadings = 3

/** All pages of one reading. The server may put fewer on a page than asked for, which the first one shows. */
const pagesOf = <A>(
  read: ReadPage<A>,
  { filter, count, concurrency }: ListAllOptions,
): Stream.Stream<ScimPage<A>, ScimError> => {
  const sideBySide = ({ itemsPerPage, totalResults }: ScimPage<A>) => {
    const pages = itemsPerPage === 0 ? 1 : Math.ceil(totalResults / itemsPerPage)
    const starts = Array.from({ length: Math.max(0, pages - 1) }, (_, index) => 1 + (index + 1) * itemsPerPage)
    return Stream.mapEffect(
      Stream.fromIterable(starts),
      (startIndex) => read({ startIndex, count: itemsPerPage, filter }),
      { concurrency },
    )
  }
  // From our own counting: a server that ignores `startIndex` would otherwise never come to an end.
  const inTurn = (first: ScimPage<A>) =>
    Stream.paginate({ startIndex: 1, page: first }, ({ startIndex, page }) => {
      const next = startIndex + page.itemsPerPage
      if (page.itemsPerPage === 0 || next > page.totalResults) return Effect.succeed([[], Option.none()] as const)
      return Effect.map(
        read({ startIndex: next, count, filter }),
        (following) => [[following], Option.some({ startIndex: next, page: following })] as const,
      )
    })
  return Stream.flatMap(Stream.fromEffect(read({ startIndex: 1, count, filter })), (first) =>
    Stream.concat(Stream.succeed(first), concurrency > 1 ? sideBySide(first) : inTurn(first)),
  )
}

/** Every resource once, in the order in which the pages come. */
export const listAll = <A extends { readonly id: string }>(
  read: ReadPage<A>,
  options: ListAllOptions,
): Stream.Stream<A, ScimError> => {
  const reading = (number: number, known: Set<string>): Stream.Stream<A, ScimError> =>
    Stream.suspend(() => {
      const ids = new Set<string>()
      const totals: Array<number> = []
      let rejected = 0
      const fresh = (page: ScimPage<A>) => {
        totals.push(page.totalResults)
        rejected += page.rejected
        return page.resources.filter(({ id }) => {
          ids.add(id)
          return known.size < known.add(id).size
        })
      }
      const rest = Stream.suspend(() => {
        const total = totals.at(-1) ?? 0
        const found = ids.size + rejected
        const steady = totals.every((other) => other === total)
        if (steady && found >= total) return Stream.empty
        return number < mostReadings ? reading(number + 1, known) : Stream.fail(options.unsettled(found, total))
      })
      const pages = pagesOf(read, number === 1 ? options : { ...options, concurrency: 1 })
      return Stream.concat(Stream.flattenIterable(Stream.map(pages, fresh)), rest)
    })
  return Stream.suspend(() => reading(1, new Set()))
}
