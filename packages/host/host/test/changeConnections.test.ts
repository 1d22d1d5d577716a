// Adding and removing connections: what is refused, and why.
import { assert, describe, it } from "@effect/vitest"
import type { StoredConnection } from "@rollcall/connection-store"
import { ConnectionStore } from "@rollcall/connection-store"
import type { Secret } from "@rollcall/config"
import { readConnections } from "@rollcall/config"
import { StoreError } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { SecretStore } from "@rollcall/secret-store"
import { Effect, Redacted } from "effect"
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Secrets } from "../src/connections/index.ts"
import {
  addConnection,
  checkRemovable,
  connectionStoreIn,
  problemElsewhere,
  removeConnection,
  resolveConnection,
  rotateSecret,
  withStored,
  withWholePaths,
} from "../src/connections/index.ts"

/** A file with the connection `sales`, a store, and what the process gives all. */
const world = Effect.gen(function* () {
  const folder = yield* scratchFolder("connections")
  const path = join(folder, "connections.yaml")
  const token = join(folder, "token")
  writeFileSync(token, "xoxb-1-secret")
  writeFileSync(path, `connections:\n  sales:\n    token-file: ${token}\n`)
  const inFile = yield* readConnections(path)
  const shared = {
    sources: { flags: {}, environment: {} },
    settings: { file: join(folder, "sync.c1z"), "c1z-temp-dir": folder },
  }
  const stored = Effect.provide(connectionStoreIn(join(folder, "state")), { local: true })
  const add = (name: string, settings: StoredConnection["settings"], secrets?: Secrets) =>
    stored(addConnection({ name, labels: {}, settings }, inFile.connections, shared, [], secrets))
  const remove = (name: string, open?: number) =>
    stored(checkRemovable(name, inFile.connections, shared, open === undefined ? open : () => Effect.succeed(open)))
  return { folder, path, token, inFile, shared, add, remove, stored }
})

const isSecret = (one: unknown): one is Secret => Effect.isEffect(one)

describe("A secret that Rollcall keeps", () => {
  const secrets: Secrets = new Map([["token", Redacted.make("xoxb-2-kept")]])

  it.effect("is kept apart from the connection that was added with it, opens it, and is gone with it", () =>
    Effect.gen(function* () {
      const { folder, inFile, shared, add, stored } = yield* world
      assert.deepStrictEqual(yield* add("ops", { every: "6h" }, secrets), [])
      const { all } = yield* stored(
        Effect.map(
          ConnectionStore.use((store) => store.all),
          (found) => ({ all: found }),
        ),
      )
      assert.deepStrictEqual(all, [{ name: "ops", labels: {}, settings: { every: "6h", token: { stored: "true" } } }])
      assert.notInclude(readFileSync(join(folder, "state", "connections.db"), "latin1"), "xoxb")
      const { connections } = yield* stored(withStored(inFile))
      const ops = connections.find(({ name }) => name === "ops") ?? assert.fail("ops is not there.")
      const token = stored(
        Effect.flatMap(resolveConnection(ops, shared, []), ({ config }) => {
          const secret: unknown = Reflect.get(config.settings, "token")
          return isSecret(secret) ? secret : Effect.die("There is no token.")
        }),
      )
      assert.deepStrictEqual(yield* token, Redacted.make("xoxb-2-kept"))
      yield* stored(rotateSecret("ops", "token", Redacted.make("xoxb-3-kept")))
      assert.deepStrictEqual(yield* token, Redacted.make("xoxb-3-kept"))
      yield* stored(removeConnection("ops", inFile.connections))
      assert.isFalse(existsSync(join(folder, "state", "secrets", "ops.token")))
    }),
  )

  it.effect("is not kept with a connection that is refused, and not for one that has its secret elsewhere", () =>
    Effect.gen(function* () {
      const { folder, token, add, stored } = yield* world
      for (const [name, settings] of [
        ["sales", {}],
        ["ops", { every: "often" }],
        ["ops", { token: { stored: "true" } }],
      ] as const) {
        const error = yield* Effect.flip(add(name, settings, "token" in settings ? undefined : secrets))
        assert.notInclude(error.message + error.hint, "xoxb")
      }
      yield* add("ops", { "token-file": token })
      for (const name of ["ops", "sales", "nobody"]) {
        const error = yield* Effect.flip(stored(rotateSecret(name, "token", Redacted.make("xoxb-3"))))
        assert.strictEqual(error.message, `Rollcall keeps no token of ${name}.`)
      }
      assert.deepStrictEqual(yield* stored(SecretStore.use(({ all }) => all)), [])
      assert.isFalse(existsSync(join(folder, "state", "secrets")))
    }),
  )

  it.effect("is kept whole or with no connection: where it cannot be, none is added", () =>
    Effect.gen(function* () {
      const { folder, add, stored } = yield* world
      mkdirSync(join(folder, "state"))
      writeFileSync(join(folder, "state", "secrets"), "a file")
      const error = yield* Effect.flip(add("ops", { every: "6h" }, secrets))
      assert.include(error.message, "The folder of secrets")
      assert.deepStrictEqual(yield* stored(ConnectionStore.use(({ all }) => all)), [])
    }),
  )

  it.effect("is forgotten with the others of its connection where one of them cannot be kept", () =>
    Effect.gen(function* () {
      const { inFile, shared, stored } = yield* world
      const full = new StoreError({ reason: "DiskFull", message: "The disk is full.", hint: "" })
      const both: Secrets = new Map([...secrets, ["business-plus-token", Redacted.make("xoxp-2")]])
      const error = yield* stored(
        Effect.gen(function* () {
          const store = yield* SecretStore
          const putsOne: typeof store = {
            ...store,
            put: (one, value) => (one.setting === "token" ? store.put(one, value) : Effect.fail(full)),
          }
          const settings = { connector: "slack-business-plus", every: "6h" }
          const adding = addConnection({ name: "ops", labels: {}, settings }, inFile.connections, shared, [], both)
          return yield* Effect.flip(Effect.provideService(adding, SecretStore, putsOne))
        }),
      )
      assert.strictEqual(error.message, "The disk is full.")
      assert.deepStrictEqual(yield* stored(SecretStore.use(({ all }) => all)), [])
      assert.deepStrictEqual(yield* stored(ConnectionStore.use(({ all }) => all)), [])
    }),
  )
})

