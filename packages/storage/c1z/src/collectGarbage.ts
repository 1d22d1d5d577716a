// V8 collects buffers that were written away by the number of objects around them, and hardly by their size: while a large file is
// unpacked, 40 MB of them wait, whose room the process keeps from then on.
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

let collect: unknown

/** Collects what was made a moment ago and is not used any more, which takes about a millisecond. */
export const collectYoung = (): void => ask({ type: "minor" })

/**
 * Collects all that is not used any more and gives its room back, which takes some tens of milliseconds: for the point between two
 * kinds of work, of which the second would otherwise add its memory to what the first has left.
 */
export const collectAll = (): void => ask({ type: "major", flavor: "last-resort" })

const ask = (how: object): void => {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc")
    collect = runInNewContext("gc")
  }
  if (typeof collect === "function") Reflect.apply(collect, undefined, [how])
}
