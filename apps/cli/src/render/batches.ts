// Records joined to batches that are written at once: many small ones or few large ones, so that memory stays bounded
// whatever a file holds.
import { Stream } from "effect"

/** Characters of a batch, after which it ends whatever the number of its records. */
const mostCharacters = 1024 * 1024

/** Batches of at most so many records. */
export const batches =
  <A>(mostRecords: number, lengthOf: (record: A) => number) =>
  <E, R>(records: Stream.Stream<A, E, R>): Stream.Stream<ReadonlyArray<A>, E, R> =>
    records.pipe(
      Stream.mapAccumArray(
        () => ({ batch: [] as ReadonlyArray<A>, characters: 0 }),
        ({ batch, characters }, some) => {
          const full: Array<ReadonlyArray<A>> = []
          let open = [...batch]
          for (const record of some) {
            open.push(record)
            characters += lengthOf(record)
            if (open.length < mostRecords && characters < mostCharacters) continue
            full.push(open)
            open = []
            characters = 0
          }
          return [{ batch: open, characters }, full]
        },
        { onHalt: ({ batch }) => (batch.length === 0 ? [] : [batch]) },
      ),
    )
