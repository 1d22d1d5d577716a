// Signatures of reviewers and of who signs off are checked when they come, recorded, and checked again from evidence.
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import {
  checkEvidence,
  closeCampaign,
  importAnswers,
  makeEvidence,
  openCampaign,
  signOff,
  startCampaign,
  verifyCampaign,
} from "../src/index.ts"
import { publicKeyIn } from "../src/signatures.ts"
import { boss, closing, keysIn, reading, remade } from "./campaigns.ts"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

const keep = { Decision: "keep", Comment: "as before" }

/** A table of the boss, and a signature of it in a file. */
const begun = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"))
  yield* startCampaign(requestOf(folder))
  const path = join(folder, "campaign")
  const all = { 1: keep, 2: keep, 3: keep, 4: keep, 5: keep, 6: keep }
  const file = fileOf(folder, "boss.csv", yield* tableOf(yield* openCampaign(path), boss, all))
  const keys = keysIn(folder, "boss")
  const signature = join(folder, "boss.csv.sig")
  const bytes = sign(null, readFileSync(file), createPrivateKey(readFileSync(keys.keyFile)))
  writeFileSync(signature, bytes)
  return { folder, path, file, signature, bytes, ...keys }
})

describe("a reviewer's signature", () => {
  it.live("is recorded with its key, stands in the decisions, and is checked again from evidence", () =>
    Effect.gen(function* () {
      const { folder, path, file, signature, publicKey } = yield* begun()
      const { files } = yield* importAnswers(path, [file], { signature: { file: signature, publicKey } })
      assert.isTrue(files[0]?.signed)
      const output = join(folder, "evidence.zip")
      yield* makeEvidence({ campaign: path, output, force: false })
      const [checked] = (yield* checkEvidence(output, undefined)).signatures
      assert.deepInclude(checked, { who: boss, what: "the file boss.csv" })
      assert.match(checked?.key ?? "", /^SHA256:.{43}$/)
      const forged = yield* remade({ folder, output }, (event) =>
        event._tag === "imported"
          ? {
              ...event,
              files: event.files.map((taken) => ({
                ...taken,
                signed: { publicKey: taken.signed?.publicKey ?? "", signature: Buffer.alloc(64).toString("base64") },
              })),
            }
          : event,
      )
      const error = yield* Effect.flip(checkEvidence(forged, undefined))
      assert.match(error.message, /the signature of the file boss\.csv does not fit/)
    }),
  )

  it.live("is not checked with a private key, which nobody else should have", () =>
    Effect.gen(function* () {
      const { keyFile } = keysIn(yield* scratchFolder("review"), "theirs")
      const error = yield* Effect.flip(publicKeyIn(keyFile))
      assert.include(error.message, "is a private key, which only whoever signs may have")
    }),
  )

  it.live("can be text, in base64", () =>
    Effect.gen(function* () {
      const { path, file, signature, bytes, publicKey } = yield* begun()
      writeFileSync(signature, `${bytes.toString("base64")}\n`)
      const { files } = yield* importAnswers(path, [file], { signature: { file: signature, publicKey } })
      assert.isTrue(files[0]?.signed)
    }),
  )

  it.live(
    "of another file, with another key, of several files or that is none is refused, and nothing is imported",
    () =>
      Effect.gen(function* () {
        const { folder, path, file, signature, publicKey } = yield* begun()
        const { head } = (yield* openCampaign(path)).log
        const table = yield* tableOf(yield* openCampaign(path), boss, { 3: keep })
        const other = fileOf(folder, "other.csv", table)
        const rsa = join(folder, "rsa.pub")
        writeFileSync(
          rsa,
          generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }),
        )
        const good = { file: signature, publicKey }
        const wrong = [
          [[other], good, /is no signature of/],
          [[file], { ...good, publicKey: keysIn(folder, "other").publicKey }, /is no signature of/],
          [[file], { ...good, publicKey: rsa }, /is no ed25519 key/],
          [[file], { ...good, publicKey: file }, /is no public key/],
          [[file], { ...good, file: other }, /is no ed25519 signature/],
          [[file, other], good, /A signature is of one file, and 2 are given/],
        ] as const
        for (const [files, given, says] of wrong) {
          const error = yield* Effect.flip(importAnswers(path, files, { signature: given }))
          assert.match(error.message, says)
        }
        assert.strictEqual((yield* openCampaign(path)).log.head, head)
      }),
  )
})

describe("who signs off with a key", () => {
  it.live("is checked again from evidence, with the campaign and the head that was signed off", () =>
    Effect.gen(function* () {
      const { folder, path, file, keyFile } = yield* begun()
      const synced = join(folder, "sync.c1z")
      yield* importAnswers(path, [file])
      yield* syncOffice(synced)
      yield* closeCampaign(path, closing(synced))
      yield* syncOffice(synced)
      yield* verifyCampaign(path, synced, reading)
      yield* signOff(path, { as: "Carol", role: "Audit", keyFile: keyFile })
      const output = join(folder, "evidence.zip")
      yield* makeEvidence({ campaign: path, output, force: false })
      const { signatures } = yield* checkEvidence(output, undefined)
      assert.deepInclude(signatures[0], { who: "Carol", what: "the campaign" })
      const forged = yield* remade({ folder, output }, (event) =>
        event._tag === "signedOff" ? { ...event, role: "Head of audit" } : event,
      )
      assert.match(
        (yield* Effect.flip(checkEvidence(forged, undefined))).message,
        /the signature of Carol does not fit/,
      )
    }),
  )
})
