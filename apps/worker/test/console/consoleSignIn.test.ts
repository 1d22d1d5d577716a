// The console of real workers, to which people sign in at a real issuer; and where a worker does not start for it.
import { randomBytes } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import type { Issuer } from "@rollcall/test-kit/issuer"
import { makeBrowser, startIssuer } from "@rollcall/test-kit/issuer"
import { hasPostgres, hasPostgresProgram, sharedPostgres } from "@rollcall/test-kit/postgres"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { connectionsFolder } from "@rollcall/host/connections"
import { checkConsole } from "../../src/console/consoleSignIn.ts"
import { startWorker } from "../workerProcess.ts"

const settings = {
  "console-port": 8070,
  "console-bind-address": "127.0.0.1",
  "console-url": undefined,
  "oidc-issuer": undefined,
  "oidc-client-id": undefined,
  "oidc-client-secret": undefined,
  "oidc-scopes": ["profile"],
  "oidc-roles-claim": "groups",
  "oidc-roles": undefined,
}
const signedIn = {
  "console-url": "https://console.example",
  "oidc-issuer": "https://login.example",
  "oidc-client-id": "console",
  "oidc-roles": ["admins=admin"],
}

describe("the settings of the console", () => {
  it.effect.each<[what: string, more: object]>([
    ["this machine alone", {}],
    ["this machine, by another address of it", { "console-bind-address": "127.3.2.1" }],
    ["this machine, for people who sign in", signedIn],
    ["all addresses, for people who sign in over TLS", { ...signedIn, "console-bind-address": "0.0.0.0" }],
  ])("let it listen on %s", ([, more]) =>
    Effect.gen(function* () {
      const checked = yield* checkConsole({ ...settings, ...more })
      assert.strictEqual(checked?.roles.get("admins"), "oidc-issuer" in more ? "admin" : undefined)
    }),
  )

  it.effect.each<[what: string, more: object, says: RegExp]>([
    [
      "all addresses and nobody signs in",
      { "console-bind-address": "0.0.0.0" },
      /would listen on 0\.0\.0\.0, .* nobody/u,
    ],
    ["all of IPv6", { "console-bind-address": "::" }, /would listen on ::, where others reach it/u],
    ["an address of the network", { "console-bind-address": "10.0.0.1" }, /would listen on 10\.0\.0\.1/u],
    ["what looks like this machine", { "console-bind-address": "127.0.0.1.example" }, /would listen on 127/u],
    [
      "all addresses and no TLS",
      { ...signedIn, "console-bind-address": "0.0.0.0", "console-url": "http://127.0.0.1:8070" },
      /without TLS/u,
    ],
    ["a path", { ...signedIn, "console-url": "https://console.example/rollcall" }, /more than a host and a port/u],
    ["a query", { ...signedIn, "console-url": "https://console.example/?a=b" }, /more than a host and a port/u],
    ["no roles", { ...signedIn, "oidc-roles": undefined }, /nobody has a role/u],
    ["a role that there is not", { ...signedIn, "oidc-roles": ["admins=owner"] }, /maps no value to a role/u],
  ])("are refused with %s", ([, more, says]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(checkConsole({ ...settings, ...more }))
      assert.strictEqual(error.kind, "configuration")
      assert.match(error.message, says)
    }),
  )

  it.live("end a worker with 78 before it begins anything", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* world()
      const open = yield* startWorker({ environment: { ...environment, BATON_CONSOLE_BIND_ADDRESS: "0.0.0.0" } })
      assert.strictEqual(yield* open.ended, 78)
      yield* open.says(
        /The console would listen on 0\.0\.0\.0, .* Set BATON_OIDC_ISSUER and an https BATON_CONSOLE_URL/u,
      )
      assert.notInclude(open.written(), "starts for the connections")
      assert.isFalse(existsSync(join(folder, "sales.c1z")))
      const plain = yield* startWorker({
        environment: { ...environment, BATON_OIDC_ISSUER: "http://login.example", BATON_OIDC_CLIENT_ID: "console" },
      })
      assert.strictEqual(yield* plain.ended, 78)
      yield* plain.says(
        /BATON_OIDC_ISSUER must be a URL that begins with https:\/\/, or with http:\/\/ on this machine/u,
      )
      const lone = yield* startWorker({ environment: { ...environment, BATON_CONSOLE_URL: "https://console.example" } })
      assert.strictEqual(yield* lone.ended, 78)
      yield* lone.says(/BATON_CONSOLE_URL needs oidc-issuer to be set as well/u)
    }).pipe(Effect.scoped),
  )
})

