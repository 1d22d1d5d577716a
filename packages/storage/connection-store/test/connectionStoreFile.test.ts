import { statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { ConnectionStore, connectionStoreFile } from "../src/index.ts"
import { connectionStoreSuite } from "@rollcall/test-kit/stores"

const freshFile = Effect.map(scratchFolder("connection-store"), (folder) => join(folder, "connections.db"))

describe("a store of connections in a file", () => {
  connectionStoreSuite(
    Effect.map(
      freshFile,
      (file) => (work) => Effect.provide(ConnectionStore.use(work), connectionStoreFile(file), { local: true }),
    ),
  )

  it.effect("is for its user alone", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      yield* Effect.provide(
        ConnectionStore.use((store) => store.all),
        connectionStoreFile(file),
      )
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }),
  )

  it.effect("says so where the file is damaged", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      writeFileSync(file, "no database ".repeat(100))
      const error = yield* Effect.flip(
        Effect.provide(
          ConnectionStore.use((store) => store.all),
          connectionStoreFile(file),
        ),
      )
      assert.strictEqual(error.reason, "Unreadable")
      assert.include(error.message, `The store of connections ${file} is damaged, or no store of connections.`)
      assert.include(error.hint, "BATON_C1Z_TEMP_DIR")
    }),
  )

  it.effect("goes with the process where it is in memory, and leaves no file", () =>
    Effect.gen(function* () {
      const settings = { every: "6h" }
      const all = yield* Effect.provide(
        ConnectionStore.use((store) => Effect.andThen(store.add({ name: "ops", labels: {}, settings }), store.all)),
        connectionStoreFile(":memory:"),
      )
      assert.lengthOf(all, 1)
      assert.isUndefined(statSync(":memory:", { throwIfNoEntry: false }))
    }),
  )
})
