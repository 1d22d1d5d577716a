// The comparison of two syncs that somebody looks at. It takes time that grows with the workspace, so it goes on while pages are
// answered; there is one at a time, and its changes wait on the disk until another is asked for.
import type { AccessOptions, AccessReader, Comparison, Incomparable, UnknownName } from "@rollcall/access"
import { compareSyncs, readerOf } from "@rollcall/access"
import { C1zFile } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { Cause, Effect, Exit, Fiber, Option, Scope } from "effect"

/** A sync that can be compared: of the file that is open, or a copy in an archive. */
export interface ComparedSync {
  readonly id: string
  readonly file: string
  /** RFC 3339. */
  readonly endedAt: string
}

/** What has come of comparing two syncs. */
export type Compared =
  | { readonly _tag: "Working" }
  | { readonly _tag: "Failed"; readonly message: string; readonly hint: string }
  | { readonly _tag: "Done"; readonly comparison: Comparison }

/** Compares syncs, one pair at a time. */
export interface Comparisons {
  /** In the order in which they ended. */
  readonly syncs: ReadonlyArray<ComparedSync>
  /** What has come of comparing these two, which begins with the first question; waits a moment for it. */
  readonly of: (before: ComparedSync, after: ComparedSync) => Effect.Effect<Compared>
}

/** How long a page waits for a comparison before it says that it goes on. */
const patience = "1 second"

/** Comparisons of syncs of a file that is open, and of copies, for as long as the scope lasts. */
export const makeComparisons = Effect.fnUntraced(function* (
  file: C1zFile,
  syncs: ReadonlyArray<ComparedSync>,
  options: Omit<AccessOptions, "syncId">,
): Effect.fn.Return<Comparisons, never, Scope.Scope> {
  const outer = yield* Effect.scope
  let current: { readonly key: string; readonly scope: Scope.Closeable; readonly fiber: Work } | undefined

  const open = Effect.fnUntraced(function* (
    sync: ComparedSync,
  ): Effect.fn.Return<AccessReader, StoreError | UnknownName, Scope.Scope> {
    const from = sync.file === file.path ? file : yield* C1zFile.open(sync.file, options)
    return yield* readerOf(from, { syncId: sync.id, meanings: options.meanings, privileged: options.privileged })
  })

  const begin = Effect.fnUntraced(function* (key: string, before: ComparedSync, after: ComparedSync) {
    if (current !== undefined) yield* Scope.close(current.scope, Exit.void)
    const scope = yield* Scope.fork(outer)
    const work = Effect.gen(function* () {
      return yield* compareSyncs(yield* open(before), yield* open(after), { tempDirectory: options.tempDirectory })
    }).pipe(Scope.provide(scope))
    const fiber = yield* Effect.forkIn(work, scope)
    current = { key, scope, fiber }
    return fiber
  })

  return {
    syncs,
    of: Effect.fnUntraced(function* (before, after) {
      const key = JSON.stringify([before.id, after.id])
      const fiber = current?.key === key ? current.fiber : yield* begin(key, before, after)
      const exit = yield* Effect.timeoutOption(Fiber.await(fiber), patience)
      const outcome = Option.match(exit, { onNone: (): Compared => ({ _tag: "Working" }), onSome: outcomeOf })
      // Whoever asks again is to have another try, such as after making room on the disk.
      if (outcome._tag === "Failed" && current?.fiber === fiber) {
        yield* Scope.close(current.scope, Exit.void)
        current = undefined
      }
      return outcome
    }),
  }
})

type Work = Fiber.Fiber<Comparison, StoreError | UnknownName | Incomparable>

const outcomeOf = (exit: Exit.Exit<Comparison, StoreError | UnknownName | Incomparable>): Compared => {
  if (Exit.isSuccess(exit)) return { _tag: "Done", comparison: exit.value }
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  return error === undefined
    ? { _tag: "Failed", message: "The comparison was stopped.", hint: "Ask for it again." }
    : { _tag: "Failed", message: error.message, hint: error.hint }
}
