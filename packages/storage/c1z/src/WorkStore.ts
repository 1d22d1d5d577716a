// The store of a sync that ends in a .c1z file: pages go into a work file beside the output, and the whole sync into
// the output. The work file outlives the process, so the next run continues where this one stopped.
import { makeKsuid } from "@rollcall/c1-protocol"
import type { OpenSync, ResourceType, StepState, StoreError, SyncError, SyncIdentity } from "@rollcall/connector"
import { resumeOrBegin, SyncStore } from "@rollcall/connector"
import { Effect, Layer, Semaphore } from "effect"
import { collectAll } from "./collectGarbage.ts"
import { readEarlierSyncs } from "./publish/earlierSyncs.ts"
import type { OutputPaths } from "./output.ts"
import { checkPreviousOutput, outputPaths, removeLeftovers } from "./output.ts"
import { publishSync } from "./publish/publishSync.ts"
import type { PublishOptions } from "./publish/retention.ts"
import { workWriter } from "./WorkStore/commitRecords.ts"
import { compareListed, countListed, mergeListed, storedParents, unseenOf } from "./WorkStore/evidence.ts"
import {
  areStatesReadable,
  beginSync,
  closeWorkFile,
  discardWorkFile,
  forgetSync,
  markShrank,
  openWorkFile,
  readHeldSync,
  readSteps,
} from "./WorkStore/WorkFile.ts"
import {
  countDiffering,
  countOnlyIn,
  countUnknownPrincipals,
  findUnknownPrincipals,
  loadDecoder,
  readUnknownPrincipals,
} from "./WorkStore/readRecords.ts"
import { findDuplicates, keepStepOrder } from "./WorkStore/resolveRecords.ts"
import { bytesOf, inSlices, inTransaction } from "./sqlite.ts"
import { attempt, ignoreFailure, isDamage, storeFailure } from "./WorkStore/storeFailure.ts"
import type { WorkEntry, WorkLog } from "./WorkStore/WorkLog.ts"
import { appendLogged } from "./WorkStore/WorkLog.ts"

/** Where a sync is written, and how. */
export interface WorkStoreOptions extends PublishOptions {
  /** The path of the .c1z file. The work file lies beside it, as `<output>.work`. */
  readonly output: string
  /** Where the file is built before it takes the output's place; beside the output when absent. */
  readonly tempDirectory?: string | undefined
  /** Keeps what is read elsewhere too. An unfinished sync is then taken up from there, and a work file that lies here is not. */
  readonly log?: WorkLog | undefined
}

/**
 * A store that writes one output. Building the layer takes the writer lock of that output, or fails with `Busy`;
 * `NotAFile`, `NotFound` and `NoPermission` say that nothing could be written at that path. After `publish` the lock is
 * gone with the work file, and the store serves no further sync.
 */
export const workStoreLayer = (options: WorkStoreOptions): Layer.Layer<SyncStore, StoreError> =>
  Layer.effect(SyncStore, makeWorkStore(options))

/**
 * Bytes of a work file from which all garbage is collected once everything is read: what reading left in memory must not come on top of
 * what SQLite needs from there on. Below, it is too little for the time that collecting takes.
 */
const bytesToCollect = 16 * 1024 * 1024

/** Where no work file can be made, no output can be made either, which is the path that people know. */
const opened = ({ output, work, temp }: OutputPaths) =>
  Effect.mapError(openWorkFile(work, temp), (error) =>
    error.reason === "NotFound" ? storeFailure("NotFound", output, error) : error,
  )

