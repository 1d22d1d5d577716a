// How a worker is told what to do, and how it says that it cannot.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sources, startWorker } from "./workerProcess.ts"

/** Starts a worker that ends by itself. */
const run = (args: ReadonlyArray<string>, environment: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const worker = yield* startWorker({ args, environment })
    return { code: yield* worker.ended, logs: worker.logs(), written: worker.written() }
  }).pipe(Effect.scoped)

/** Such as ConductorOne gives, with a key of its own. */
const clientSecret = `secret-token:conductorone.com:v1:${Buffer.from(
  JSON.stringify(generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })),
).toString("base64url")}`
const token = { BATON_TOKEN: "xoxb-SIMULATED" }
const forC1 = { ...token, BATON_CLIENT_ID: "a@b/c", BATON_CLIENT_SECRET: clientSecret }

describe.concurrent("a worker ends with 78 and says what to set,", () => {
  for (const [what, environment, says] of [
    ["no token", { BATON_EVERY: "6h" }, /BATON_BUSINESS_PLUS_TOKEN or BATON_TOKEN/],
    [
      "a database that workers share, and no connections",
      { ...token, BATON_EVERY: "6h", BATON_DATABASE_URL: "postgres://127.0.0.1/rollcall" },
      /BATON_DATABASE_URL needs connections to be set as well/,
    ],
    ["nothing to do", token, /neither BATON_CLIENT_ID nor BATON_EVERY is set/],
    ["a client id without its secret", { ...token, BATON_CLIENT_ID: "a@b/c" }, /BATON_CLIENT_ID needs client-secret/],
    ["a client id that is none", { ...forC1, BATON_CLIENT_ID: "nonsense" }, /it looks like name@host\/suffix\.$/],
    ["a client secret that is none", { ...forC1, BATON_CLIENT_SECRET: "x" }, /it begins with the word secret-token\./],
    [
      "a host id that is too long",
      { ...forC1, BATON_HOST_ID: "x".repeat(257) },
      /BATON_HOST_ID cannot be used\. .* 256 bytes/,
    ],
    [
      "a resource type that is none",
      { ...forC1, BATON_SYNC_RESOURCE_TYPES: "robot" },
      /BATON_SYNC_RESOURCE_TYPES cannot be used\. .* robot\. Choose from user/,
    ],
    [
      "a timetable that is none",
      { ...token, BATON_EVERY: "now and then" },
      /BATON_EVERY cannot be used\. A schedule must be an interval.*\(6h/,
    ],
    [
      "a resource type that is none, on a schedule",
      { ...token, BATON_EVERY: "0 3 1 1 *", BATON_SYNC_RESOURCE_TYPES: "robot" },
      /BATON_SYNC_RESOURCE_TYPES cannot be used/,
    ],
    [
      "a request to revoke a grant",
      { ...forC1, BATON_REVOKE_GRANT: "g" },
      /^BATON_REVOKE_GRANT asks to revoke a grant, .*`rollcall revoke --grant …`/,
    ],
    ["two wrong settings", { BATON_TASK_CONCURRENCY: "0", BATON_LOG_LEVEL: "loud" }, /2 settings are wrong/],
    [
      "more than one that is wrong, whatever kind it is",
      {
        ...forC1,
        BATON_EVERY: "nonsense",
        BATON_LOG_LEVEL: "loud",
        BATON_CLIENT_ID: "nonsense",
        BATON_HOST_ID: "x".repeat(257),
      },
      /^4 settings are wrong(?=[^]*BATON_EVERY)(?=[^]*BATON_LOG_LEVEL)(?=[^]*BATON_HOST_ID)[^]*BATON_CLIENT_ID cannot be used/,
    ],
    ["a client id with its quotes", { ...forC1, BATON_CLIENT_ID: `"a@b/c"` }, /BATON_CLIENT_ID .* quotes/],
    ["a token with its quotes", { BATON_EVERY: "6h", BATON_TOKEN: `"xoxb-1"` }, /BATON_TOKEN .* quote\b.* quotes/],
    [
      "a proxy that is a SOCKS proxy",
      { ...token, BATON_EVERY: "6h", HTTPS_PROXY: "socks5://proxy.example" },
      /^The proxy that the environment names is not an HTTP proxy/,
    ],
    ["an authority that is none", { ...token, BATON_EXTRA_CA_FILE: "/dev/null", BATON_EVERY: "6h" }, /no certificate/],
    [
      "an authority that is not there",
      { ...token, BATON_EXTRA_CA_FILE: "/nowhere/ca.pem", BATON_EVERY: "6h" },
      /\/nowhere\/ca\.pem .* does not exist/,
    ],
  ] as const) {
    it.live(`if there is ${what}`, () =>
      Effect.gen(function* () {
        const { code, logs } = yield* run([], environment)
        assert.strictEqual(code, 78)
        assert.match(logs.at(-1)?.message ?? "", says)
      }),
    )
  }

  it.live("before it listens or calls anybody", () =>
    Effect.gen(function* () {
      const environment = { ...token, BATON_EVERY: "0 3 30 2 *", BATON_HEALTH_CHECK_BIND_ADDRESS: "no-address" }
      const { logs } = yield* run([], environment)
      assert.match(logs.at(-1)?.message ?? "", /BATON_EVERY/)
    }),
  )

  it.live("if its port is taken", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.callback<ReturnType<typeof createServer>>((resume) => {
          const listener = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(listener)))
        }),
        (listener) => Effect.sync(() => listener.close()),
      )
      const address = server.address()
      const port = typeof address === "object" && address !== null ? String(address.port) : ""
      const { code, logs } = yield* run([`--health-check-port=${port}`, "--every=6h"], token)
      assert.strictEqual(code, 78)
      assert.include(logs.at(-1)?.message ?? "", "BATON_HEALTH_CHECK_PORT")
    }).pipe(Effect.scoped),
  )
})

