// "Try it" on docs/many-workspaces.md, as it stands there, but for its ports.
import { assert, it } from "@effect/vitest"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { startWorker } from "../workerProcess.ts"

const page = readFileSync(new URL("../../../../docs/many-workspaces.md", import.meta.url), "utf8")
const blocks = [...page.matchAll(/^```(sh|yaml)\n([^]*?)^```/gmu)].map(([, , text = ""]) => text)
const [simulate = "", tokens = "", entries = "", start = ""] = blocks

it.live("the commands and the file of docs/many-workspaces.md sync two workspaces", () =>
  Effect.gen(function* () {
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
    const environment = Object.fromEntries(
      [...start.matchAll(/(BATON_\w+)=(\S+)/gu)].map(([, name = "", value = ""]) => [name, value]),
    )
    assert.deepStrictEqual(Object.keys(environment), ["BATON_CONNECTIONS", "BATON_EVERY"])
    const worker = yield* startWorker({ folder, environment: { ...environment, XDG_STATE_HOME: folder } })
    yield* worker.says(/ is in sales\.c1z/u)
    yield* worker.says(/ is in support\.c1z/u)
    assert.deepStrictEqual(
      ["sales.c1z", "support.c1z"].map((file) => storedIds(join(folder, file))),
      slacks.map(expectedIds),
    )
  }).pipe(Effect.scoped),
)
