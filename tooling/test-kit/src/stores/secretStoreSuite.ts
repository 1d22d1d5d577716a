// What every store of secrets keeps, wherever it keeps it.
import type { StoreError } from "@rollcall/connector"
import { assert, it } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect, Redacted } from "effect"

interface Name {
  readonly connection: string
  readonly setting: string
}

/** What `SecretStore` has, in its own words: its package is tested by this one. */
interface Store {
  readonly put: (name: Name, value: Redacted.Redacted) => Effect.Effect<void, StoreError>
  readonly get: (name: Name) => Effect.Effect<Redacted.Redacted | undefined, StoreError>
  readonly remove: (name: Name) => Effect.Effect<void, StoreError>
  readonly removeAll: (connection: string) => Effect.Effect<void, StoreError>
  readonly all: Effect.Effect<ReadonlyArray<Name & { readonly version: string }>, StoreError>
}

/** A store that is empty at first. Each piece of work opens it once more, as another process would. */
type FreshStore = Effect.Effect<
  <A>(work: (store: Store) => Effect.Effect<A, StoreError>) => Effect.Effect<A, StoreError>,
  never,
  Scope.Scope
>

const token = { connection: "sales", setting: "token" }
const admin = { connection: "sales", setting: "business-plus-token" }
const other = { connection: "sales-2", setting: "token" }

const valueOf = (secret: Redacted.Redacted | undefined) => secret && Redacted.value(secret)

/** Declares the tests that a store passes. */
export const secretStoreSuite = (opened: FreshStore) => {
  it.live("has what was put, over runs, and nothing else", () =>
    Effect.gen(function* () {
      const using = yield* opened
      assert.isUndefined(yield* using((store) => store.get(token)))
      assert.deepStrictEqual(yield* using((store) => store.all), [])
      const text = 'xoxb-1 "ü€\u{1f511}"\n and a second line'
      yield* using((store) => store.put(token, Redacted.make(text)))
      yield* using((store) => store.put(other, Redacted.make("xoxb-2")))
      assert.strictEqual(valueOf(yield* using((store) => store.get(token))), text)
      assert.strictEqual(valueOf(yield* using((store) => store.get(other))), "xoxb-2")
      assert.isUndefined(yield* using((store) => store.get(admin)))
    }),
  )

  it.live("gives a secret that is put again another version, and the others keep theirs", () =>
    Effect.gen(function* () {
      const using = yield* opened
      const versions = Effect.map(
        using((store) => store.all),
        (all) => new Map(all.map(({ connection, setting, version }) => [`${connection} ${setting}`, version])),
      )
      for (const name of [token, admin, other]) yield* using((store) => store.put(name, Redacted.make("first")))
      const before = yield* versions
      assert.deepStrictEqual([...before.keys()], ["sales business-plus-token", "sales token", "sales-2 token"])
      yield* using((store) => store.put(token, Redacted.make("second")))
      const after = yield* versions
      const changed = [...after].filter(([name, version]) => before.get(name) !== version)
      assert.deepStrictEqual(
        changed.map(([name]) => name),
        ["sales token"],
      )
      assert.strictEqual(valueOf(yield* using((store) => store.get(token))), "second")
    }),
  )

  it.live("forgets one secret, or all of a connection, and none of another whose name begins the same", () =>
    Effect.gen(function* () {
      const using = yield* opened
      for (const name of [token, admin, other]) yield* using((store) => store.put(name, Redacted.make("secret")))
      yield* using((store) => store.remove(admin))
      assert.isUndefined(yield* using((store) => store.get(admin)))
      assert.isDefined(yield* using((store) => store.get(token)))
      yield* using((store) => Effect.andThen(store.removeAll("sales"), store.removeAll("nobody")))
      assert.isUndefined(yield* using((store) => store.get(token)))
      assert.deepStrictEqual(
        (yield* using((store) => store.all)).map(({ connection, setting }) => ({ connection, setting })),
        [other],
      )
    }),
  )

  it.live("keeps one whole secret where two are put at the same time", () =>
    Effect.gen(function* () {
      const using = yield* opened
      const secrets = ["a", "b", "c", "d"].map((letter) => letter.repeat(5000))
      yield* using((store) =>
        Effect.forEach(secrets, (secret) => store.put(token, Redacted.make(secret)), { concurrency: "unbounded" }),
      )
      assert.include(secrets, valueOf(yield* using((store) => store.get(token))))
    }),
  )
}
