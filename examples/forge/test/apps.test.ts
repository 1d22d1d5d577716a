// Both apps run the example as they are: the command and the worker, each in a process of its own, against a real server.
import { assert, describe, it } from "@effect/vitest"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { startForge } from "../server/forgeServer.ts"

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const start = (app: "cli" | "worker", args: ReadonlyArray<string>, folder: string, environment: NodeJS.ProcessEnv) => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:BATON|FORGE|npm)_|^NODE_OPTIONS$/iu.test(name))
  const child = spawn(process.execPath, [pathOf(`../../../apps/${app}/src/main.ts`), ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(inherited), BATON_CONNECTOR: pathOf(".."), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let out = ""
  let err = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
  const ended = once(child, "close").then(() => ({ code: child.exitCode, out, err }))
  return { child, err: () => err, ended }
}

/** A forge, a folder, and the command in it. */
const worldOf = Effect.fnUntraced(function* (pageSize?: number) {
  const forge = yield* Effect.acquireRelease(
    Effect.promise(() => startForge({ pageSize })),
    ({ close }) => Effect.promise(close),
  )
  const folder = yield* scratchFolder("forge")
  const environment = { FORGE_TOKEN: forge.token(), FORGE_BASE_URL: forge.url }
  const rollcall = (...args: ReadonlyArray<string>) =>
    Effect.promise(() => start("cli", args, folder, environment).ended)
  return { forge, folder, environment, rollcall }
})

const world = worldOf()

describe("the command", () => {
  it.live("syncs the forge at a call a list and one a parent, and shows what is in it", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* world
      const synced = yield* rollcall("sync")
      assert.strictEqual(synced.code, 0, synced.err)
      const lists = ["/users", "/organizations", ...["o1", "o2", "o3"].map((id) => `/organizations/${id}/teams`)]
      const members = [...forge.teams.keys()].map((id) => `/teams/${id}/members`)
      assert.sameMembers(
        [...forge.calls()],
        ["/token", ...lists, ...members].map((path) => `GET ${path}`),
      )
      const { out } = yield* rollcall("grants", "-t", "team", "-o", "ndjson")
      const grants = out.trimEnd().split("\n")
      assert.lengthOf(grants, [...forge.teams.values()].flatMap(({ members: of }) => [...of]).length)
      const users = (yield* rollcall("resources", "-t", "user", "-o", "ndjson")).out.trimEnd().split("\n")
      assert.lengthOf(users, forge.users.size)
    }).pipe(Effect.scoped),
  )

  it.live("grants and revokes by address, and records both", () =>
    Effect.gen(function* () {
      const { forge, folder, rollcall } = yield* world
      const members = () => forge.teams.get("t1")?.members ?? new Set()
      yield* rollcall("sync")
      const granted = yield* rollcall("grant", "-e", "team:t1:member", "--principal", "user1@forge.example", "--yes")
      assert.strictEqual(granted.code, 0, granted.err)
      assert.isTrue(members().has("u1"))
      const revoked = yield* rollcall("revoke", "-e", "team:t1:member", "--principal", "u1", "--yes")
      assert.strictEqual(revoked.code, 0, revoked.err)
      assert.isFalse(members().has("u1"))
      const log = readdirSync(folder).find((name) => name.endsWith(".audit.ndjson")) ?? ""
      assert.lengthOf(readFileSync(join(folder, log), "utf8").trimEnd().split("\n"), 4)
    }).pipe(Effect.scoped),
  )

  it.live("runs the action of the forge, but not on the account that the token belongs to", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* world
      const disabled = yield* rollcall("actions", "run", "disable_user", "--user-id", "user2@forge.example", "--yes")
      assert.strictEqual(disabled.code, 0, disabled.err)
      assert.isFalse(forge.users.get("u2")?.active)
      const own = yield* rollcall("actions", "run", "disable_user", "--user-id", "u1", "--yes")
      assert.notStrictEqual(own.code, 0)
      assert.isTrue(forge.users.get("u1")?.active)
    }).pipe(Effect.scoped),
  )

  it.live("diagnoses a token, and refuses one that the forge does not know with 77, without showing it", () =>
    Effect.gen(function* () {
      const { folder, environment, rollcall } = yield* world
      const fine = yield* rollcall("doctor")
      assert.strictEqual(fine.code, 0, fine.err)
      assert.include(fine.out, "Forge of this machine (f1)")
      const wrong = `forge_${"9".repeat(24)}`
      const refused = yield* Effect.promise(
        () => start("cli", ["doctor", wrong], folder, { ...environment, FORGE_TOKEN: wrong }).ended,
      )
      assert.notStrictEqual(refused.code, 0)
      assert.notInclude(refused.out + refused.err, wrong)
      const unknown = yield* Effect.promise(
        () => start("cli", ["doctor"], folder, { ...environment, FORGE_TOKEN: wrong }).ended,
      )
      assert.strictEqual(unknown.code, 77, unknown.out + unknown.err)
      assert.notInclude(unknown.out + unknown.err, wrong)
    }).pipe(Effect.scoped),
  )

  it.live("syncs without an optional scope, and names what is missing", () =>
    Effect.gen(function* () {
      const { forge, folder, environment } = yield* world
      const token = forge.token(["users:read", "organizations:read"])
      const { code, out, err } = yield* Effect.promise(
        () => start("cli", ["sync"], folder, { ...environment, FORGE_TOKEN: token }).ended,
      )
      assert.strictEqual(code, 0, err)
      assert.match(out + err, /^gap: Team: .*\(missing_scope\)/mu)
    }).pipe(Effect.scoped),
  )

  it.live("shows the settings of the forge in its help, and where the connector comes from", () =>
    Effect.gen(function* () {
      const { rollcall } = yield* world
      const { out } = yield* rollcall("sync", "--help")
      for (const shown of ["FORGE_TOKEN", "--base-url", "FORGE_BASE_URL"]) assert.include(out, shown)
      assert.include((yield* rollcall("connectors", "-o", "csv")).out, pathOf("../src/index.ts"))
      assert.include((yield* rollcall("capabilities")).out, "team")
    }).pipe(Effect.scoped),
  )
})

