// A sync that reads the children of each stored resource, in a process that is killed in the middle of it or has little memory.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { ParentsOptions } from "./parentsChild.ts"
import { columnOf, freshOutput, openWritten } from "./written.ts"

const program = fileURLToPath(new URL("parentsChild.ts", import.meta.url))

/** Runs the sync of one output once, and gives how it ended and which pages it asked for. */
const runOnce = (output: string, options: ParentsOptions, ...nodeOptions: ReadonlyArray<string>) => {
  const log = `${output}.log`
  writeFileSync(log, "")
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeOptions, program, output, log, JSON.stringify(options)],
    { encoding: "utf8" },
  )
  return { signal, status, stdout, stderr, asked: readFileSync(log, "utf8").trimEnd().split("\n") }
}

const members = { blue: 2, green: 0, red: 2 }
const pages = ["blue 0", "blue 1", "green 0", "red 0", "red 1"]
const people = ["blue-0", "blue-1", "red-0", "red-1"]

describe("a sync of the children of each stored resource", () => {
  it.live(
    "that is killed after every page makes in all its runs the calls of an undisturbed one, and publishes each record once",
    () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        for (let killed = 0; killed < pages.length; killed++) {
          const { signal, asked, stderr } = runOnce(output, { members, killAfter: 1 })
          assert.strictEqual(signal, "SIGKILL", stderr)
          assert.deepStrictEqual(asked, [...(killed === 0 ? ["teams"] : []), ...pages.slice(killed, killed + 1)])
        }
        const last = runOnce(output, { members })
        assert.deepStrictEqual([last.status, last.asked], [0, [""]], last.stderr)
        assert.isTrue(JSON.parse(last.stdout).resumed)
        const db = yield* openWritten(output)
        const written = (sql: string) => columnOf(db, sql)
        assert.deepStrictEqual(written("select external_id from v1_resources order by 1"), [
          ...people.map((id) => `person:${id}`),
          ...Object.keys(members).map((id) => `team:${id}`),
        ])
        assert.deepStrictEqual(
          written("select external_id from v1_grants order by 1"),
          people.map((id) => `team:${id.split("-")[0]}:member:person:${id}`),
        )
      }),
  )

  it.live("keeps the cursors of its pages in the file: a process that could not hold them all ends well", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const options = { members: { blue: 2000 }, cursorLength: 50_000 }
      const { status, stdout, stderr } = runOnce(output, options, "--max-old-space-size=64")
      assert.strictEqual(status, 0, stderr.slice(0, 2000))
      assert.strictEqual(JSON.parse(stdout).counts.grants.team, 2000)
    }),
  )
})
