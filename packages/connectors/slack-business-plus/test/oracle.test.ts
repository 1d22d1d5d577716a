// The proof against data that no one here wrote: what the Go connector stored for a small odd Business+ workspace, every
// record and every value in it, is in our file too.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import { runSync } from "@rollcall/connector"
import { hasOracle, missingValues, oracleRecords, oracleWorkspaceFile, storedRecords } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { readWorkspaceFile } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { slackBusinessPlus } from "../src/index.ts"
import { simulatedSlack } from "./simulatedSlack.ts"

const syncOracleWorkspace = Effect.gen(function* () {
  const output = join(yield* scratchFolder("oracle"), "sync.c1z")
  const workspace = yield* readWorkspaceFile(oracleWorkspaceFile)
  yield* runSync(slackBusinessPlus()).pipe(Effect.provide([simulatedSlack({ workspace }), workStoreLayer({ output })]))
  return storedRecords(output)
})

describe.skipIf(!hasOracle)("the file of the oracle's workspace (skipped where the fixtures are absent)", () => {
  it.live("holds every record that the Go connector stored, with every value in it", () =>
    Effect.gen(function* () {
      const ours = yield* syncOracleWorkspace
      const records = oracleRecords("business-plus")
      assert.lengthOf(records, 5 + 33 + 17 + 68)
      const gaps = records.flatMap(({ kind, id, record }) =>
        missingValues(record, ours.get(`${kind} ${id}`), `${kind} ${id}`),
      )
      assert.deepStrictEqual(gaps, [])
    }),
  )

  it.live("holds beyond them Business+ roles, and the accounts that only users.list shows", () =>
    Effect.gen(function* () {
      const ours = yield* syncOracleWorkspace
      const theirs = new Set(oracleRecords("business-plus").map(({ kind, id }) => `${kind} ${id}`))
      const added = [...ours.keys()].filter((key) => !theirs.has(key) && !key.includes("businessPlusRole"))
      assert.sameMembers(added, ["resource user:U0000000B", "resource user:USLACKBOT"])
    }),
  )
})
