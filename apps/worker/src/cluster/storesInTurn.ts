// Leases and changes of a connection in a turn of one worker.
import { LeaseStore } from "@rollcall/plan"
import type { Database, Turn } from "@rollcall/postgres"
import { asStoreError, changeStorePostgres, leaseStorePostgres, Runs } from "@rollcall/postgres"
import { Context, Effect, Layer } from "effect"

/**
 * The stores of the connection, which take nothing from a worker whose turn is over: so it begins no write to the system either. Nor does
 * it find a lease open, whose end it would write to the audit log.
 */
export const storesInTurn = (turn: Turn, services: Context.Context<Runs | Database>) => {
  const { connection, epoch } = turn
  const check = asStoreError(Context.get(services, Runs).check(turn))
  const leases = Layer.effect(
    LeaseStore,
    Effect.map(Effect.service(LeaseStore), (store) => ({
      ...store,
      openOf: (pair) => Effect.andThen(check, store.openOf(pair)),
    })),
  )
  return Layer.merge(
    changeStorePostgres(connection, epoch),
    Layer.provide(leases, leaseStorePostgres(connection, epoch)),
  ).pipe(Layer.provide(Layer.succeedContext(services)))
}
