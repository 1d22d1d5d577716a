// A worker that takes a connection over goes on after the last page of the one before, although that one's disk is gone.
import { readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { workStoreLayer } from "@rollcall/c1z"
import { SyncStore } from "@rollcall/connector"
import { storeContract } from "@rollcall/connector-testkit"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer } from "effect"
import { databaseLayer, Runs, workLogOf } from "../src/index.ts"

const freshDatabase = Effect.map(
  Effect.flatMap(sharedPostgres, (server) => server.freshDatabase),
  (url) => Layer.provideMerge(Runs.layer, databaseLayer({ url })),
)

/** A store of a new turn on a machine that has the output, and nothing of what a turn before had read. */
const onAnotherMachine = (output: string) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const runs = yield* Runs
      for (const name of readdirSync(dirname(output)).filter((one) => one.includes(".work"))) {
        rmSync(join(dirname(output), name), { recursive: true })
      }
      const turn = yield* Effect.orDie(runs.takeOver("sales", "replica"))
      const store = workStoreLayer({ output, log: yield* workLogOf(turn) })
      const ends = Layer.effect(
        SyncStore,
        Effect.map(Effect.service(SyncStore), ({ publish, ...rest }) => ({
          ...rest,
          publish: (result) => Effect.tap(publish(result), Effect.orDie(runs.publish(turn, "sales.c1z"))),
        })),
      )
      return Layer.provide(ends, store)
    }),
  )

if (hasPostgres) {
  storeContract({
    name: "file of a worker that took over",
    output: Effect.gen(function* () {
      const output = join(yield* scratchFolder("work-log"), "sync.c1z")
      const database = yield* freshDatabase
      return Layer.provide(onAnotherMachine(output), Layer.orDie(database))
    }),
  })
}
