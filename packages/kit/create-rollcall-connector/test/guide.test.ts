// docs/write-a-connector.md, followed to the letter: each block of code replaces the file that it names.
import { assert, it } from "@effect/vitest"
import { bundled } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { createConnector } from "../src/createConnector.ts"

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const guide = readFileSync(pathOf("../../../../docs/write-a-connector.md"), "utf8")

/** The blocks by the file that their first line names. */
const blocks = [...guide.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gmsu)].map(([, file = "", code = ""]) => ({
  file,
  code,
}))

it.live(
  "a connector written by the guide passes the contract, type checks, and is synced and changed by the command",
  () =>
    Effect.gen(function* () {
      const folder = join(yield* scratchFolder("guide"), "helpdesk")
      createConnector(folder)
      for (const { file, code } of blocks) writeFileSync(join(folder, file), code)
      // In place of `npm install`: the packages of this repository, from their sources.
      symlinkSync(pathOf("../node_modules"), join(folder, "node_modules"))
      const environment = Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) => !/^(?:BATON|HELPDESK|VITEST|npm)|^NODE_(?:OPTIONS|ENV)$/iu.test(name),
        ),
      )
      const run = (...args: ReadonlyArray<string>) => {
        const { status, stdout, stderr } = spawnSync(process.execPath, args, {
          cwd: folder,
          encoding: "utf8",
          env: environment,
        })
        return { status, text: stdout + stderr }
      }
      const tested = run(pathOf("../node_modules/vitest/vitest.mjs"), "run", "--root", folder)
      assert.strictEqual(tested.status, 0, tested.text)
      const checked = run(pathOf("../node_modules/typescript/bin/tsc"), "--noEmit")
      assert.strictEqual(checked.status, 0, checked.text)
      const synced = run("--input-type=module", "-e", commands(folder, yield* Effect.promise(() => bundled("cli"))))
      assert.strictEqual(synced.status, 0, synced.text)
      assert.match(synced.text, /3 agent, 2 queue, 4 entitlements, 3 grants, nothing missing/u)
      assert.match(synced.text, /queue:q2:member:agent:ada/u)
    }).pipe(Effect.scoped),
  120_000,
)

it("the guide has every file that it replaces, each once", () => {
  assert.deepStrictEqual(
    blocks.map(({ file }) => file),
    [
      "src/client.ts",
      "src/cursorList.ts",
      "src/connector.ts",
      "src/changes.ts",
      "test/server.ts",
      "test/contract.test.ts",
    ],
  )
  assert.lengthOf([...guide.matchAll(/^```ts$/gmu)], blocks.length)
})

/** A program that starts the stand-in of the guide, and runs the guide's commands against it. */
const commands = (folder: string, rollcall: string): string => `
  import { spawn } from "node:child_process"
  import { once } from "node:events"
  const { startServer } = await import(${JSON.stringify(pathToFileURL(join(folder, "test/server.ts")).href)})
  const { url, close } = await startServer()
  const env = { ...process.env, HELPDESK_TOKEN: "hd_agents-queues", HELPDESK_BASE_URL: url, BATON_CONNECTOR: "./src/index.ts" }
  for (const args of [
    ["doctor"],
    ["sync"],
    ["grant", "--entitlement", "queue:q2:member", "--principal", "ada@example.com", "--yes"],
    ["actions", "run", "disable_agent", "--agent-id", "bob@example.com", "--yes"],
    ["sync"],
    ["grants", "-t", "queue", "-o", "ndjson"],
  ]) {
    const child = spawn(process.execPath, [${JSON.stringify(rollcall)}, ...args], { stdio: "inherit", env })
    const [code] = await once(child, "close")
    if (code !== 0) process.exitCode = code ?? 1
  }
  await close()
`
