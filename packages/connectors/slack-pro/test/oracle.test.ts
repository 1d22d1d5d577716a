// The proof against data that no one here wrote: what the Go connector stored for a small odd workspace, every record
// and every value in it, is in our file too. Ours may hold more; what differs on purpose is named here and in
// `missingValues`.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import { runSync } from "@rollcall/connector"
import { hasOracle, missingValues, oracleRecords, oracleWorkspaceFile, storedRecords } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { readWorkspaceFile } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { slackPro } from "../src/index.ts"
import { simulatedSlack } from "./simulatedSlack.ts"

// The Go connector declares IdP groups on Pro too; here they belong to the Business+ plugin.
const proRecords = () => oracleRecords("pro").filter(({ id }) => id !== "group")

const syncOracleWorkspace = Effect.gen(function* () {
  const output = join(yield* scratchFolder("oracle"), "sync.c1z")
  const workspace = yield* readWorkspaceFile(oracleWorkspaceFile)
  const world = simulatedSlack({ workspace })
  yield* runSync(slackPro).pipe(Effect.provide([world, workStoreLayer({ output })]))
  return storedRecords(output)
})

describe.skipIf(!hasOracle)("the file of the oracle's workspace (skipped where the fixtures are absent)", () => {
  it.live("holds every record that the Go connector stored, with every value in it", () =>
    Effect.gen(function* () {
      const ours = yield* syncOracleWorkspace
      const records = proRecords()
      assert.lengthOf(records, 4 + 32 + 14 + 63)
      const gaps = records.flatMap(({ kind, id, record }) =>
        missingValues(record, ours.get(`${kind} ${id}`), `${kind} ${id}`),
      )
      assert.deepStrictEqual(gaps, [])
    }),
  )

  it.live("holds no record that the Go connector has not", () =>
    Effect.gen(function* () {
      const ours = yield* syncOracleWorkspace
      const theirs = proRecords().map(({ kind, id }) => `${kind} ${id}`)
      assert.sameMembers([...ours.keys()], theirs)
    }),
  )
})
