import { statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { sessionStoreSuite } from "@rollcall/test-kit/stores"
import { Effect } from "effect"
import { SessionStore, sessionStoreFile } from "../src/index.ts"

const freshFile = Effect.map(scratchFolder("session-store"), (folder) => join(folder, "sessions.db"))

describe("a store of sessions in a file", () => {
  sessionStoreSuite(
    Effect.map(
      freshFile,
      (file) => (work) => Effect.provide(SessionStore.use(work), sessionStoreFile(file), { local: true }),
    ),
  )

  it.effect("is for its user alone", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      yield* Effect.provide(
        SessionStore.use((store) => store.find("a")),
        sessionStoreFile(file),
      )
      assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    }),
  )

  it.effect("says so where the file is damaged", () =>
    Effect.gen(function* () {
      const file = yield* freshFile
      writeFileSync(file, "no database ".repeat(100))
      const layer = sessionStoreFile(file)
      const error = yield* Effect.flip(Effect.provide(Effect.service(SessionStore), layer))
      assert.strictEqual(error.reason, "Unreadable")
      assert.include(error.message, `The store of sessions ${file} is damaged`)
    }),
  )
})
