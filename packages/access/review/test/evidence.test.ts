// Evidence that somebody else checks, and every way to tamper with it.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { CampaignEvent, EventOf } from "../src/index.ts"
import { checkEvidence, makeEvidence, sha256 } from "../src/index.ts"
import { finished, keysIn, reading, remade, unzip, zipped } from "./campaigns.ts"
import { syncOffice } from "./syncOffice.ts"

/** Changes events of one kind. */
const on =
  <Tag extends CampaignEvent["_tag"]>(tag: Tag, change: (event: EventOf<Tag>) => object) =>
  (event: CampaignEvent): CampaignEvent => {
    const isOfKind = (other: CampaignEvent): other is EventOf<Tag> => other._tag === tag
    return isOfKind(event) ? Object.assign({}, event, change(event)) : event
  }

const same = (event: CampaignEvent) => event

describe("evidence", () => {
  it.live("is checked without the campaign, with the key that signed it or without any", () =>
    Effect.gen(function* () {
      const { output, publicKey } = yield* finished()
      const signed = yield* checkEvidence(output, publicKey)
      assert.deepStrictEqual([signed.signed, signed.status.stage, signed.status.done], [true, "signed off", 6])
      const { signed: isSigned, verifications } = yield* checkEvidence(output, undefined)
      assert.deepStrictEqual([isSigned, verifications], [false, { all: 1, computedAgain: 0 }])
    }),
  )

  it.live("in a folder that is not there is refused with the name of the folder", () =>
    Effect.gen(function* () {
      const { folder, path } = yield* finished()
      const output = join(folder, "nowhere", "evidence.zip")
      const error = yield* Effect.flip(makeEvidence({ campaign: path, output, force: false }))
      assert.strictEqual(error.message, `${output} cannot be written: there is no folder ${join(folder, "nowhere")}.`)
    }),
  )

  it.live("verifies again in the file of a verification, where that was packed", () =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* finished()
      const output = join(folder, "with-sync.zip")
      yield* makeEvidence({ campaign: path, output, force: false, verifiedIn: [file, file] })
      const name = `syncs/${sha256(readFileSync(file))}.c1z`
      const packed = yield* Effect.promise(() => unzip(output))
      assert.deepStrictEqual(packed.get(name), readFileSync(file))
      const checked = yield* checkEvidence(output, undefined, reading)
      assert.deepStrictEqual(
        [checked.status.stage, checked.verifications],
        ["signed off", { all: 1, computedAgain: 1 }],
      )
      assert.include(String(packed.get("report.md")), sha256(readFileSync(file)))
      for (const [edit, says] of [
        [on("verified", ({ standings }) => ({ standings: standings.slice(1) })), /the verification in the sync of/],
        [on("verified", () => ({ notReviewed: 3 })), /the verification in the sync of/],
        [
          on("verified", ({ sync }) => ({ sync: { ...sync, startedAt: "2020-01-01T00:00:00Z" } })),
          /the verification in/,
        ],
        [
          on("verified", ({ sync }) => ({ sync: { ...sync, file: { ...sync.file, sha256: "0".repeat(64) } } })),
          /is not a file that a verification has read/,
        ],
      ] as const) {
        const forged = yield* remade({ folder, output }, edit)
        assert.match((yield* Effect.flip(checkEvidence(forged, undefined, reading))).message, says)
      }
      yield* syncOffice(file)
      const changed = makeEvidence({ campaign: path, output, force: true, verifiedIn: [file] })
      const refused = yield* Effect.flip(changed)
      assert.strictEqual(refused.kind, "usage")
      assert.include(refused.message, "is not a file that a verification of the campaign has read")
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

describe("evidence that somebody made again, so that all its hashes are right", () => {
  type Others = Parameters<typeof remade>[2]
  const replacing =
    (name: string, from: string, to: string): Others =>
    (files) => ({ [name]: String(files.get(name)).replace(from, to) })

  it.live.each<[string, (event: CampaignEvent) => CampaignEvent, Others, RegExp]>([
    [
      "a report that says something else",
      same,
      replacing("report.md", "removals open: 0", "all is well"),
      /report\.md is not what/,
    ],
    [
      "an explanation that says something else",
      same,
      replacing("README.md", "signed off", "fine"),
      /README\.md is not what/,
    ],
    [
      "decisions that are not in the log",
      same,
      replacing("decisions.csv", "remove", "keep"),
      /decisions\.csv is not what/,
    ],
    [
      "audit lines of something else",
      same,
      () => ({ "audit.ndjson": "{}\n" }),
      /audit\.ndjson has lines of something else/,
    ],
    [
      "another answer than in the file of the reviewer",
      on("imported", ({ files }) => ({
        files: files.map((file) => ({
          ...file,
          answers: file.answers.map((answer) => ({ ...answer, decision: "keep" as const })),
        })),
      })),
      undefined,
      /other answers than the file lead\.csv of lead@example\.com/,
    ],
    [
      "grants out of scope that are not in the file",
      on("started", () => ({ outOfScope: { "held by no account": 1 } })),
      undefined,
      /it says 1 for out of scope, held by no account, and counted there are 0/,
    ],
    [
      "fewer items for a reviewer",
      on("started", ({ reviewers }) => ({ reviewers: reviewers.map((who) => ({ ...who, items: 1 })) })),
      undefined,
      /it says 1 for the items of boss@example\.com/,
    ],
    [
      "another coverage",
      on("started", () => ({ coverage: [] })),
      undefined,
      /its coverage is not that of the frozen file/,
    ],
    [
      "a removal that was kept",
      on("closed", ({ dispositions }) => ({
        dispositions: dispositions.map((came) => ({ ...came, disposition: "kept" as const })),
      })),
      undefined,
      /item 4 was kept, and nobody decided so/,
    ],
    [
      "an item that came to nothing",
      on("closed", ({ dispositions }) => ({ dispositions: dispositions.slice(1) })),
      undefined,
      /not every item came to something/,
    ],
    [
      "another state that was signed off",
      on("signedOff", () => ({ head: "0".repeat(64) })),
      undefined,
      /signed off another state/,
    ],
  ])("is found by %s", ([, edit, others, says]) =>
    Effect.gen(function* () {
      const forged = yield* remade(yield* finished(), edit, others)
      assert.match((yield* Effect.flip(checkEvidence(forged, undefined))).message, says)
    }),
  )

  it.live("is found by an item that is not the grant of the frozen file", () =>
    Effect.gen(function* () {
      const made = yield* finished()
      const files = yield* Effect.promise(() => unzip(made.output))
      for (const [from, to, says] of [
        ['"id":"ada","name":"ada"', '"id":"bob","name":"ada"', /item 1 is not the grant of the frozen file/],
        ['"grant":"', '"grant":"x', /item 1 is about a grant that the frozen file does not have/],
      ] as const) {
        const items = String(files.get("items.ndjson")).replace(from, to)
        const kept = { name: "items.ndjson", sha256: sha256(items), bytes: Buffer.byteLength(items) }
        const forged = yield* remade(
          made,
          on("started", () => ({ items: kept })),
          () => ({ "items.ndjson": items }),
        )
        assert.match((yield* Effect.flip(checkEvidence(forged, undefined))).message, says)
      }
    }),
  )
})
