// A sync in a browser: opened once, then answered page by page.
import type { AccessOptions, UnknownName } from "@rollcall/access"
import { readerOf } from "@rollcall/access"
import { C1zFile } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect, Stream } from "effect"
import { answerFrom } from "./answer.ts"
import type { ComparedSync } from "./pages/Comparisons.ts"
import { makeComparisons } from "./pages/Comparisons.ts"
import { explore } from "./pages/Explored.ts"
import type { Answer } from "./server/serve.ts"

export type { ComparedSync } from "./pages/Comparisons.ts"
export type { Answer, Serving } from "./server/serve.ts"
export { idleMillis } from "./server/IdleTimer.ts"
export { serve } from "./server/serve.ts"

/** What is looked through, and how it is read. */
export interface ExplorerOptions extends AccessOptions {
  readonly file: string
  /** Copies in an archive that can be compared too. */
  readonly copies?: ReadonlyArray<ComparedSync> | undefined
  /** Told that the file is unpacked, and what takes time from then on is its index. */
  readonly onUnpacked?: (() => void) | undefined
}

/** The index takes about half as much again as the unpacked copy. */
const timesItsSpace = 1.6

/** Opens a file and makes its sync ready, for as long as the scope lasts. What it gives answers requests for pages. */
export const openExplorer = Effect.fn("Explorer.open")(function* ({
  file: path,
  copies = [],
  onUnpacked = () => undefined,
  ...options
}: ExplorerOptions): Effect.fn.Return<Answer, StoreError | UnknownName, Scope.Scope> {
  const file = yield* C1zFile.open(path, { timesItsSpace, ...options })
  const access = yield* readerOf(file, options)
  yield* Effect.sync(onUnpacked)
  const explored = yield* explore(path, access)
  const own = (yield* Stream.runCollect(file.syncs)).flatMap(({ id, endedAt, type }) =>
    // What was narrowed is not held against others, unless it is what is looked through.
    endedAt === undefined || (type !== "full" && id !== access.sync?.id) ? [] : [{ id, endedAt, file: path }],
  )
  const others = copies.filter(({ id }) => own.every((sync) => sync.id !== id))
  const syncs = [...own, ...others].toSorted((one, other) =>
    one.endedAt < other.endedAt ? -1 : one.endedAt > other.endedAt ? 1 : 0,
  )
  return answerFrom({ explored, comparisons: yield* makeComparisons(file, syncs, options) })
})
