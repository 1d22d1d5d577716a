// Leases and changes of a connection in a turn of one worker.
import { ChangeStore, LeaseStore } from "@rollcall/plan"
import type { Database, Turn } from "@rollcall/postgres"
import { asStoreError, changeStorePostgres, leaseStorePostgres, Runs } from "@rollcall/postgres"
import { Context, Effect, Layer } from "effect"

/**
 * The stores of the connection, which take nothing from a worker whose turn is over: so it begins no write to the system either. Nor does
 * it find a lease open, whose end it would write to the audit log.
 */
export const storesInTurn = (turn: Turn, services: Context.Context<Runs | Database>) => {
  const check = asStoreError(Context.get(services, Runs).check(turn))
  const changes = Layer.effect(
    ChangeStore,
    Effect.map(Effect.service(ChangeStore), (store) => ({
      ...store,
      append: (entry) => Effect.andThen(check, store.append(entry)),
    })),
  )
  const leases = Layer.effect(
    LeaseStore,
    Effect.map(Effect.service(LeaseStore), (store) => ({
      ...store,
      put: (lease) => Effect.andThen(check, store.put(lease)),
      openOf: (pair) => Effect.andThen(check, store.openOf(pair)),
    })),
  )
  return Layer.merge(
    Layer.provide(changes, changeStorePostgres(turn.connection)),
    Layer.provide(leases, leaseStorePostgres(turn.connection)),
  ).pipe(Layer.provide(Layer.succeedContext(services)))
}
