// What every store of sessions keeps, wherever it keeps it.
import type { StoreError } from "@rollcall/connector"
import { assert, it } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect } from "effect"

interface Session {
  readonly issuer: string
  readonly subject: string
  readonly name: string
  readonly role: string
  readonly provedAt: number
  readonly startedAt: number
  readonly usedAt: number
}

/** What `SessionStore` has, in its own words: its package is tested by this one. */
interface Store {
  readonly add: (id: string, signIn: string, session: Session) => Effect.Effect<boolean, StoreError>
  readonly find: (id: string) => Effect.Effect<Session | undefined, StoreError>
  readonly used: (id: string, at: number) => Effect.Effect<void, StoreError>
  readonly remove: (id: string) => Effect.Effect<void, StoreError>
  readonly removeOlder: (than: {
    readonly usedAt: number
    readonly startedAt: number
  }) => Effect.Effect<void, StoreError>
}

/** A store that is empty at first. Each piece of work opens it once more, as another process would. */
type FreshStore = Effect.Effect<
  <A>(work: (store: Store) => Effect.Effect<A, StoreError>) => Effect.Effect<A, StoreError>,
  never,
  Scope.Scope
>

const ada: Session = {
  issuer: "https://login.example.com/realms/a",
  subject: "u'1",
  name: 'Ada "ü" \u{1f511}',
  role: "admin",
  provedAt: 1_796_000_000_123,
  startedAt: 1_796_000_001_000,
  usedAt: 1_796_000_001_000,
}

/** Declares the tests that a store passes. */
export const sessionStoreSuite = (opened: FreshStore) => {
  it.live("has the sessions that were added, over runs, with when each was used last", () =>
    Effect.gen(function* () {
      const using = yield* opened
      assert.isUndefined(yield* using((store) => store.find("a")))
      assert.isTrue(yield* using((store) => store.add("a", "sign-in a", ada)))
      assert.isTrue(yield* using((store) => store.add("b", "sign-in b", { ...ada, subject: "u2" })))
      assert.deepStrictEqual(yield* using((store) => store.find("a")), ada)
      const usedAt = ada.usedAt + 60_000
      yield* using((store) => Effect.andThen(store.used("a", usedAt), store.used("nobody", usedAt)))
      assert.deepStrictEqual(yield* using((store) => store.find("a")), { ...ada, usedAt })
      assert.deepStrictEqual(yield* using((store) => store.find("b")), { ...ada, subject: "u2" })
      assert.isUndefined(yield* using((store) => store.find("nobody")))
    }),
  )

  it.live("begins one session with a sign-in, also of two that come at the same time", () =>
    Effect.gen(function* () {
      const using = yield* opened
      yield* using((store) => store.find("a"))
      const added = yield* Effect.all(
        ["a", "b"].map((id) => using((store) => store.add(id, "the same", ada))),
        { concurrency: "unbounded" },
      )
      assert.sameMembers(added, [true, false])
      assert.isFalse(yield* using((store) => store.add("c", "the same", ada)))
      assert.isUndefined(yield* using((store) => store.find("c")))
    }),
  )

  it.live("forgets one session, and those that were used or started too long ago", () =>
    Effect.gen(function* () {
      const using = yield* opened
      const sessions: Readonly<Record<string, readonly [usedAt: number, startedAt: number]>> = {
        out: [500, 500],
        fresh: [500, 100],
        idle: [499, 400],
        long: [900, 99],
      }
      for (const [id, [usedAt, startedAt]] of Object.entries(sessions)) {
        yield* using((store) => store.add(id, `sign-in ${id}`, { ...ada, usedAt, startedAt }))
      }
      yield* using((store) => store.remove("out"))
      yield* using((store) => store.removeOlder({ usedAt: 500, startedAt: 100 }))
      const left = yield* using((store) =>
        Effect.filter(Object.keys(sessions), (id) => Effect.map(store.find(id), (one) => one !== undefined)),
      )
      assert.deepStrictEqual(left, ["fresh"])
    }),
  )
}
