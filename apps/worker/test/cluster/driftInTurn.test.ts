// Drift that one worker has notified is no news to the one that takes the connection over.
import { assert, describe, it } from "@effect/vitest"
import type { EntitlementDrift } from "@rollcall/plan"
import { databaseLayer, Runs } from "@rollcall/postgres"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Effect, Layer } from "effect"
import { driftInTurn } from "../../src/cluster/driftInTurn.ts"
import { makeNews } from "../../src/drift/driftNews.ts"

const missing = (...ids: ReadonlyArray<string>): EntitlementDrift => ({
  entitlement: "group:A:member",
  resourceName: "A",
  state: "differs",
  missing: ids.map((resource) => ({ resourceType: "user", resource })),
  extra: [],
  blocked: [],
  lent: [],
  why: [],
})

describe.skipIf(!hasPostgres)("drift that was notified", () => {
  it.live("is news to no worker that takes over, nor to one whose turn is over, and each connection has its own", () =>
    Effect.gen(function* () {
      const { freshDatabase } = yield* sharedPostgres
      const database = Layer.provideMerge(Runs.layer, databaseLayer({ url: yield* freshDatabase }))
      yield* Effect.gen(function* () {
        const { takeOver } = yield* Runs
        const turnOf = (connection: string, replica: string) =>
          Effect.map(Effect.flatMap(takeOver(connection, replica), driftInTurn), makeNews)
        const first = yield* turnOf("sales", "a")
        assert.strictEqual((yield* first.of("T1", [missing("U1")]))?.what, "found")
        yield* first.arrived
        const pending = yield* first.of("T1", [missing("U1", "U2")])
        assert.strictEqual(pending?.what, "changed")

        const second = yield* turnOf("sales", "b")
        // What had not arrived is said again, with the id that it had.
        assert.deepStrictEqual(yield* second.of("T1", [missing("U1", "U2")]), pending)
        yield* second.arrived
        assert.isUndefined(yield* first.of("T1", [missing("U3")]))
        const third = yield* turnOf("sales", "a")
        assert.isUndefined(yield* third.of("T1", [missing("U1", "U2")]))
        assert.strictEqual((yield* third.of("T1", []))?.what, "ended")
        assert.strictEqual((yield* (yield* turnOf("support", "a")).of("T1", [missing("U1")]))?.what, "found")
      }).pipe(Effect.provide(database))
    }).pipe(Effect.scoped),
  )
})
