// "Try it" on docs/many-workspaces.md, as it stands there, but for its ports.
import { assert, it } from "@effect/vitest"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Redacted } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { askForConsole, connectionsFolder } from "@rollcall/host/connections"
import { execFileSync } from "node:child_process"
import { enter } from "../console/visitConsole.ts"
import { startWorker, until } from "../workerProcess.ts"

const page = readFileSync(new URL("../../../../docs/many-workspaces.md", import.meta.url), "utf8")
const blocks = [...page.matchAll(/^```(sh|yaml)\n([^]*?)^```/gmu)].map(([, , text = ""]) => text)
const [simulate = "", tokens = "", entries = "", start = ""] = blocks
const withConsole = blocks.find((block) => block.includes("BATON_CONSOLE_PORT")) ?? ""
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
  const startOne = (environment: Readonly<Record<string, string>>) =>
    startWorker({ folder, environment: { ...environment, XDG_STATE_HOME: folder } })
  const areRight = () =>
    ["sales.c1z", "support.c1z"].every(
      (file, at) =>
        existsSync(join(folder, file)) &&
        JSON.stringify(storedIds(join(folder, file))) === JSON.stringify(slacks.map(expectedIds)[at]),
    )
  return { folder, slacks, startOne, areRight }
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

it.live.skipIf(!hasPostgres)("and so do three workers, by the commands for several of them", () =>
  Effect.gen(function* () {
    const { startOne, areRight } = yield* workspaces
    const environment = variablesOf(shared)
    assert.deepStrictEqual(Object.keys(environment), ["BATON_DATABASE_URL", "BATON_CONNECTIONS", "BATON_EVERY"])
    const { freshDatabase } = yield* sharedPostgres
    const here = { ...environment, BATON_DATABASE_URL: Redacted.value(yield* freshDatabase) }
    const workers = yield* Effect.all([startOne(here), startOne(here), startOne(here)])
    yield* until(Effect.sync(areRight))
    // One answers the command for all.
    const answering = workers.map(({ logs }) => logs().some(({ message }) => message.includes("answers for all")))
    assert.lengthOf(
      answering.filter((isOther) => !isOther),
      1,
    )
  }).pipe(Effect.scoped),
)

it.live.skipIf(!hasPostgres)("and three workers add the second workspace once more in the console", () =>
  Effect.gen(function* () {
    const { folder, slacks, startOne } = yield* workspaces
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

    const workFolder = connectionsFolder(join(folder, "connections.yaml"), join(folder, "rollcall"))
    const token = readFileSync(join(folder, "support.token"), "utf8").trim()
    const first = yield* enter({ link: (way) => askForConsole(workFolder, way) })
    const form = { name: "ops", module: "slack-pro", "set-token": token, "set-every": "1h" }
    assert.deepStrictEqual((yield* first.send("add", form)).answer, { done: "ops was added." })
    const row = ({ get }: Pick<typeof first, "get">) =>
      Effect.map(get("/live"), ({ text }) =>
        JSON.parse(text).shown.rows.find(({ name }: { name: string }) => name === "ops"),
      )
    yield* until(Effect.map(row(first), (one) => one?.state === "Connected" && one.lastSync !== undefined))
    assert.deepStrictEqual(storedIds(join(folder, "ops.c1z")), slack === undefined ? {} : expectedIds(slack))
    assert.match((yield* row(first)).servedBy, /-[0-9a-f]{8}$/u)
  }).pipe(Effect.scoped),
)
