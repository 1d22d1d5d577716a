// Two sorted sequences side by side: what stands in one of them alone, and what stands in both and differs.
import { StoreError } from "@rollcall/connector"
import { Effect, Option, Stream } from "effect"

/** One record that stands in one sequence, or in both and differs. */
export type Difference<A> =
  | { readonly before: A; readonly after: undefined }
  | { readonly before: undefined; readonly after: A }
  | { readonly before: A; readonly after: A }

/** Records after which a pause is given, so that whoever walks through them can let others run. */
export const recordsBetweenPauses = 2000

/** The differences in order, and a pause now and then. No two of a sequence compare as the same. Both sequences are closed when this one is. */
export function* mergeSorted<A>(
  before: Generator<A, void>,
  after: Generator<A, void>,
  compare: (a: A, b: A) => number,
  differs: (before: A, after: A) => boolean,
): Generator<Difference<A> | "pause", void> {
  try {
    let [left, right] = [before.next(), after.next()]
    for (let records = 1; left.done !== true || right.done !== true; records++) {
      if (records % recordsBetweenPauses === 0) yield "pause"
      const order = left.done === true ? 1 : right.done === true ? -1 : compare(left.value, right.value)
      if (order < 0 && left.done !== true) {
        yield { before: left.value, after: undefined }
        left = before.next()
      } else if (order > 0 && right.done !== true) {
        yield { before: undefined, after: right.value }
        right = after.next()
      } else if (left.done !== true && right.done !== true) {
        if (differs(left.value, right.value)) yield { before: left.value, after: right.value }
        left = before.next()
        right = after.next()
      }
    }
  } finally {
    before.return()
    after.return()
  }
}

/** What reading records throws as a failure. */
export const tryStep = <A>(step: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: step, catch: (cause) => cause }).pipe(
    Effect.catch((cause) => (cause instanceof StoreError ? Effect.fail(cause) : Effect.die(cause))),
  )

/** Differences that are handed on at once. */
export const atOnce = 64

/** Differences as a stream, which lets others run after some thousands of records. */
export const differences = <A>(
  open: () => Generator<Difference<A> | "pause", void>,
): Stream.Stream<Difference<A>, StoreError> =>
  Stream.suspend(() => {
    const found = open()
    const page = () =>
      tryStep(() => {
        const some: Array<Difference<A>> = []
        while (some.length < atOnce) {
          const { value, done } = found.next()
          if (done === true) return [some, Option.none()] as const
          if (value === "pause") break
          some.push(value)
        }
        return [some, Option.some(undefined)] as const
      }).pipe(Effect.tap(() => Effect.yieldNow))
    return Stream.paginate(undefined, page).pipe(Stream.ensuring(Effect.sync(() => found.return())))
  })