/** What workers with a console have. */
const world = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("console")
  const connections = join(folder, "connections.yaml")
  writeFileSync(connections, "connections:\n  sales: { every: 6h }\n")
  const environment = {
    BATON_CONNECTIONS: connections,
    BATON_CONSOLE_PORT: "0",
    BATON_FILE: join(folder, "sync.c1z"),
    BATON_C1Z_TEMP_DIR: folder,
    BATON_LOG_FORMAT: "json",
  }
  return { folder, environment }
})

/** What tells a worker of an issuer; the secret is in a file. */
const variablesOf = ({ url, clientId, clientSecret }: Issuer, folder: string) => {
  const secret = join(folder, "client-secret")
  writeFileSync(secret, `${clientSecret}\n`, { mode: 0o600 })
  return {
    BATON_OIDC_ISSUER: url,
    BATON_OIDC_CLIENT_ID: clientId,
    BATON_OIDC_CLIENT_SECRET_FILE: secret,
    BATON_OIDC_SCOPES: "profile,groups",
    BATON_OIDC_ROLES: "rollcall-admins=admin,sec-team=viewer",
  }
}

const ada = { name: "Ada Lovelace", groups: ["rollcall-admins"] }

describe("signing in to a worker's console", () => {
  it.live("lasts over a restart of the worker, which keeps in clear neither what the browser has nor a secret", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* world()
      let port = 0
      const issuer = yield* startIssuer({
        redirectUri: Effect.map(freePort, (free) => `http://127.0.0.1:${(port = free)}/sign-in/callback`),
      })
      issuer.accounts.set("ada", ada)
      const origin = `http://127.0.0.1:${port}`
      const start = startWorker({
        environment: {
          ...environment,
          ...variablesOf(issuer, folder),
          BATON_CONSOLE_PORT: String(port),
          BATON_CONSOLE_URL: origin,
        },
      })
      const worker = yield* start
      yield* worker.answers("/ready", 200)
      const browser = makeBrowser(origin, port)
      const { reply } = yield* browser.open("/")
      assert.include(reply.body, "Ada Lovelace (admin)")
      yield* worker.says(/Signed in to the console as admin\./u)
      const session = [...browser.jar].find(([name]) => name.startsWith("rollcall_session"))?.[1] ?? assert.fail("none")
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
      const again = yield* start
      yield* again.answers("/ready", 200)
      assert.strictEqual((yield* browser.get("/")).status, 200)
      for (const hidden of [session, issuer.clientSecret]) {
        assert.notInclude(worker.written() + again.written(), hidden)
        const kept = connectionsFolder(environment.BATON_CONNECTIONS, folder)
        const stored = readFileSync(join(kept, "sessions.db"), "latin1")
        assert.notInclude(stored, hidden)
      }
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!hasPostgres)("counts with all workers that share a database, whichever of them it was", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* world()
      const server = yield* sharedPostgres
      const url = yield* server.freshDatabase
      const issuer = yield* startIssuer({ redirectUri: Effect.succeed("https://console.example/sign-in/callback") })
      issuer.accounts.set("ada", ada)
      const started = yield* Effect.forEach(["one", "two"], (replica) =>
        Effect.gen(function* () {
          const port = yield* freePort
          const worker = yield* startWorker({
            environment: {
              ...environment,
              ...variablesOf(issuer, folder),
              BATON_DATABASE_URL: Redacted.value(url),
              BATON_CONSOLE_PORT: String(port),
              BATON_CONSOLE_URL: "https://console.example",
              BATON_C1Z_TEMP_DIR: join(folder, replica),
            },
          })
          return { port, worker }
        }),
      )
      yield* Effect.forEach(started, ({ worker }) => worker.answers("/ready", 200))
      const [one, two] = started.map(({ port }) => port)
      const byOne = makeBrowser("https://console.example", one ?? 0)
      const byTwo = makeBrowser("https://console.example", two ?? 0, byOne.jar)
      // What stands before them leads a browser to either.
      const { at } = yield* byOne.open("/", "/sign-in/callback")
      assert.strictEqual((yield* byTwo.get(at, { "Sec-Fetch-Site": "cross-site" })).status, 200)
      for (const browser of [byOne, byTwo]) {
        const { status, body } = yield* browser.get("/")
        assert.deepStrictEqual([status, body.includes("Ada Lovelace (admin)")], [200, true])
      }
      const csrf = yield* byTwo.csrf
      const cookie = "__Host-rollcall_session"
      const session = byOne.jar.get(cookie) ?? assert.fail("Nobody is signed in.")
      assert.strictEqual((yield* byOne.send("/sign-out", { csrf })).status, 200)
      byOne.jar.set(cookie, session)
      assert.strictEqual((yield* byTwo.get("/")).status, 303)
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!hasPostgres)(
    "has acts recorded with who it was, and a token replaced only after a fresh sign-in",
    () =>
      Effect.gen(function* () {
        const { folder, environment } = yield* world()
        const server = yield* sharedPostgres
        const url = yield* server.freshDatabase
        const slack = yield* startSimulator({ users: 20, userGroups: 2, rateLimits: "off" })
        const origin = "https://console.example"
        const issuer = yield* startIssuer({ redirectUri: Effect.succeed(`${origin}/sign-in/callback`) })
        issuer.accounts.set("ada", ada).set("eve", { name: "Eve", groups: ["sec-team"] })
        const port = yield* freePort
        const key = join(folder, "secret.key")
        writeFileSync(key, `${randomBytes(32).toString("base64")}\n`)
        const worker = yield* startWorker({
          environment: {
            ...environment,
            ...variablesOf(issuer, folder),
            BATON_DATABASE_URL: Redacted.value(url),
            BATON_SECRET_KEY_FILE: key,
            BATON_CONSOLE_PORT: String(port),
            BATON_CONSOLE_URL: origin,
            BATON_CONSOLE_SETTINGS: `base-url=${slack.webApiUrl},rate-limits=off`,
          },
        })
        yield* worker.answers("/ready", 200)
        const browser = makeBrowser(origin, port)
        yield* browser.open("/")
        const form = { name: "ops", module: "slack-pro", "set-token": slack.botToken, "set-every": "6h" }
        const added = yield* browser.send("/act/add", { ...form, csrf: yield* browser.csrf })
        assert.deepStrictEqual(JSON.parse(added.body), { done: "ops was added." })
        yield* worker.says(/ is in .*ops\./u)

        const rotated = Effect.fnUntraced(function* () {
          const fields = { name: "ops", setting: "token", secret: slack.botToken, csrf: yield* browser.csrf }
          return yield* browser.send("/act/rotate", fields)
        })
        assert.strictEqual((yield* rotated()).status, 303)
        const page = "/rotate?name=ops"
        const { trail, at, reply } = yield* browser.open(page)
        assert.isTrue(trail.some((step) => step.includes("prompt=login&max_age=300")))
        assert.deepStrictEqual([at, reply.status], [page, 200])
        const done = yield* rotated()
        assert.include(done.body, "The token of ops was replaced.", done.body)
        yield* worker.says(/^The connection starts/u, 1)

        // Who may only look changes nothing, and nothing of it is recorded.
        issuer.signsIn = "eve"
        const eve = makeBrowser(origin, port)
        assert.include((yield* eve.open("/")).reply.body, "Eve (viewer)")
        assert.strictEqual((yield* eve.send("/act/pause", { name: "ops", csrf: yield* eve.csrf })).status, 403)

        const entries = readFileSync(join(folder, "ops.c1z.audit.ndjson"), "utf8")
        assert.deepStrictEqual(
          entries
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
            .map(({ intent, outcome, issuer: iss, subject }) => [intent, outcome, iss, subject]),
          ["connection.add", "connection.rotate"].flatMap((intent) =>
            ["begun", "changed"].map((outcome) => [intent, outcome, issuer.url, "ada"]),
          ),
        )
        const dump = hasPostgresProgram("pg_dump")
          ? yield* server.program("pg_dump", `--dbname=${Redacted.value(url)}`)
          : ""
        const session = browser.jar.get("__Host-rollcall_session") ?? assert.fail("Nobody is signed in.")
        for (const text of [dump, entries, worker.written(), added.body, reply.body, done.body]) {
          for (const hidden of [slack.botToken, Buffer.from(slack.botToken).toString("hex"), session]) {
            assert.notInclude(text, hidden)
          }
        }
      }).pipe(Effect.scoped),
  )
})