describe("connectors test", () => {
  it.live("tries the connector against the contract, names each requirement, and changes nothing", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* worldOf(10)
      const { code, out, err } = yield* rollcall("connectors", "test")
      assert.strictEqual(code, 0, out + err)
      assert.match(out, /^Forge meets all 9 requirements that were tried\.$/mu)
      assert.match(out, /^✓ MUST resume from any page boundary with the same result$/mu)
      assert.match(
        out,
        /^- MUST change one grant and no other .*\n {4}Not tried: it takes a system that may be changed/mu,
      )
      assert.deepStrictEqual(
        forge.calls().filter((call) => !call.startsWith("GET ")),
        [],
      )
    }).pipe(Effect.scoped),
  )

  it.live("ends with 1 and says why where a module keeps something in a variable between two pages", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* worldOf(10)
      const module = join(folder, "forgetful.ts")
      writeFileSync(module, remembering)
      const { code, out } = yield* Effect.promise(
        () => start("cli", ["connectors", "test"], folder, { ...environment, BATON_CONNECTOR: module }).ended,
      )
      assert.strictEqual(code, 1, out)
      assert.match(out, /^Forge does not meet 1 of 9 requirements that were tried\.$/mu)
      assert.match(out, /^✗ MUST NOT keep state between pages\n {4}the page of users at \/users\?/mu)
    }).pipe(Effect.scoped),
  )
})

/** A module whose second page of users depends on what its first has left in a variable. */
const remembering = `
  import { Effect } from "effect"
  import forge from ${JSON.stringify(pathOf("../src/index.ts"))}
  let hasBegun = false
  const remember = (step) => step.id !== "users" ? step : {
    ...step,
    page: (request) => Effect.map(step.page(request), (page) => {
      if (request.cursor === undefined) hasBegun = true
      return { ...page, resources: page.resources.map((it) => ({ ...it, description: String(hasBegun) })) }
    }),
  }
  export default {
    ...forge,
    load: async () => {
      const loaded = await forge.load()
      const open = (...args) => Effect.map(loaded.open(...args), (connector) => ({ ...connector, steps: connector.steps.map(remember) }))
      return { ...loaded, open }
    },
  }
`

describe("the worker", () => {
  it.live("syncs the forge on its schedule, and stops", () =>
    Effect.gen(function* () {
      const { forge, folder, environment, rollcall } = yield* world
      const port = yield* freePort
      const worker = yield* Effect.acquireRelease(
        Effect.sync(() =>
          start("worker", [], folder, {
            ...environment,
            BATON_FILE: "forge.c1z",
            BATON_EVERY: "6h",
            BATON_HEALTH_CHECK_PORT: String(port),
          }),
        ),
        ({ child }) => Effect.sync(() => void child.kill("SIGKILL")),
      )
      yield* Effect.sync(() => /is in .*forge\.c1z/u.test(worker.err()) || worker.child.exitCode !== null).pipe(
        Effect.repeat({ schedule: Schedule.spaced("25 millis"), until: (isSo) => isSo }),
      )
      worker.child.kill("SIGTERM")
      const { code, err } = yield* Effect.promise(() => worker.ended)
      assert.strictEqual(code, 0, err)
      const { out } = yield* rollcall("resources", "-t", "user", "-f", "forge.c1z", "-o", "ndjson")
      assert.lengthOf(out.trimEnd().split("\n"), forge.users.size)
    }).pipe(Effect.scoped),
  )
})

it("has at most 150 lines of code", () => {
  const lines = readdirSync(pathOf("../src")).flatMap((name) =>
    readFileSync(pathOf(`../src/${name}`), "utf8")
      .split("\n")
      .filter((line) => !/^\s*(?:\/\/.*)?$/u.test(line)),
  )
  assert.isAtMost(lines.length, 150)
})