describe.concurrent("a worker whose folder has a .baton.yaml", () => {
  for (const [what, file, environment, says] of [
    [
      "sends no token of the environment to its host",
      "base-url: https://evil.example/api/",
      token,
      /^base-url \(\.baton\.yaml, line 1\) would have BATON_TOKEN sent to evil\.example\./,
    ],
    [
      "sends no client secret of the environment to its host",
      "c1-api-host: evil.example",
      { ...token, BATON_CLIENT_ID: "a@b/c", BATON_CLIENT_SECRET: clientSecret },
      /^c1-api-host \(\.baton\.yaml, line 1\) would have BATON_CLIENT_SECRET sent to evil\.example\./,
    ],
    [
      "takes no tenant from it for a client secret of the environment",
      "client-id: a@evil.example/b",
      { ...token, BATON_CLIENT_SECRET: clientSecret },
      /^client-id \(\.baton\.yaml, line 1\) would have BATON_CLIENT_SECRET sent to evil\.example\./,
    ],
    ["refuses a key that looks misspelt", "evry: 6h", token, /there is no setting "evry"; did you mean every\?/],
    ["warns about a request for something else", "revoke-grant: g", token, /The worker has no mode/],
  ] as const) {
    it.live(`${what}, and ends with 78`, () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("worker")
        writeFileSync(join(folder, ".baton.yaml"), file)
        const worker = yield* startWorker({ environment, folder })
        assert.strictEqual(yield* worker.ended, 78)
        const logs = worker.logs()
        assert.match(logs.at(-1)?.message ?? "", says)
        if (file.startsWith("revoke")) {
          assert.match(logs[0]?.message ?? "", /asks to revoke a grant, .*ignored\. Run `rollcall revoke --grant …`/)
        }
      }).pipe(Effect.scoped),
    )
  }
})

describe.concurrent("the command line", () => {
  for (const [what, args] of [
    ["a flag that does not exist", ["--nope=xoxb-secret"]],
    ["an argument that is no flag", ["xoxb-secret"]],
    ["a flag without its value", ["--every"]],
    ["a flag whose value is wrong", ["--token=xoxb-secret", "--every=never"]],
    ["a request for a grant", ["--token=xoxb-secret", "--every=6h", "--grant-entitlement=xoxb-secret"]],
    ["a host id that is too long", ["--token=xoxb-secret", `--host-id=${"x".repeat(257)}`, "--every=6h"]],
    ["a resource type that is none", ["--token=xoxb-secret", "--sync-resource-types=robot", "--every=6h"]],
  ] as const) {
    it.live(`ends with 64 and quotes no value: ${what}`, () =>
      Effect.gen(function* () {
        const { code, written } = yield* run(args)
        assert.strictEqual(code, 64)
        assert.notInclude(written, "xoxb-secret")
      }),
    )
  }

  it.live("takes the Go connector's flags, and says in one warning that they have no effect", () =>
    Effect.gen(function* () {
      const { code, logs } = yield* run(["--parallel-sync", "--workers", "4", "--provisioning=false"], token)
      assert.strictEqual(code, 78)
      assert.match(logs[0]?.message ?? "", /no effect here: --parallel-sync, --workers\.$/)
    }),
  )

  it.live("suggests the flag that was meant", () =>
    Effect.gen(function* () {
      const { logs } = yield* run(["--evry=6h"])
      assert.match(logs.at(-1)?.message ?? "", /--evry .*did you mean --every\?/)
    }),
  )

  it.live("prints the completion script of a shell", () =>
    Effect.gen(function* () {
      const { code, written } = yield* run(["--completions", "bash"])
      assert.strictEqual(code, 0)
      assert.include(written, "--task-concurrency")
    }),
  )

  it.live("prints its help and its version", () =>
    Effect.gen(function* () {
      const help = yield* run(["--help"])
      assert.strictEqual(help.code, 0)
      assert.match(help.written, /--every[\s\S]*env: BATON_EVERY/)
      const { version }: { version: string } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"))
      for (const asked of ["-v", "-V", "--version"]) {
        const { written } = yield* run([asked])
        // A bundle in a folder of its own, which no release has told its commit.
        assert.strictEqual(written, `rollcall-worker ${version}, Node ${process.version}\n`)
      }
    }),
  )
})

