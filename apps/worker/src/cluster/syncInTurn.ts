// A sync of a connection that several workers share. What it reads is kept in the database, so that another worker goes on with it. Its
// file is stored under a name that is used once, then named by the database in one transaction, and shown under the plain name after that.
import { workStoreLayer } from "@rollcall/c1z"
import type { StoreError } from "@rollcall/connector"
import { FileStore } from "@rollcall/file-store"
import { OutputStore, syncToFile } from "@rollcall/host/sync"
import { asStoreError, Board, Runs, workLogOf } from "@rollcall/postgres"
import type { Database, Turn } from "@rollcall/postgres"
import { Clock, Effect } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import type { SyncPlaces, SyncReason } from "../standalone/SyncPlace.ts"

/** Where the syncs of a turn go. What lies on this machine goes with the scope. */
export const syncInTurn = Effect.fnUntraced(function* (turn: Turn) {
  const services = yield* Effect.context<Runs | FileStore | Database>()
  const runs = yield* Runs
  const board = yield* Board
  const files = yield* FileStore
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), `rollcall-${turn.connection}-`))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true })),
  )
  const state = asStoreError(runs.state(turn.connection))
  let isHere: string | undefined

  const syncFor = Effect.fnUntraced(function* (
    why: SyncReason,
    ...[open, settings, request, flags]: Parameters<typeof syncToFile>
  ) {
    const plain = basename(settings.file)
    const file = join(folder, plain)
    const now = yield* Clock.currentTimeMillis
    const { unfinished: due = now, file: newest } = yield* state
    yield* asStoreError(runs.begin(turn, due, { isAsked: why === "asked" }))
    // The syncs of the file before go along into the next one.
    if (newest !== undefined && newest !== isHere) {
      yield* Effect.catchIf(files.get(newest, file), ({ reason }) => reason === "NotFound", beginWithout(file))
    }
    isHere = undefined
    const log = yield* Effect.provideContext(workLogOf(turn), services)
    const finished = yield* syncToFile(open, { ...settings, file }, request, flags).pipe(
      Effect.provideService(OutputStore, (options) => workStoreLayer({ ...options, log })),
    )
    const stored = storedName(plain, due, turn.epoch)
    yield* files.put(stored, file)
    yield* asStoreError(runs.publish(turn, stored))
    isHere = stored
    yield* showNewest(plain)
    yield* removeOld(plain, [stored, newest], turn.epoch)
    return { ...finished, storedAs: stored }
  })

  /** Another worker may publish meanwhile: the plain name is right once it was shown and the database still says the same. */
  const showNewest = Effect.fnUntraced(function* (plain: string) {
    let shown: string | undefined
    for (;;) {
      const { file } = yield* state
      if (file === undefined || file === shown) return
      yield* files.show(plain, file)
      shown = file
    }
  })

  /** What no reader wants any more: all but the newest two, and what workers left that did not come to name it. */
  const removeOld = Effect.fnUntraced(function* (
    plain: string,
    kept: ReadonlyArray<string | undefined>,
    epoch: number,
  ) {
    const stem = stemOf(plain)
    for (const name of yield* files.names(`${stem}.`)) {
      const [, ofEpoch] = name.slice(stem.length).match(/^\.\d{17}Z\.(\d+)\.c1z$/u) ?? []
      if (ofEpoch !== undefined && Number(ofEpoch) <= epoch && !kept.includes(name)) yield* files.remove(name)
    }
  })

  const place: SyncPlaces = {
    earlier: Effect.map(state, ({ unfinished, since, last, publishedAt }) => ({
      isUnfinished: unfinished !== undefined,
      since,
      last,
      publishedAt,
    })),
    // Without the database it is asked for later, as the request stays.
    isAsked: Effect.orElseSucceed(
      Effect.map(board.requests([turn.connection]), (asked) => asked.length > 0),
      () => false,
    ),
    sync:
      (why) =>
      (...of) =>
        syncFor(why, ...of),
  }
  return place
})

/** A stored file may go, as where a database is restored, or storage removes what is old; without it the connection would fail for ever. */
const beginWithout = (file: string) => (error: StoreError) =>
  Effect.andThen(
    Effect.sync(() => rmSync(file, { force: true })),
    Effect.logWarning(
      `The file that was published last is gone. ${error.message} This sync begins without the syncs in it, so there is nothing ` +
        "to compare with, and it is published however little it shows.",
    ),
  )

const stemOf = (plain: string): string => plain.replace(/\.c1z$/u, "")

/** `sales.20261130080000000Z.7.c1z`: what is stored, when it was due, and in which turn it was made. */
const storedName = (plain: string, due: number, epoch: number): string =>
  `${stemOf(plain)}.${new Date(due).toISOString().replaceAll(/[-:.T]/gu, "")}.${epoch}.c1z`
