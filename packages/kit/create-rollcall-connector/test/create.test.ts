// A connector is created as its author creates it, outside the repository, and is green at once.
import { assert, describe, it } from "@effect/vitest"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { displayNameOf } from "../src/createConnector.ts"
import { imageOf } from "./imageOf.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

// As in a shell, where `node` is the one that runs this, and nothing of pnpm's settings is inherited.
const environment = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:BATON|npm)_|^(?:NODE_OPTIONS|INIT_CWD|VITEST.*|NODE_ENV)$/iu.test(name),
    ),
  ),
  PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
}

const run = (
  folder: string,
  command: string,
  args: ReadonlyArray<string>,
  more: Readonly<Record<string, string>> = {},
) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...environment, ...more },
  })
  return { status, text: stdout + stderr }
}

const create = (folder: string, ...args: ReadonlyArray<string>) => run(folder, process.execPath, [main, ...args])

describe("npm create rollcall-connector", () => {
  it.live(
    "writes a connector that passes its tests, type checks, builds, and is synced by the packed command",
    ({ skip }) =>
      Effect.gen(function* () {
        const parent = yield* scratchFolder("create")
        const created = create(parent, "shop-floor")
        assert.strictEqual(created.status, 0, created.text)
        const folder = join(parent, "shop-floor")
        const installed = run(folder, "npm", ["install", "--no-audit", "--no-fund"])
        if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT/u.test(installed.text)) skip("The registry cannot be reached.")
        assert.strictEqual(installed.status, 0, installed.text)
        for (const script of ["test", "typecheck", "build"]) {
          const { status, text } = run(folder, "npm", ["run", script])
          assert.strictEqual(status, 0, text)
          if (script === "test") assert.match(text, /MUST|\d+ passed/u)
        }
        // Its own server stands in for the system, in this process of its own, while the command runs.
        const synced = run(folder, process.execPath, ["--input-type=module", "-e", syncing(folder)])
        assert.strictEqual(synced.status, 0, synced.text)
        assert.match(synced.text, /2 group, 3 user, 2 entitlements, 4 grants, nothing missing/u)
        const data = yield* scratchFolder("data")
        const deployed = run(folder, process.execPath, ["--input-type=module", "-e", deploying(folder, data)], {
          BATON_HEALTH_CHECK_PORT: String(yield* freePort),
        })
        assert.strictEqual(deployed.status, 0, deployed.text)
        assert.match(deployed.text, /^ready 200, metrics rollcall_build_info, ended 0$/mu)
        assert.include(readdirSync(data), "sync.c1z")
      }).pipe(Effect.scoped),
    300_000,
  )

  it.live("puts the name into the connector, its settings and its package", () =>
    Effect.gen(function* () {
      const { createConnector } = yield* Effect.promise(() => import("../src/createConnector.ts"))
      const folder = join(yield* scratchFolder("create"), "code-forge-2")
      createConnector(folder)
      const read = (path: string) => readFileSync(join(folder, path), "utf8")
      assert.include(read("src/index.ts"), 'id: "code-forge-2"')
      assert.include(read("src/index.ts"), 'variablePrefix: "CODE_FORGE_2_"')
      assert.include(read("src/connector.ts"), 'displayName: "Code Forge 2"')
      const manifest: { name: string; dependencies: Record<string, string> } = JSON.parse(read("package.json"))
      assert.strictEqual(manifest.name, "rollcall-connector-code-forge-2")
      assert.strictEqual(read(".dockerignore"), read(".gitignore"))
      const all = readdirSync(folder, { recursive: true, encoding: "utf8" })
      for (const path of all.filter((it_) => /\.(?:ts|md|json)$/u.test(it_))) {
        assert.notMatch(read(path), /my-system|My System|MY_SYSTEM/u, path)
      }
    }).pipe(Effect.scoped),
  )

  it("writes a connector whose value has less than thirty lines", () => {
    const text = readFileSync(new URL("../template/src/connector.ts", import.meta.url), "utf8")
    const value = text.slice(text.indexOf("export const connector")).trimEnd().split("\n")
    assert.isBelow(value.filter((line) => !/^\s*\/\//u.test(line)).length, 30)
  })

  it.live.each([
    ["no name", []],
    ["a name with capitals", ["MySystem"]],
    ["a name that a path would hide", [".."]],
    ["a name that begins with a digit", ["2fa"]],
    ["the name of a connector that comes with Rollcall", ["slack-pro"]],
    ["a flag", ["--help"]],
    ["two names", ["one", "two"]],
  ] as const)("refuses %s with 64, and writes nothing", ([, args]) =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("create")
      const { status, text } = create(folder, ...args)
      assert.strictEqual(status, 64, text)
      assert.match(text, /^error: .+\.\n$/u)
      assert.deepStrictEqual(readdirSync(folder), [])
    }).pipe(Effect.scoped),
  )

  it.live("refuses a folder that holds something, and a file, and leaves both as they are", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("create")
      mkdirSync(join(folder, "in-use"))
      writeFileSync(join(folder, "in-use", "notes.txt"), "mine")
      writeFileSync(join(folder, "a-file"), "mine")
      for (const name of ["in-use", "a-file"]) {
        const { status, text } = create(folder, name)
        assert.strictEqual(status, 64, text)
        assert.match(text, /is there already/u)
      }
      assert.deepStrictEqual(readdirSync(join(folder, "in-use")), ["notes.txt"])
      assert.strictEqual(readFileSync(join(folder, "a-file"), "utf8"), "mine")
    }).pipe(Effect.scoped),
  )

  it("makes a name for people of an id", () => {
    assert.strictEqual(displayNameOf("my-system"), "My System")
  })
})