const app = fileURLToPath(new URL("../", import.meta.url))

/** A worker with probes, which syncs to a file. */
const standalone = Effect.gen(function* () {
  const slack = yield* startSimulator({ users: 10, rateLimits: "off" })
  return {
    BATON_TOKEN: slack.botToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_FILE: join(yield* scratchFolder("worker"), "sync.c1z"),
    BATON_EVERY: "6h",
  }
})

describe("the probes", () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4")?.address

  it.live.skipIf(outside === undefined)("listen on loopback alone unless another address is named", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ environment: yield* standalone })
      yield* worker.answers("/ready", 200)
      const refused = yield* Effect.exit(Effect.tryPromise(() => fetch(`http://${outside}:${worker.port}/live`)))
      assert.strictEqual(refused._tag, "Failure")
    }).pipe(Effect.scoped),
  )

  it.live("are asked by `health`, which ends with 0 for a healthy worker and with 1 if there is no worker", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ environment: yield* standalone })
      yield* worker.answers("/ready", 200)
      const asked = { BATON_HEALTH_CHECK_PORT: String(worker.port), BATON_HEALTH_CHECK_BIND_ADDRESS: "0.0.0.0" }
      const well = yield* run(["health", "--endpoint", "ready"], asked)
      assert.deepStrictEqual([well.code, JSON.parse(well.written).status], [0, "ready"])
      assert.strictEqual((yield* run(["health"], asked)).code, 0)
      yield* worker.kill("SIGKILL")
      yield* worker.ended
      const gone = yield* run(["health", "--endpoint=live"], asked)
      assert.strictEqual(gone.code, 1)
      assert.strictEqual(
        gone.written,
        `A request for /live did not get through to 127.0.0.1:${worker.port}: it refuses the connection (ECONNREFUSED). ` +
          "Is the worker running with BATON_HEALTH_CHECK=true on this port?\n",
      )
    }).pipe(Effect.scoped),
  )

  it.live("ask Slack at most once a minute whether the worker is healthy", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ users: 10, rateLimits: "off" })
      const worker = yield* startWorker({
        environment: { BATON_TOKEN: slack.botToken, BATON_BASE_URL: slack.webApiUrl, BATON_EVERY: "0 0 1 1 *" },
      })
      yield* worker.answers("/health", 200)
      const asked = slack.calls()["auth.test"]
      assert.strictEqual((yield* worker.ask("/health")).status, 200)
      assert.strictEqual(slack.calls()["auth.test"], asked)
    }).pipe(Effect.scoped),
  )

  it.live("report an unhealthy worker when Slack refuses its token", () =>
    Effect.gen(function* () {
      const environment = { ...(yield* standalone), BATON_TOKEN: "xoxb-of-nobody" }
      const worker = yield* startWorker({ environment })
      yield* worker.says("The sync failed.")
      const health = yield* worker.ask("/health")
      assert.strictEqual(health.status, 503)
      assert.include(health.text, '"status":"unhealthy"')
      assert.match(health.text, /"validation_error":"[^"]*token[^"]*"/)
      assert.strictEqual((yield* worker.ask("/live")).status, 200)
    }).pipe(Effect.scoped),
  )
})

describe("the worker from its sources", () => {
  it.live("starts, syncs and stops like the bundle", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ environment: yield* standalone, program: sources })
      yield* worker.says(/is in .*sync\.c1z/)
      assert.strictEqual((yield* worker.ask("/metrics")).status, 200)
      yield* worker.kill("SIGTERM")
      assert.strictEqual(yield* worker.ended, 0)
    }).pipe(Effect.scoped),
  )
})