const makeWorkStore = Effect.fnUntraced(function* (options: WorkStoreOptions) {
  const paths = yield* outputPaths(options.output, options.tempDirectory)
  let end: "keep" | "discard" | "published" = "discard"
  const file = yield* Effect.acquireRelease(opened(paths), (it) =>
    ignoreFailure(() => {
      if (end === "keep") closeWorkFile(it)
      else if (end === "discard") discardWorkFile(it)
    }),
  )
  const { db, path } = file
  if (readHeldSync(db) !== undefined) end = "keep"
  yield* attempt(paths.output, () => removeLeftovers(paths))

  const writer = workWriter(path, db)
  const parents = storedParents(db)
  const mutex = yield* Semaphore.make(1)
  /** What of the records as a whole is known since they changed last. */
  let known = { duplicates: false, principals: false }

  /** One user of the database at a time; a file that turns out to be damaged is not left to the next run. */
  const guarded = <A, E extends StoreError | SyncError>(work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    mutex.withPermit(
      Effect.tapError(work, (error) =>
        Effect.sync(() => {
          if (error._tag === "StoreError" && isDamage(error, path)) end = "discard"
        }),
      ),
    )
  const write = <E extends StoreError | SyncError>(work: Effect.Effect<void, E>, isChange = true) =>
    guarded(
      Effect.suspend(() => {
        if (isChange) known = { duplicates: false, principals: false }
        return inTransaction(path, db, work)
      }),
    )
  /** An answer about all ids that were listed. */
  const afterMerge = <A>(ask: () => A) =>
    guarded(
      Effect.andThen(
        Effect.suspend(() => inTransaction(path, db, mergeListed(path, db))),
        attempt(path, ask),
      ),
    )
  const collectAfterReading = attempt(path, () => {
    if (bytesOf(db, "main") >= bytesToCollect) collectAll()
  })
  const findFirst = Effect.andThen(collectAfterReading, findDuplicates(path, db))
  const findNewDuplicates = Effect.suspend(() => (known.duplicates ? Effect.void : findFirst)).pipe(
    Effect.tap(() => Effect.sync(() => void (known.duplicates = true))),
  )
  const findNewPrincipals = findNewDuplicates.pipe(
    Effect.andThen(() => (known.principals ? Effect.void : inSlices(path, findUnknownPrincipals(db), () => undefined))),
    Effect.tap(() => Effect.sync(() => void (known.principals = true))),
  )

  const { log } = options
  const play = (entry: WorkEntry): Effect.Effect<void, StoreError> => {
    switch (entry._tag) {
      case "Begun":
        return write(attempt(path, () => beginSync(db, entry.sync)))
      case "Committed": {
        const [first, ...more] = entry.pieces
        return write(
          Effect.catchTag(writer.append({ ...first, more }, entry.state, entry.listed), "SyncError", Effect.die),
        )
      }
      case "Restarted":
        return write(writer.removeStep(entry.step))
      case "Shrank":
        return attempt(path, () => markShrank(db))
    }
  }
  const takeUp = (kept: WorkLog) =>
    Effect.andThen(
      attempt(path, () => forgetSync(db)),
      kept.replay(play),
    )

  const open = Effect.fn("WorkStore.open")(function* (
    identity: SyncIdentity,
    acceptsShrink = false,
    encodedTypes: ReadonlyArray<ResourceType> = [],
  ): Effect.fn.Return<OpenSync, StoreError> {
    yield* checkPreviousOutput(paths.output)
    writer.encodeTypes(encodedTypes)
    if (log !== undefined) yield* takeUp(log)
    const held = yield* attempt(path, () => readHeldSync(db))
    const areReadable = yield* attempt(path, () => areStatesReadable(db))
    const lost = held === undefined ? file.replaced : undefined
    const damage = areReadable ? lost : "damaged"
    const { sync, resumed, restartReason } = yield* resumeOrBegin({ held, damage }, identity, acceptsShrink, makeKsuid)
    parents.forget()
    if (!resumed) {
      const { identity: key, syncId: id, startedAt: at } = sync
      yield* log?.append({ _tag: "Begun", sync: { identity: key, syncId: id, startedAt: at } }) ?? Effect.void
      yield* write(attempt(path, () => beginSync(db, sync)))
    }
    end = "keep"
    const steps = yield* guarded(
      attempt(path, () => {
        keepStepOrder(db, identity.steps)
        return readSteps(db)
      }),
    )
    const { syncId, startedAt } = sync
    return { syncId, startedAt, resumed, steps, ...(restartReason === undefined ? {} : { restartReason }) }
  })

  return SyncStore.of({
    earlier: (tenantType) => readEarlierSyncs(paths, options, tenantType),
    open,
    commit: (records, state, listed, settled) => {
      const { more, ...first } = records
      return write(
        log === undefined
          ? writer.append(records, state, listed, settled)
          : appendLogged(log, writer, records, state, listed, settled),
        more !== undefined || Object.values(first).some((some: ReadonlyArray<unknown> = []) => some.length > 0),
      )
    },
    hasCursor: (step, cursor) => guarded(attempt(path, () => writer.hasCursor(step, cursor))),
    unseen: (step, ids, lists) => guarded(attempt(path, () => unseenOf(db, step, ids, lists))),
    countListed: (step, lists) => afterMerge(() => countListed(db, step, lists)),
    compareListed: (step, other, lists) => afterMerge(() => compareListed(db, step, other, lists)),
    findResources: (type, steps, from, most) =>
      guarded(
        inSlices(path, parents.collect(type, steps), () => undefined).pipe(
          Effect.andThen(loadDecoder),
          Effect.andThen(attempt(path, () => parents.read(type, steps, from, most))),
        ),
      ),
    restart: (step) => {
      parents.forget()
      return write(Effect.andThen(writer.removeStep(step), log?.append({ _tag: "Restarted", step }) ?? Effect.void))
    },
    steps: guarded(attempt(path, (): ReadonlyArray<StepState> => readSteps(db))),
    unknownPrincipals: (types) =>
      guarded(
        Effect.andThen(
          findNewPrincipals,
          attempt(path, () => countUnknownPrincipals(db, types)),
        ),
      ),
    findUnknownPrincipals: (type, most) =>
      guarded(
        Effect.andThen(
          findNewPrincipals,
          attempt(path, () => readUnknownPrincipals(db, type, most)),
        ),
      ),
    onlyIn: (step) =>
      guarded(
        Effect.andThen(
          findNewDuplicates,
          attempt(path, () => countOnlyIn(db, step)),
        ),
      ),
    differing: (step) =>
      guarded(
        Effect.andThen(
          findNewDuplicates,
          attempt(path, () => countDiffering(db, step)),
        ),
      ),
    publish: Effect.fn("WorkStore.publish")(function* (result) {
      return yield* guarded(
        Effect.gen(function* () {
          yield* findNewDuplicates
          return yield* publishSync({ paths, db, options, result }, () => {
            discardWorkFile(file)
            end = "published"
          }).pipe(
            Effect.tapError((error) =>
              error._tag === "SyncError"
                ? Effect.andThen(
                    log?.append({ _tag: "Shrank" }) ?? Effect.void,
                    attempt(path, () => markShrank(db)),
                  )
                : Effect.void,
            ),
          )
        }),
      )
    }),
  })
})
