// One altered byte in any file of a campaign is found: by the next step where it matters to that, else when evidence is made.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { memberOf } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { Effect } from "effect"
import { closeCampaign, importAnswers, makeEvidence, openCampaign, verifyCampaign } from "../src/index.ts"
import { answered, boss, closing, reading, withoutRemoved } from "./campaigns.ts"
import { fileOf, tableOf } from "./tables.ts"

/** The files of a campaign that it has written itself, by their paths in it. */
const filesIn = (path: string): ReadonlyArray<string> =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !["lock", "key"].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))

const alter = (file: string) => {
  const whole = readFileSync(file)
  const altered = Buffer.from(whole)
  const middle = Math.floor(altered.length / 2)
  altered[middle] = (altered[middle] ?? 0) ^ 1
  writeFileSync(file, altered)
  return () => writeFileSync(file, whole)
}

describe("a campaign of which one byte was altered", () => {
  it.live("gives no evidence, whichever file it is", () =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      const gone = withoutRemoved()
      yield* syncOffice(file, { ...gone, grants: [...gone.grants, memberOf("it", "gil")] })
      yield* verifyCampaign(path, file, reading)
      const files = filesIn(path)
      const names = files.map((name) => name.slice(path.length + 1).replaceAll("\\", "/"))
      assert.includeMembers(names, [
        "items.ndjson",
        "log.ndjson",
        "population.c1z",
        "removals/revocations.csv",
        "removals/worklist.csv",
        "verifications/001-not-reviewed.csv",
      ])
      assert.strictEqual(names.filter((name) => name.startsWith("imports/")).length, 2)
      const request = { campaign: path, output: join(folder, "evidence.zip"), force: true }
      for (const name of files) {
        const restore = alter(name)
        const error = yield* Effect.flip(makeEvidence(request))
        assert.strictEqual(error.kind, "unreadable", name)
        restore()
      }
      yield* makeEvidence(request)
    }),
  )

  it.live("takes no answers with another key than its own", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* answered()
      const rows = yield* tableOf(yield* openCampaign(path), boss, {})
      alter(join(path, "key"))
      const error = yield* Effect.flip(importAnswers(path, [fileOf(folder, "x.csv", rows)]))
      assert.include(error.message, "is not the key of the campaign")
    }),
  )
})
