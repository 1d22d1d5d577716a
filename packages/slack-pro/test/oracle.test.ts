// The proof against data that no one here wrote: what the Go connector stored for a small odd workspace, every record
// and every value in it, is in our file too. Ours may hold more; what differs on purpose is named below.
import { existsSync, mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import { runSync } from "@rollcall/connector"
import { readWorkspaceFile } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { slackPro } from "../src/index.ts"
import { simulatedSlack } from "./simulatedSlack.ts"
import { storedRecords } from "./storedRecords.ts"

const oracle = fileURLToPath(new URL("../../../../shared/fixtures/oracle/", import.meta.url))
const userTrait = "type.googleapis.com/c1.connector.v2.UserTrait"

interface OracleRecord {
  readonly kind: string
  readonly id: string
  readonly record: unknown
}

const oracleRecords = (): ReadonlyArray<OracleRecord> =>
  readFileSync(join(oracle, "pro.ndjson"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): OracleRecord => JSON.parse(line))
    // The Go connector declares IdP groups on Pro too; here they belong to the Business+ plugin.
    .filter(({ id }) => id !== "group")

/** Every value of the oracle's record that is not in ours, by path. */
const missing = (theirs: unknown, ours: unknown, path: string): ReadonlyArray<string> => {
  if (typeof theirs !== "object" || theirs === null) return Object.is(theirs, ours) ? [] : [path]
  if (typeof ours !== "object" || ours === null) return [path]
  // Ours repeats the resource's status in the deprecated place, where the Go connector says ENABLED of everyone.
  const isDeprecatedStatus = (key: string) => key === "status" && Reflect.get(theirs, "@type") === userTrait
  return Object.entries(theirs)
    .filter(([key]) => !isDeprecatedStatus(key))
    .flatMap(([key, value]) => missing(value, Reflect.get(ours, key), `${path}.${key}`))
}

const syncOracleWorkspace = Effect.gen(function* () {
  const output = join(mkdtempSync(join(tmpdir(), "rollcall-oracle-")), "sync.c1z")
  const workspace = yield* readWorkspaceFile(join(oracle, "workspace.json"))
  const world = simulatedSlack({ workspace })
  yield* runSync(slackPro).pipe(Effect.provide([world, workStoreLayer({ output })]))
  return storedRecords(output)
})

describe.skipIf(!existsSync(oracle))(
  "the file of the oracle's workspace (skipped where the fixtures are absent)",
  () => {
    it.live("holds every record that the Go connector stored, with every value in it", () =>
      Effect.gen(function* () {
        const ours = yield* syncOracleWorkspace
        const records = oracleRecords()
        assert.lengthOf(records, 4 + 32 + 14 + 63)
        const gaps = records.flatMap(({ kind, id, record }) =>
          missing(record, ours.get(`${kind} ${id}`), `${kind} ${id}`),
        )
        assert.deepStrictEqual(gaps, [])
      }),
    )

    it.live("holds no record that the Go connector has not", () =>
      Effect.gen(function* () {
        const ours = yield* syncOracleWorkspace
        const theirs = oracleRecords().map(({ kind, id }) => `${kind} ${id}`)
        assert.sameMembers([...ours.keys()], theirs)
      }),
    )
  },
)
