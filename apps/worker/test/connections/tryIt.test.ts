// "Try it" on docs/many-workspaces.md, as it stands there, but for its ports.
import { assert, it } from "@effect/vitest"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Redacted } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { startWorker, until } from "../workerProcess.ts"

const page = readFileSync(new URL("../../../../docs/many-workspaces.md", import.meta.url), "utf8")
const blocks = [...page.matchAll(/^```(sh|yaml)\n([^]*?)^```/gmu)].map(([, , text = ""]) => text)
const [simulate = "", tokens = "", entries = "", start = ""] = blocks
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
  return { startOne, areRight }
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
