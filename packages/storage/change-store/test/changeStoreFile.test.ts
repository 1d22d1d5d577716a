import { mkdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ChangeStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { changeStoreSuite } from "@rollcall/test-kit/stores"
import { Effect } from "effect"
import { changeStoreFile } from "../src/index.ts"

changeStoreSuite({
  name: "in a file",
  place: Effect.map(scratchFolder("changes"), (folder) => {
    const file = join(folder, "leases.db")
    return {
      layer: changeStoreFile(file),
      code: `
        import { changeStoreFile } from ${JSON.stringify(import.meta.resolve("../src/index.ts"))}
        const layer = changeStoreFile(${JSON.stringify(file)})`,
    }
  }),
})

describe("a store of changes in a file", () => {
  const using = <A, E, R>(file: string, work: (store: ChangeStore["Service"]) => Effect.Effect<A, E, R>) =>
    Effect.provide(ChangeStore.use(work), changeStoreFile(file))

  it.effect("is for its user alone", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("changes"), "leases.db")
      yield* using(file, (store) => store.ofPlan("p1"))
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }),
  )

  it.effect("says what is wrong with its file", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("changes")
      const foreign = join(folder, "foreign.db")
      writeFileSync(foreign, "no database of ours, and long enough to be read as one")
      mkdirSync(join(folder, "folder"))
      for (const [file, reason] of [
        [foreign, "Unreadable"],
        [join(folder, "folder"), "NotAFile"],
        [join(folder, "nowhere", "leases.db"), "NotFound"],
      ] as const) {
        const error = yield* Effect.flip(using(file, (store) => store.ofPlan("p1")))
        assert.strictEqual(error.reason, reason)
        assert.include(error.message, file)
      }
    }),
  )
})
