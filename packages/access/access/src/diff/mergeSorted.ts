// Two sorted sequences side by side: what stands in one of them alone, and what stands in both and differs.
import { compareKeys } from "@rollcall/c1z"

/** A record with the key that it is sorted by. No two of a sequence have the same. */
export interface Keyed {
  readonly key: ReadonlyArray<string>
}

/** One record that stands in one sequence, or in both and differs. */
export type Difference<A> =
  | { readonly before: A; readonly after: undefined }
  | { readonly before: undefined; readonly after: A }
  | { readonly before: A; readonly after: A }

/** Records after which a pause is given, so that whoever walks through them can let others run. */
const recordsBetweenPauses = 2000

/** The differences by key, and a pause now and then. Both sequences are closed when this one is. */
export function* mergeSorted<A extends Keyed>(
  before: Generator<A, void>,
  after: Generator<A, void>,
  differs: (before: A, after: A) => boolean,
): Generator<Difference<A> | "pause", void> {
  try {
    let [left, right] = [before.next(), after.next()]
    for (let records = 1; left.done !== true || right.done !== true; records++) {
      if (records % recordsBetweenPauses === 0) yield "pause"
      const order = left.done === true ? 1 : right.done === true ? -1 : compareKeys(left.value.key, right.value.key)
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
