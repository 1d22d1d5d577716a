import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { secretStoreSuite } from "@rollcall/test-kit/stores"
import { Effect, Redacted } from "effect"
import { noSecretStore, SecretStore, secretStoreFolder } from "../src/index.ts"

const freshFolder = Effect.map(scratchFolder("secrets"), (folder) => join(folder, "secrets"))
const token = { connection: "sales", setting: "token" }

describe("a store of secrets in a folder", () => {
  secretStoreSuite(
    Effect.map(
      freshFolder,
      (folder) => (work) => Effect.provide(SecretStore.use(work), secretStoreFolder(folder), { local: true }),
    ),
  )

  it.live("is for its user alone, also where the folder was there before, and is not made by a look", () =>
    Effect.gen(function* () {
      const folder = yield* freshFolder
      const using = <A, E>(work: (store: SecretStore["Service"]) => Effect.Effect<A, E>) =>
        Effect.provide(SecretStore.use(work), secretStoreFolder(folder))
      yield* using((store) => Effect.all([store.all, store.get(token), store.removeAll("sales")]))
      assert.isFalse(existsSync(folder))
      mkdirSync(folder, { mode: 0o755 })
      yield* using((store) => store.put(token, Redacted.make("xoxb-1")))
      assert.strictEqual(statSync(folder).mode & 0o777, 0o700)
      assert.strictEqual(statSync(join(folder, "sales.token")).mode & 0o777, 0o600)
      assert.deepStrictEqual(readdirSync(folder), ["sales.token"])
    }),
  )

  it.live("takes over from a process that was killed while it wrote, and forgets what that one left", () =>
    Effect.gen(function* () {
      const folder = yield* freshFolder
      mkdirSync(folder)
      writeFileSync(join(folder, ".new-sales.token"), "xoxb-a-long-one-of-which-only-this")
      const store = yield* Effect.provide(Effect.service(SecretStore), secretStoreFolder(folder))
      assert.deepStrictEqual(yield* store.all, [])
      yield* store.put(token, Redacted.make("xoxb-1"))
      assert.deepStrictEqual(readdirSync(folder), ["sales.token"])
      writeFileSync(join(folder, ".new-sales.admin"), "xoxb-2")
      yield* store.removeAll("sales")
      assert.deepStrictEqual(readdirSync(folder), [])
    }),
  )

  it.live("follows no link, leaves the folder for no name, and quotes no secret in what it fails with", () =>
    Effect.gen(function* () {
      const folder = yield* freshFolder
      mkdirSync(folder)
      writeFileSync(join(folder, "elsewhere"), "xoxb-elsewhere")
      symlinkSync(join(folder, "elsewhere"), join(folder, "sales.token"))
      const store = yield* Effect.provide(Effect.service(SecretStore), secretStoreFolder(folder))
      assert.strictEqual((yield* Effect.flip(store.get(token))).reason, "NotAFile")
      for (const setting of ["../token", "to.ken", ""]) {
        const error = yield* Effect.flip(store.put({ connection: "sales", setting }, Redacted.make("xoxb-secret")))
        assert.include(error.message, `The folder of secrets ${folder} cannot be used`)
        assert.notInclude(JSON.stringify([error, String(error.cause)]), "xoxb")
      }
    }),
  )

  it.live("says so where it cannot be used", () =>
    Effect.gen(function* () {
      const folder = yield* freshFolder
      writeFileSync(folder, "a file")
      const store = yield* Effect.provide(Effect.service(SecretStore), secretStoreFolder(folder))
      const error = yield* Effect.flip(store.put(token, Redacted.make("xoxb-1")))
      assert.include(error.hint, "BATON_C1Z_TEMP_DIR")
    }),
  )
})

describe("without a store of secrets", () => {
  it.effect("nothing is kept, and why is said", () =>
    Effect.gen(function* () {
      const store = yield* Effect.service(SecretStore)
      assert.strictEqual(store.unavailable, "There is no key. Make one.")
      const error = yield* Effect.flip(store.put(token, Redacted.make("xoxb-1")))
      assert.deepInclude(error, { message: "There is no key.", hint: "Make one.", kind: "configuration" })
      yield* store.removeAll("sales")
      assert.deepStrictEqual(yield* store.all, [])
    }).pipe(Effect.provide(noSecretStore("There is no key.", "Make one."))),
  )
})
