import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { ChangeStore } from "@rollcall/plan"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { changeStoreSuite } from "@rollcall/test-kit/stores"
import { Effect } from "effect"
import { changeStoreFile, lookIntoChanges } from "../src/index.ts"

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

  it.effect("is looked into without being made, changed, or waited for while somebody writes to it", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("changes"), "leases.db")
      const { countSince, ofPlan } = lookIntoChanges(file)
      assert.deepStrictEqual([yield* countSince("T1", 0), yield* ofPlan("p1")], [[], []])
      assert.isFalse(existsSync(file))
      const target = { entitlement: "group:S1:member", principal: "user:U2" }
      const entry = { requestId: "1", actor: "U1", tenant: "T1", planId: "p1", intent: "revoke", target } as const
      yield* using(file, (store) => store.append({ ...entry, time: new Date(0).toISOString(), outcome: "changed" }))
      const writer = new DatabaseSync(file)
      writer.exec("begin immediate")
      assert.deepStrictEqual(yield* countSince("T1", 0), [
        { intent: "revoke", entitlement: "group:S1:member", count: 1 },
      ])
      assert.deepStrictEqual(yield* ofPlan("p1"), [{ requestId: "1", intent: "revoke", target, outcome: "changed" }])
      writer.close()
    }),
  )
})
