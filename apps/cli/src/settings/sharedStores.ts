// Leases and changes in the database that workers share, opened when the command first needs them. What speaks with it is loaded then.
import type { Secret } from "@rollcall/config"
import { StoreError } from "@rollcall/connector"
import type { ChangeStore, LeaseStore } from "@rollcall/plan"
import type { Scope } from "effect"
import { Effect, Layer } from "effect"

/** The stores in the database of this URL, for as long as the scope lives. */
export const sharedStores = Effect.fnUntraced(function* (url: Secret) {
  const scope = yield* Effect.scope
  const opened = yield* Effect.cached(
    Effect.gen(function* () {
      const { database, changeStorePostgres, leaseStorePostgres } = yield* openDatabase(url, scope)
      const stores = Layer.merge(changeStorePostgres(), leaseStorePostgres())
      return yield* Layer.buildWithScope(Layer.provide(stores, database), scope)
    }),
  )
  const layer: Layer.Layer<ChangeStore | LeaseStore, StoreError> = Layer.effectContext(opened)
  return layer
})

/** The database of this URL until the scope ends, and what speaks with it. */
export const openDatabase = Effect.fnUntraced(function* (url: Secret, scope: Scope.Scope) {
  const speaks = yield* Effect.promise(() => import("@rollcall/postgres"))
  const layer = speaks.databaseLayer({ url: yield* Effect.mapError(url, unreadable) })
  const built = yield* Effect.mapError(Layer.buildWithScope(layer, scope), speaks.storeError)
  return { ...speaks, database: Layer.succeedContext(built) }
})

const unreadable = ({ message, hint }: { readonly message: string; readonly hint: string }) =>
  new StoreError({ reason: "NoPermission", message, hint })
