// What every store of connections keeps, wherever it keeps it.
import type { StoreError } from "@rollcall/connector"
import { assert, it } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect } from "effect"

interface Connection {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/** What `ConnectionStore` has, in its own words: its package is tested by this one. */
interface Store {
  readonly all: Effect.Effect<ReadonlyArray<Connection>, StoreError>
  readonly add: (connection: Connection) => Effect.Effect<boolean, StoreError>
  readonly remove: (name: string, isInFile?: boolean) => Effect.Effect<boolean, StoreError>
  readonly paused: Effect.Effect<ReadonlySet<string>, StoreError>
  readonly setPaused: (name: string, isPaused: boolean) => Effect.Effect<void, StoreError>
  readonly peaks: Effect.Effect<ReadonlyMap<string, number>, StoreError>
  readonly setPeak: (name: string, bytes: number) => Effect.Effect<void, StoreError>
}

/** A store that is empty at first. Each piece of work opens it once more, as another process would. */
type FreshStore = Effect.Effect<
  <A>(work: (store: Store) => Effect.Effect<A, StoreError>) => Effect.Effect<A, StoreError>,
  never,
  Scope.Scope
>

const connection = (name: string, more: Partial<Connection> = {}): Connection => ({
  name,
  labels: { team: "Sales" },
  settings: { "token-file": "/run/secrets/token", "business-plus-token": { variable: "ADMIN" }, every: "6h" },
  ...more,
})

/** What was added, whatever else the store says of it. */
const added = ({ all }: Store) =>
  Effect.map(all, (found) => found.map(({ name, labels, settings }): Connection => ({ name, labels, settings })))

/** Declares the tests that a store passes. */
export const connectionStoreSuite = (opened: FreshStore) => {
  it.live("has what was added, over runs, in the order of the names", () =>
    Effect.gen(function* () {
      const using = yield* opened
      assert.deepStrictEqual(yield* using(added), [])
      const [ops, sales] = [connection("ops", { labels: {} }), connection("sales")]
      for (const one of [sales, ops]) assert.isTrue(yield* using((store) => store.add(one)))
      assert.deepStrictEqual(yield* using(added), [ops, sales])
    }),
  )

  it.live("adds no name a second time, and keeps the first", () =>
    Effect.gen(function* () {
      const using = yield* opened
      yield* using((store) => store.add(connection("ops")))
      assert.isFalse(yield* using((store) => store.add(connection("ops", { settings: {} }))))
      assert.deepStrictEqual(yield* using(added), [connection("ops")])
    }),
  )

  it.live("adds a name once where two add it at the same time", () =>
    Effect.gen(function* () {
      const using = yield* opened
      yield* using((store) => store.all)
      const both = yield* Effect.all(
        ["1h", "2h"].map((every) => using((store) => store.add(connection("ops", { settings: { every } })))),
        { concurrency: "unbounded" },
      )
      assert.sameMembers(both, [true, false])
    }),
  )

  it.live("keeps over runs who is paused and what a sync took, of names that nobody added too", () =>
    Effect.gen(function* () {
      const using = yield* opened
      yield* using((store) =>
        Effect.all([store.setPaused("ops", true), store.setPaused("hr", true), store.setPeak("ops", 12_345_678.9)]),
      )
      yield* using((store) => Effect.all([store.setPaused("hr", false), store.setPeak("hr", 5_000_000_000)]))
      assert.deepStrictEqual(yield* using((store) => store.paused), new Set(["ops"]))
      assert.deepStrictEqual(
        yield* using((store) => store.peaks),
        new Map([
          ["hr", 5_000_000_000],
          ["ops", 12_345_679],
        ]),
      )
    }),
  )

  it.live("removes what was added with what is kept of it, and nothing of one that was not added", () =>
    Effect.gen(function* () {
      const using = yield* opened
      yield* using((store) => Effect.all([store.add(connection("ops")), store.add(connection("sales"))]))
      yield* using((store) =>
        Effect.all([store.setPaused("ops", true), store.setPeak("ops", 1), store.setPaused("hr", true)]),
      )
      assert.isTrue(yield* using((store) => store.remove("ops")))
      assert.isFalse(yield* using((store) => store.remove("ops")))
      assert.isFalse(yield* using((store) => store.remove("hr")))
      assert.deepStrictEqual(yield* using(added), [connection("sales")])
      assert.deepStrictEqual(yield* using((store) => store.paused), new Set(["hr"]))
      assert.deepStrictEqual(yield* using((store) => store.peaks), new Map())
    }),
  )

  it.live("removes what was added alone where a file has the name too, whose connection stays as it is", () =>
    Effect.gen(function* () {
      const using = yield* opened
      yield* using((store) =>
        Effect.all([store.add(connection("ops")), store.setPaused("ops", true), store.setPeak("ops", 1)]),
      )
      assert.isTrue(yield* using((store) => store.remove("ops", true)))
      assert.isFalse(yield* using((store) => store.remove("ops", true)))
      assert.deepStrictEqual(yield* using((store) => store.paused), new Set(["ops"]))
      assert.deepStrictEqual(yield* using((store) => store.peaks), new Map([["ops", 1]]))
    }),
  )
}
