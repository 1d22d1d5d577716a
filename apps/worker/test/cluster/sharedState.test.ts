// What a worker shows of connections beside others: its own, those of others as they say, and none whose turn here is over.
import { assert, describe, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import type { ShownConnection } from "@rollcall/host/connections"
import {
  Board,
  connectionStorePostgres,
  databaseLayer,
  limitStorePostgres,
  Runs,
  sessionStorePostgres,
} from "@rollcall/postgres"
import type { Turn } from "@rollcall/postgres"
import { noSecretStore } from "@rollcall/secret-store"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import { sharedState } from "../../src/cluster/sharedState.ts"

const connected: ShownConnection = {
  name: "ops",
  labels: { team: "Ops" },
  isAdded: true,
  state: "Connected",
  lastSync: 7,
}

describe.skipIf(!hasPostgres)("what a worker shows of a connection that it has served", () => {
  it.live("is nothing of what it was once that was removed and added again, and then what another one says", () =>
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const stores = Layer.mergeAll(
        Board.layer,
        Runs.layer,
        connectionStorePostgres,
        sessionStorePostgres,
        limitStorePostgres,
        noSecretStore("", ""),
      ).pipe(Layer.provideMerge(databaseLayer({ url: yield* freshDatabase })))
      yield* Effect.gen(function* () {
        const turns = new Map<string, Turn>()
        const { withOthers, say } = yield* sharedState(turns, "one")
        const shown = Effect.map(withOthers([connected]), ([one]) => one)
        const [{ takeOver }, store] = [yield* Runs, yield* ConnectionStore]
        const added = { name: "ops", labels: connected.labels, settings: {} }
        yield* store.add(added)
        turns.set("ops", yield* takeOver("ops", "one"))
        yield* say([connected])
        assert.deepStrictEqual(yield* shown, { ...connected, servedBy: "one" })

        yield* store.remove("ops")
        yield* store.add(added)
        const { lastSync: _, ...again } = connected
        const because = "it is taken up within seconds"
        assert.deepStrictEqual(yield* shown, { ...again, state: "Setting up", because })

        const ofTwo = new Map([["ops", yield* takeOver("ops", "two")]])
        const two = yield* sharedState(ofTwo, "two")
        yield* two.say([{ ...again, state: "Syncing" }])
        assert.deepStrictEqual(yield* shown, { ...again, state: "Syncing", servedBy: "two" })
      }).pipe(Effect.provide(stores))
    }).pipe(Effect.scoped),
  )
})
