// "Try it" on docs/many-workspaces.md, as it stands there, but for its ports.
import { assert, it } from "@effect/vitest"
import { bundled, bundledProgram } from "@rollcall/test-kit/bundles"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Redacted, Schedule } from "effect"
import { execFile, execFileSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { serving } from "../cluster/clusterWorld.ts"
import { enter } from "../console/visitConsole.ts"
import { startWorker, until } from "../workerProcess.ts"

const rollcall = await bundled("cli")
/** A worker that is lost is missed after a few seconds. */
const quickCluster = await bundledProgram(new URL("../quickCluster.ts", import.meta.url))

const page = readFileSync(new URL("../../../../docs/many-workspaces.md", import.meta.url), "utf8")
const blocks = [...page.matchAll(/^```(sh|yaml)\n([^]*?)^```/gmu)].map(([, , text = ""]) => text)
const [simulate = "", tokens = "", entries = "", start = ""] = blocks
const withConsole = blocks.find((block) => block.includes("BATON_CONSOLE_PORT")) ?? ""
const openConsole = blocks.find((block) => block.startsWith("rollcall console ")) ?? ""
const shared = blocks.find((block) => block.includes("BATON_DATABASE_URL")) ?? ""

/** A folder with what the page has one write, and simulated workspaces at other ports. */
const workspaces = Effect.gen(function* () {
  const folder = yield* scratchFolder("many")
  let yaml = entries
  const slacks = yield* Effect.forEach(
    [...simulate.matchAll(/simulate --users (\d+) --seed (\d+) --port (\d+)/gu)],
    Effect.fnUntraced(function* ([, users, seed, port]) {
      const slack = yield* startSimulator({ users: Number(users), seed: Number(seed) })
      yaml = yaml.replace(`http://127.0.0.1:${port}/api/`, slack.webApiUrl)
      return slack
    }),
  )
  assert.lengthOf(slacks, 2)
  writeFileSync(join(folder, "connections.yaml"), yaml)
  for (const [, token = "", file = ""] of tokens.matchAll(/^echo (\S+) > (\S+)$/gmu)) {
    writeFileSync(join(folder, file), `${token}\n`)
  }
  const state = { XDG_STATE_HOME: folder }
  const startOne = (environment: Readonly<Record<string, string>>, program?: string) =>
    startWorker({ folder, program, environment: { ...environment, ...state } })
  /** Runs `rollcall` beside the workers; what it prints. */
  const run = (...args: ReadonlyArray<string>) =>
    Effect.promise(async () => {
      const env = { PATH: process.env["PATH"], HOME: folder, ...state }
      const { stdout } = await promisify(execFile)(process.execPath, [rollcall, ...args], { cwd: folder, env })
      return stdout.trim()
    })
  const areRight = () =>
    ["sales.c1z", "support.c1z"].every(
      (file, at) =>
        existsSync(join(folder, file)) &&
        JSON.stringify(storedIds(join(folder, file))) === JSON.stringify(slacks.map(expectedIds)[at]),
    )
  return { folder, slacks, startOne, run, areRight }
})

const variablesOf = (block: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...block.matchAll(/(BATON_\w+)=(\S+)/gu)].map(([, name = "", value = ""]) => [name, value]))

it.live("the commands and the file of docs/many-workspaces.md sync two workspaces", () =>
  Effect.gen(function* () {
    const { startOne, areRight } = yield* workspaces
    const environment = variablesOf(start)
    assert.deepStrictEqual(Object.keys(environment), ["BATON_CONNECTIONS", "BATON_EVERY"])
    const worker = yield* startOne(environment)
    yield* worker.says(/ is in sales\.c1z/u)
    yield* worker.says(/ is in support\.c1z/u)
    assert.isTrue(areRight())
  }).pipe(Effect.scoped),
)