describe("Adding a connection", () => {
  it.effect("keeps what can be used, in a folder of this user, and gives what is to be told of it", () =>
    Effect.gen(function* () {
      const { folder, token, inFile, add, stored } = yield* world
      const settings = { "token-file": token, every: "6h", "of-another": "program" }
      assert.deepStrictEqual(yield* add("ops", settings), [
        'added by command: there is no setting "of-another"; it is ignored.',
      ])
      assert.strictEqual(statSync(join(folder, "state")).mode & 0o777, 0o700)
      const { connections } = yield* stored(withStored(inFile))
      assert.deepStrictEqual(
        connections.map(({ name, line }) => [name, line]),
        [
          ["sales", 2],
          ["ops", undefined],
        ],
      )
    }),
  )

  it.effect("takes a folder of secrets for what it is", () =>
    Effect.gen(function* () {
      const { folder, add } = yield* world
      assert.deepStrictEqual(yield* add("ops", { "secrets-folder": folder, every: "6h" }), [])
    }),
  )

  it.effect("says why not, and keeps nothing", () =>
    Effect.gen(function* () {
      const { path, token, add, stored } = yield* world
      const good = { "token-file": token }
      const refused: ReadonlyArray<readonly [string, StoredConnection["settings"], string]> = [
        ["sales", good, `There is a connection sales in ${path}, line 2.`],
        [
          "Ops",
          good,
          'A connection cannot be called "Ops": a name has lower-case letters, digits and hyphens, at most 40.',
        ],
        ["ops", {}, "The connection ops (added by command) has no token, so nothing can be read."],
        [
          "ops",
          { token: "xoxb-1-secret" },
          "token (added by command) must say where the secret is found, and not be the secret.",
        ],
        ["ops", { token: { variable: "UNSET" } }, "token (added by command) names a variable that is not set."],
        [
          "ops",
          { "token-file": `${token}s` },
          `The file ${token}s that token-file (added by command) names does not exist.`,
        ],
        [
          "ops",
          { ...good, connector: "nope" },
          'The connector "nope" (connector (added by command)) is none of Rollcall\'s',
        ],
        ["ops", { ...good, evry: "1h" }, 'added by command: there is no setting "evry"; did you mean every?'],
        ["ops", { ...good, every: "often" }, "every (added by command) cannot be used."],
      ]
      for (const [name, settings, says] of refused) {
        const error = yield* Effect.flip(add(name, settings))
        assert.strictEqual(error.kind, "usage")
        assert.include(error.message, says)
        assert.notInclude(error.message + error.hint, "xoxb-")
      }
      assert.deepStrictEqual(yield* stored(ConnectionStore.use(({ all }) => all)), [])
    }),
  )

  it.effect("goes by paths from the root, as a worker may have been started in another folder", () =>
    Effect.gen(function* () {
      const typed = { "token-file": "token", file: "ops.c1z", every: "6h", "secrets-folder": "secrets" }
      const { settings } = yield* withWholePaths({ name: "ops", labels: {}, settings: typed })
      assert.deepStrictEqual(settings, {
        "token-file": join(process.cwd(), "token"),
        file: join(process.cwd(), "ops.c1z"),
        every: "6h",
        "secrets-folder": join(process.cwd(), "secrets"),
      })
    }),
  )
})

