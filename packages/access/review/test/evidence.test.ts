// Evidence that somebody else checks, and every way to tamper with it.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { checkEvidence, makeEvidence, sha256 } from "../src/index.ts"
import { finished, keysIn, unzip, zipped } from "./campaigns.ts"

describe("evidence", () => {
  it.live("is checked without the campaign, with the key that signed it or without any", () =>
    Effect.gen(function* () {
      const { output, publicKey } = yield* finished()
      const signed = yield* checkEvidence(output, publicKey)
      assert.deepStrictEqual([signed.signed, signed.status.stage, signed.status.done], [true, "signed off", 6])
      assert.isFalse((yield* checkEvidence(output, undefined)).signed)
    }),
  )

  it.live("that another key signed is refused", () =>
    Effect.gen(function* () {
      const { folder, path, publicKey } = yield* finished()
      const again = join(folder, "again.zip")
      yield* makeEvidence({ campaign: path, output: again, force: false, keyFile: keysIn(folder, "theirs").keyFile })
      assert.match((yield* Effect.flip(checkEvidence(again, publicKey))).message, /not signed with this key/)
    }),
  )

  it.live("of which one byte was changed is refused, in whichever file", () =>
    Effect.gen(function* () {
      const { folder, output, publicKey } = yield* finished()
      const files = yield* Effect.promise(() => unzip(output))
      assert.includeMembers(
        [...files.keys()],
        ["log.ndjson", "items.ndjson", "population.c1z", "decisions.csv", "manifest.sig"],
      )
      const forged = join(folder, "forged.zip")
      for (const [name, content] of files) {
        const altered = Buffer.from(content)
        const middle = Math.floor(altered.length / 2)
        altered[middle] = (altered[middle] ?? 0) ^ 1
        yield* Effect.promise(() => zipped(forged, new Map(files).set(name, altered)))
        const error = yield* Effect.flip(checkEvidence(forged, publicKey))
        assert.strictEqual(error._tag, "ReviewError", name)
      }
    }),
  )

  it.live("without the last line of its log, without a file, or with one more is refused, signed or not", () =>
    Effect.gen(function* () {
      const { folder, output } = yield* finished()
      const files = yield* Effect.promise(() => unzip(output))
      const forged = join(folder, "forged.zip")
      const log = files.get("log.ndjson")?.toString() ?? ""
      const cut = log.slice(0, log.lastIndexOf("\n", log.length - 2) + 1)
      const manifest = JSON.parse(files.get("manifest.json")?.toString() ?? "")
      for (const file of manifest.files) {
        if (file.name === "log.ndjson") Object.assign(file, { sha256: sha256(cut), bytes: cut.length })
      }
      const withManifest = new Map(files).set("manifest.json", Buffer.from(JSON.stringify(manifest)))
      const without = new Map(files)
      without.delete("report.md")
      for (const [of, says] of [
        [withManifest.set("log.ndjson", Buffer.from(cut)), /lines are missing or were added/],
        [without, /report\.md is missing/],
        [new Map(files).set("audit.ndjson", Buffer.from("{}\n")), /audit\.ndjson is not in the manifest/],
        [new Map(files).set("notes.txt", Buffer.from("")), /it holds "notes\.txt"/],
      ] as const) {
        yield* Effect.promise(() => zipped(forged, of))
        assert.match((yield* Effect.flip(checkEvidence(forged, undefined))).message, says)
      }
    }),
  )

  it.live("is never half written over an archive that is there", () =>
    Effect.gen(function* () {
      const { output, path } = yield* finished()
      const before = readFileSync(output)
      const error = yield* Effect.flip(makeEvidence({ campaign: path, output, force: false }))
      assert.strictEqual(error.kind, "usage")
      assert.deepStrictEqual(readFileSync(output), before)
      yield* makeEvidence({ campaign: path, output, force: true })
      assert.isFalse((yield* checkEvidence(output, undefined)).signed)
    }),
  )
})
