// A worker that stands still between two steps of publishing while another one takes the connection over and publishes, and then goes on.
import { assert, describe, it } from "@effect/vitest"
import type { Connector } from "@rollcall/connector"
import { FileStore, folderFileStore } from "@rollcall/file-store"
import { Board, databaseLayer, Runs } from "@rollcall/postgres"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Clock, Context, Effect, Layer, Logger } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { syncInTurn } from "../../src/cluster/syncInTurn.ts"

/** A connector that tells of one person, by this name. */
const naming = (name: string): Connector => ({
  id: "tiny",
  displayName: "Tiny",
  resourceTypes: [{ id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] }],
  identify: Effect.succeed({ id: "T1", displayName: "Tiny Inc." }),
  steps: [
    {
      id: "people",
      title: "people",
      produces: ["person"],
      scopes: [],
      page: () =>
        Effect.succeed({ resources: [{ id: { resourceType: "person", resource: name }, displayName: name }] }),
    },
  ],
})

const settings = {
  file: "sales.c1z",
  "keep-sync-count": 2,
  "skip-cleanup": false,
  "c1z-temp-dir": undefined,
  "max-shrink": 50,
  "allow-shrink-until": undefined,
}

const world = Effect.gen(function* () {
  const folder = yield* scratchFolder("turns")
  const { freshDatabase } = yield* sharedPostgres
  const services = yield* Layer.build(
    Layer.provideMerge(Layer.merge(Runs.layer, Board.layer), databaseLayer({ url: yield* freshDatabase })).pipe(
      Layer.merge(folderFileStore(folder)),
    ),
  )
  /** A turn of one worker that publishes; `meanwhile` happens before it does this with the file store, or names its file. */
  const publishes = (
    name: string,
    at?: "put" | "publish" | "show",
    meanwhile: Effect.Effect<unknown, unknown> = Effect.void,
  ) =>
    Effect.gen(function* () {
      const files = yield* FileStore
      let isLate = false
      const late = <A, E>(work: Effect.Effect<A, E>) =>
        Effect.suspend(() => {
          if (isLate) return work
          isLate = true
          return Effect.andThen(Effect.orDie(meanwhile), work)
        })
      const slowed = FileStore.of({
        ...files,
        ...(at === "put" ? { put: (...of) => late(files.put(...of)) } : {}),
        ...(at === "show" ? { show: (...of) => late(files.show(...of)) } : {}),
      })
      const runs = yield* Runs
      const named = at === "publish" ? Runs.of({ ...runs, publish: (...of) => late(runs.publish(...of)) }) : runs
      const turn = yield* runs.takeOver("sales", name)
      const place = yield* syncInTurn(turn).pipe(
        Effect.provideService(FileStore, slowed),
        Effect.provideService(Runs, named),
      )
      return yield* place.sync("due")({ connector: naming(name), calls: Effect.succeed(0) }, settings, {})
    }).pipe(Effect.scoped, Effect.provideContext(services))
  /** What a turn of this worker knows of those before. */
  const earlier = (name: string) =>
    Effect.gen(function* () {
      const place = yield* syncInTurn(yield* Effect.flatMap(Runs, (runs) => runs.takeOver("sales", name)))
      return yield* place.earlier
    }).pipe(Effect.scoped, Effect.provideContext(services))
  const shown = () => readFileSync(join(folder, "sales.c1z"))
  const stored = () => readdirSync(folder).filter((name) => name.startsWith("sales.2"))
  const newest = Effect.flatMap(
    Effect.map(Context.get(services, Runs).state("sales"), ({ file }) => file ?? ""),
    (name) => Effect.sync(() => ({ name, bytes: readFileSync(join(folder, name)) })),
  )
  const remove = Context.get(services, FileStore).remove
  return { publishes, earlier, shown, stored, newest, remove }
})

describe.skipIf(!hasPostgres)("a sync in a turn that is over", () => {
  it.live("publishes nothing where the other one came before its file was stored", () =>
    Effect.gen(function* () {
      const { publishes, shown, newest } = yield* world
      const error = yield* Effect.flip(publishes("late", "put", publishes("early")))
      assert.include(error.message, "Another worker has taken over the connection sales.")
      const { name, bytes } = yield* newest
      assert.match(name, /^sales\.\d{17}Z\.2\.c1z$/u)
      assert.isTrue(shown().equals(bytes))
    }).pipe(Effect.scoped),
  )

  it.live("publishes nothing where the other one came after its file was stored and before it was named", () =>
    Effect.gen(function* () {
      const { publishes, shown, stored, newest } = yield* world
      const error = yield* Effect.flip(publishes("late", "publish", publishes("early")))
      assert.include(error.message, "Another worker has taken over the connection sales.")
      const { name, bytes } = yield* newest
      assert.match(name, /^sales\.\d{17}Z\.2\.c1z$/u)
      assert.isTrue(shown().equals(bytes))
      assert.include(stored(), name)
    }).pipe(Effect.scoped),
  )

  it.live("shows what is newest where the other one came after its file was named", () =>
    Effect.gen(function* () {
      const { publishes, shown, newest } = yield* world
      yield* publishes("early", "show", publishes("late"))
      const { name, bytes } = yield* newest
      assert.match(name, /\.2\.c1z$/u)
      assert.isTrue(shown().equals(bytes))
    }).pipe(Effect.scoped),
  )

  it.live("leaves a file that the next one removes, and the newest two stay", () =>
    Effect.gen(function* () {
      const { publishes, stored } = yield* world
      yield* Effect.flip(publishes("late", "put", publishes("early")))
      assert.lengthOf(stored(), 2)
      yield* publishes("next")
      yield* publishes("after")
      assert.deepStrictEqual(
        stored().map((name) => name.split(".")[2]),
        ["3", "4"],
      )
    }).pipe(Effect.scoped),
  )

  it.live("begins without the file that was published last where that is gone, says so, and publishes", () =>
    Effect.gen(function* () {
      const { publishes, shown, newest, remove } = yield* world
      yield* publishes("first")
      const gone = yield* newest
      yield* remove(gone.name)
      const logged: Array<unknown> = []
      const logger = Logger.make(({ logLevel, message }) => logLevel === "Warn" && void logged.push(message))
      yield* publishes("second").pipe(Effect.provide(Logger.layer([logger])))
      const { name, bytes } = yield* newest
      assert.match(name, /\.2\.c1z$/u)
      assert.isTrue(shown().equals(bytes))
      assert.lengthOf(logged, 1)
      assert.include(String(logged[0]), `There is no file ${gone.name} in the folder`)
      assert.include(String(logged[0]), "there is nothing to compare with")
    }).pipe(Effect.scoped),
  )
})

describe.skipIf(!hasPostgres)("a connection that was never synced", () => {
  it.live("owes what was due since its first turn, whoever has the second", () =>
    Effect.gen(function* () {
      const { earlier } = yield* world
      const before = yield* Clock.currentTimeMillis
      const first = yield* earlier("lost")
      const { since = Number.NaN } = first ?? {}
      // The server runs on this machine, and so by this clock.
      assert.isAtLeast(since + 1, before)
      assert.isAtMost(since - 1, yield* Clock.currentTimeMillis)
      assert.deepStrictEqual(first, { isUnfinished: false, since, last: undefined, publishedAt: undefined })
      assert.deepStrictEqual(yield* earlier("next"), first)
    }).pipe(Effect.scoped),
  )
})