it.live.skipIf(!hasPostgres)("and so do three workers, of which the one that syncs is killed", () =>
  Effect.gen(function* () {
    const { folder, slacks, startOne, run, areRight } = yield* workspaces
    const environment = variablesOf(shared)
    assert.deepStrictEqual(Object.keys(environment), ["BATON_DATABASE_URL", "BATON_CONNECTIONS", "BATON_EVERY"])
    const { freshDatabase } = yield* sharedPostgres
    const here = { ...environment, BATON_DATABASE_URL: Redacted.value(yield* freshDatabase) }
    const [slack] = slacks
    slack?.addFaults([{ method: "usergroups.list", times: "always", fault: { kind: "never" } }])
    // Else the next one waits for half a minute, until what the killed one had taken of Slack's limits has lapsed.
    const path = join(folder, "connections.yaml")
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/^( +)token-file:/gmu, "$1rate-limits: off\n$&"))
    const starting = startOne(here, quickCluster)
    const workers = yield* Effect.all([starting, starting, starting])
    for (const worker of workers) yield* worker.answers("/ready", 200)
    // One answers the command for all.
    const others = workers.filter(({ logs }) => logs().some(({ message }) => message.includes("answers for all")))
    assert.lengthOf(others, 2)

    yield* until(Effect.sync(() => (slack?.calls()["usergroups.list"] ?? 0) > 0))
    const { server } = yield* serving(workers, "sales")
    yield* server.kill("SIGKILL")
    slack?.clearFaults()
    yield* until(Effect.map(serving(workers, "sales"), (now) => now.server !== server))
    yield* until(Effect.sync(areRight))
    // The command is answered also where the worker that was killed had answered it.
    const connections = run("connections", "list", "--connections", "connections.yaml")
    yield* connections.pipe(
      Effect.repeat({
        schedule: Schedule.spaced("1 second"),
        until: (text) => text.split(/ Connected /u).length === 3,
      }),
    )
  }).pipe(Effect.scoped),
)

it.live.skipIf(!hasPostgres)("and three workers add the second workspace once more in the console", () =>
  Effect.gen(function* () {
    const { folder, slacks, startOne, run } = yield* workspaces
    const slack = slacks[1]
    const [, makeKey = ""] = /^(\(umask .*)$/mu.exec(withConsole) ?? []
    execFileSync("sh", ["-c", makeKey], { cwd: folder })
    const environment = variablesOf(withConsole)
    const { freshDatabase } = yield* sharedPostgres
    const url = Redacted.value(yield* freshDatabase)
    const settings = environment["BATON_CONSOLE_SETTINGS"]?.replace(
      "http://127.0.0.1:8076/api/",
      slack?.webApiUrl ?? "",
    )
    const here = { ...environment, BATON_DATABASE_URL: url, BATON_CONSOLE_SETTINGS: settings ?? "" }
    assert.strictEqual(here["BATON_CONSOLE_SETTINGS"], `base-url=${slack?.webApiUrl}`)
    const workers = [yield* startOne(here), yield* startOne(here), yield* startOne(here)]
    for (const worker of workers) yield* worker.answers("/ready", 200)

    const token = readFileSync(join(folder, "support.token"), "utf8").trim()
    const [, ...command] = openConsole.trim().split(" ")
    const first = yield* enter({ link: () => Effect.map(run(...command, "--no-open"), (link) => ({ url: link })) })
    const form = { name: "ops", module: "slack-pro", "set-token": token, "set-every": "1h" }
    assert.deepStrictEqual((yield* first.send("add", form)).answer, { done: "ops was added." })
    const row = ({ get }: Pick<typeof first, "get">) =>
      Effect.map(get("/live"), ({ text }) =>
        JSON.parse(text).shown.rows.find(({ name }: { name: string }) => name === "ops"),
      )
    yield* until(Effect.map(row(first), (one) => one?.state === "Connected" && one.lastSync !== undefined))
    assert.deepStrictEqual(storedIds(join(folder, "ops.c1z")), slack === undefined ? {} : expectedIds(slack))
    assert.match((yield* row(first)).servedBy, /-[0-9a-f]{8}$/u)
    for (const act of ["check", "add"]) {
      assert.match((yield* first.send(act, form)).answer.refused.message, /^A connection ops was added before\.$/u)
    }
  }).pipe(Effect.scoped),
)
