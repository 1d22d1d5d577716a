// `rollcall console`, as a process, against a real worker.
import { assert, describe, it } from "@effect/vitest"
import { bundled } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { runRollcall, startRollcall } from "./runRollcall.ts"

const worker = await bundled("worker")

const world = Effect.gen(function* () {
  const folder = yield* scratchFolder("console")
  writeFileSync(join(folder, "connections.yaml"), "connections: {}\n")
  const environment = { BATON_CONNECTIONS: "connections.yaml", BATON_C1Z_TEMP_DIR: folder }
  const start = (more: Readonly<Record<string, string>>) =>
    Effect.acquireRelease(
      Effect.sync(() => startRollcall([], { folder, main: worker, environment: { ...environment, ...more } })),
      (started) => Effect.sync(() => started.signal("SIGKILL")),
    )
  const run = (...args: ReadonlyArray<string>) => runRollcall(["console", ...args], { folder, environment })
  /** Asks until the worker is there. */
  const runOnceThere = (...args: ReadonlyArray<string>) =>
    run(...args).pipe(
      Effect.repeat({
        schedule: Schedule.spaced("100 millis"),
        until: ({ err }) => !err.includes("No worker serves"),
      }),
    )
  return { start, run, runOnceThere }
})

describe("rollcall console", () => {
  it.live("prints a link to the console of the worker, which lets one in", () =>
    Effect.gen(function* () {
      const { start, runOnceThere } = yield* world
      const started = yield* start({ BATON_CONSOLE_PORT: "0" })
      const { code, out, err } = yield* runOnceThere("--no-open")
      assert.strictEqual(code, 0, err)
      assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\/link\?key=[\w-]{43}\n$/u)
      assert.notInclude(err + started.err(), /key=([\w-]+)/u.exec(out)?.[1] ?? "")
      const entered = yield* Effect.promise(() => fetch(out.trim(), { redirect: "manual" }))
      assert.strictEqual(entered.status, 303)
      const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? ""
      const page = yield* Effect.promise(() => fetch(new URL("/", out.trim()), { headers: { cookie } }))
      assert.strictEqual(page.status, 200)
    }).pipe(Effect.scoped),
  )

  it.live("prints where people sign in, if they do, and says of no link that it works once", () =>
    Effect.gen(function* () {
      const { start, runOnceThere } = yield* world
      yield* start({
        BATON_CONSOLE_PORT: "0",
        BATON_CONSOLE_URL: "https://console.example",
        BATON_OIDC_ISSUER: "https://login.example",
        BATON_OIDC_CLIENT_ID: "console",
        BATON_OIDC_ROLES: "admins=admin",
      })
      const { code, out, err } = yield* runOnceThere("--no-open")
      assert.deepStrictEqual([code, out], [0, "https://console.example/sign-in\n"], err)
      assert.notInclude(err, "once")
    }).pipe(Effect.scoped),
  )

  it.live("ends with 69 without a worker, and where that has no console", () =>
    Effect.gen(function* () {
      const { start, run, runOnceThere } = yield* world
      const nobody = yield* run("--no-open")
      assert.strictEqual(nobody.code, 69)
      assert.include(nobody.err, "No worker serves these connections on this machine.")
      yield* start({})
      const none = yield* runOnceThere("--no-open")
      assert.deepStrictEqual([none.code, none.out], [69, ""])
      assert.include(none.err, "Start it with BATON_CONSOLE_PORT set")
    }).pipe(Effect.scoped),
  )
})
