// Leases and changes in the database that workers share, opened when the command first needs them. What speaks with it is loaded then.
import type { Secret } from "@rollcall/config"
import { StoreError } from "@rollcall/connector"
import type { ChangeStore, LeaseStore } from "@rollcall/plan"
import { Effect, Layer } from "effect"

/** The stores in the database of this URL, for as long as the scope lives. */
export const sharedStores = Effect.fnUntraced(function* (url: Secret) {
  const scope = yield* Effect.scope
  const opened = yield* Effect.cached(
    Effect.gen(function* () {
      const { changeStorePostgres, databaseLayer, leaseStorePostgres, storeError } = yield* Effect.promise(
        () => import("@rollcall/postgres"),
      )
      const database = databaseLayer({ url: yield* Effect.mapError(url, unreadable) })
      const built = yield* Effect.mapError(Layer.buildWithScope(database, scope), storeError)
      const stores = Layer.merge(changeStorePostgres(), leaseStorePostgres())
      return yield* Layer.buildWithScope(Layer.provide(stores, Layer.succeedContext(built)), scope)
    }),
  )
  const layer: Layer.Layer<ChangeStore | LeaseStore, StoreError> = Layer.effectContext(opened)
  return layer
})

const unreadable = ({ message, hint }: { readonly message: string; readonly hint: string }) =>
  new StoreError({ reason: "NoPermission", message, hint })