describe("A connection that is served on other machines", () => {
  it.effect("cannot run for what is wrong with its entry, and not for what need not be on this one", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* world
      writeFileSync(
        path,
        `connections:
  file: { token-file: /not/here }
  variable: { token: { variable: NOT_SET_HERE } }
  folder: { secrets-folder: /not/here }
  foreign: { connector: ./not-here.mjs, key-file: /not/here }
  c1: { token-file: /not/here, client-id: a@127.0.0.1:9/b, client-secret-file: /not/here }
  inline: { token: xoxb-1-secret }
  none: { every: 6h }
  schedule: { token-file: /not/here, every: often }
  twin: { token-file: /not/here, file: ${join(folder, "file.c1z")} }
  leases: { token-file: /not/here, leases: leases.db }
`,
      )
      const { connections } = yield* readConnections(path)
      const settings = { file: join(folder, "sync.c1z"), "c1z-temp-dir": undefined }
      const shared = { sources: { flags: {}, environment: {} }, settings, isDatabase: true }
      const why = (name: string) => problemElsewhere(name, connections, shared)
      for (const name of ["file", "variable", "folder", "foreign", "c1"]) assert.isUndefined(yield* why(name), name)
      const problems: ReadonlyArray<readonly [string, string]> = [
        ["inline", "must say where the secret is found"],
        ["none", "has no token"],
        ["schedule", "cannot be used."],
        ["twin", `would use the file ${join(folder, "file.c1z")}, as file does.`],
        ["leases", "names a file of leases, and workers that share a database keep leases there."],
      ]
      for (const [name, says] of problems) {
        const problem = yield* why(name)
        assert.include(problem, says, name)
        assert.notInclude(problem, "xoxb-1-secret")
      }
    }),
  )
})

describe("Removing a connection", () => {
  it.effect("is refused for one of the file, for one that is not there, and where its leases cannot be looked at", () =>
    Effect.gen(function* () {
      const { folder, path, token, add, remove } = yield* world
      assert.strictEqual(
        (yield* Effect.flip(remove("sales"))).message,
        `The connection sales stands in a file: ${path}, line 2.`,
      )
      assert.strictEqual((yield* Effect.flip(remove("nobody"))).message, "There is no connection nobody.")
      const leases = join(folder, "damaged.db")
      yield* add("ops", { "token-file": token, leases })
      yield* remove("ops")
      writeFileSync(leases, "no database ".repeat(100))
      assert.include((yield* Effect.flip(remove("ops"))).message, `The store of changes ${leases} is damaged`)
      // Where workers share a database the leases are there.
      yield* remove("ops", 0)
      assert.include((yield* Effect.flip(remove("ops", 1))).message, "ops has 1 open lease, which nothing would end")
    }),
  )

  it.effect(
    "leaves one of the file under the same name paused, and forgets the pause with one that was there alone",
    () =>
      Effect.gen(function* () {
        const { token, inFile, stored } = yield* world
        const paused = yield* stored(
          Effect.gen(function* () {
            const store = yield* ConnectionStore
            for (const name of ["sales", "ops"]) {
              yield* store.add({ name, labels: {}, settings: { "token-file": token } })
              yield* store.setPaused(name, true)
              yield* removeConnection(name, inFile.connections)
            }
            assert.deepStrictEqual(yield* store.all, [])
            return yield* store.paused
          }),
        )
        assert.deepStrictEqual([...paused], ["sales"])
      }),
  )

  it.effect("looks at the leases of a worker for ConductorOne where that keeps them", () =>
    Effect.gen(function* () {
      const { folder, token, remove, stored } = yield* world
      // As it cannot be used any more: its secret is gone.
      const settings = { "token-file": token, "client-id": "a-1@acme.conductor.one/pcc", "client-secret-file": "/gone" }
      yield* stored(ConnectionStore.use((store) => store.add({ name: "hr", labels: {}, settings })))
      yield* remove("hr")
      mkdirSync(join(folder, "hr"))
      writeFileSync(join(folder, "hr", "leases.db"), "no database ".repeat(100))
      assert.include((yield* Effect.flip(remove("hr"))).message, join(folder, "hr", "leases.db"))
    }),
  )
})