/** A program that starts the connector's own server and has the packed command sync it. */
const syncing = (folder: string): string => `
  import { spawn } from "node:child_process"
  const { startServer, token } = await import(${JSON.stringify(pathToFileURL(join(folder, "test/server.ts")).href)})
  const { url, close } = await startServer()
  const child = spawn(${JSON.stringify(join(folder, "node_modules/.bin/rollcall"))}, ["sync", "--connector", "."], {
    stdio: "inherit",
    env: { ...process.env, SHOP_FLOOR_TOKEN: token, SHOP_FLOOR_BASE_URL: url },
  })
  child.on("close", async (code) => {
    await close()
    process.exitCode = code ?? 1
  })
`

/** A program that starts the packed worker as the guide's image does, with the folder in place of the image's, and stops it. */
const deploying = (folder: string, data: string): string => {
  const image = imageOf({ "/connector": folder, "/data": data })
  return `
  import { spawn } from "node:child_process"
  import { once } from "node:events"
  import { existsSync, writeFileSync } from "node:fs"
  const { startServer, token } = await import(${JSON.stringify(pathToFileURL(join(folder, "test/server.ts")).href)})
  const { url, close } = await startServer()
  const data = ${JSON.stringify(data)}
  writeFileSync(data + "/token", token, { mode: 0o600 })
  const given = { SHOP_FLOOR_TOKEN_FILE: data + "/token", SHOP_FLOOR_BASE_URL: url, BATON_EVERY: "6h" }
  const worker = spawn(${JSON.stringify(image.command)}, {
    cwd: data,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...${JSON.stringify(image.environment)}, ...given },
  })
  const probe = (path) => fetch("http://127.0.0.1:" + process.env.BATON_HEALTH_CHECK_PORT + path).catch(() => undefined)
  const again = () => new Promise((resolve) => setTimeout(resolve, 25))
  while (worker.exitCode === null && ((await probe("/ready"))?.status !== 200 || !existsSync(data + "/sync.c1z"))) await again()
  const ready = (await probe("/ready"))?.status
  const metrics = /rollcall_build_info/.exec((await (await probe("/metrics"))?.text()) ?? "")?.[0]
  worker.kill("SIGTERM")
  const [code] = worker.exitCode === null ? await once(worker, "close") : [worker.exitCode]
  console.log("ready " + ready + ", metrics " + metrics + ", ended " + code)
  await close()
`
}
