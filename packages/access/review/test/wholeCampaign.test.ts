// A whole campaign, from the freeze to evidence that somebody else checks, and every way to tamper with that evidence.
import { generateKeyPairSync } from "node:crypto"
import { createWriteStream, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import yauzl from "yauzl"
import { ZipFile } from "yazl"
import {
  campaignStatus,
  checkEvidence,
  closeCampaign,
  importAnswers,
  makeEvidence,
  openCampaign,
  remediateItems,
  sha256,
  signOff,
  startCampaign,
  verifyCampaign,
} from "../src/index.ts"
import type { Office } from "./office.ts"
import { hasRole, meanings, memberOf, office, person, requestOf, reviewersOf, syncOffice } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

const boss = "boss@example.com"
const lead = "lead@example.com"
const reading = { meanings }
const abilities = { revokes: ["group"], disables: true }

/** Keys as PEM files. */
const keysIn = (folder: string, name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const files = { keyFile: join(folder, `${name}.key`), publicKey: join(folder, `${name}.pub`) }
  writeFileSync(files.keyFile, privateKey.export({ type: "pkcs8", format: "pem" }))
  writeFileSync(files.publicKey, publicKey.export({ type: "spki", format: "pem" }))
  return files
}

/** Bob and Eve are to leave IT, which the command does; Gil is to stop being a guest, which people do. All else stays. */
const answered = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("review")
  const file = join(folder, "sync.c1z")
  yield* syncOffice(file)
  const path = join(folder, "campaign")
  yield* startCampaign({
    ...requestOf(folder),
    reviewers: reviewersOf(`group:it,${lead},Lead,`, `all,${boss},Boss,CISO`),
  })
  const campaign = yield* openCampaign(path)
  const keep = { Decision: "keep", Comment: "as before" }
  const remove = { Decision: "remove" }
  const files = [
    fileOf(folder, "lead.csv", yield* tableOf(campaign, lead, { 5: remove, 6: remove })),
    fileOf(folder, "boss.csv", yield* tableOf(campaign, boss, { 1: keep, 2: keep, 3: keep, 4: remove })),
  ]
  yield* importAnswers(path, files)
  return { folder, file, path }
})

const closing = (file: string) => ({ file, openItems: "refuse" as const, abilities, reading })

/** What the office looks like when the removals are done, but for those that are named. */
const withoutRemoved = (...still: ReadonlyArray<string>): Office => ({
  ...office,
  grants: office.grants.filter(
    ({ id }) => still.includes(id) || !(id.startsWith("group:it:") || id.startsWith("role:guest:")),
  ),
})

const itemsOf = Effect.fnUntraced(function* (path: string) {
  const campaign = yield* openCampaign(path)
  return Object.fromEntries((campaign.closed?.dispositions ?? []).map(({ item, disposition }) => [item, disposition]))
})

describe("closing a campaign", () => {
  it.live("sends removals to the command where it can make them, and to people where it cannot", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* itemsOf(path), {
        1: "kept",
        2: "kept",
        3: "kept",
        4: "worklist",
        5: "revoke",
        6: "revoke",
      })
      const revocations = readFileSync(join(path, "removals", "revocations.csv"), "utf8")
      assert.deepStrictEqual(revocations.trim().split("\r\n"), [
        "entitlement,principal,reason",
        "group:it:member,bob,2026-Q4 item 5",
        "group:it:member,eve,2026-Q4 item 6",
      ])
      assert.match(
        readFileSync(join(path, "removals", "worklist.csv"), "utf8"),
        /4,gil,gil@example\.com,"Take away Guest role/,
      )
    }),
  )

  it.live("needs a sync that began after the frozen one, and an answer to every item", () =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* answered()
      assert.match((yield* Effect.flip(closeCampaign(path, closing(file)))).message, /began before the sync/)
      const other = join(folder, "other")
      yield* startCampaign({ ...requestOf(folder), folder: other })
      yield* syncOffice(file)
      assert.match(
        (yield* Effect.flip(closeCampaign(other, closing(file)))).message,
        /6 items have no decision: 1, 2, 3, 4, 5 and 1 more/,
      )
      yield* closeCampaign(other, { ...closing(file), openItems: "exception", reason: "The office moves." })
      assert.deepStrictEqual(new Set(Object.values(yield* itemsOf(other))), new Set(["exception"]))
    }),
  )

  it.live.each([
    [
      "was promoted",
      { ...office, grants: [...office.grants, hasRole("owner", "bob")] },
      5,
      "bob",
      "it holds a privileged role now",
    ],
    [
      "came back",
      { ...office, accounts: office.accounts.map((who) => (who.displayName === "eve" ? person("eve") : who)) },
      6,
      "eve",
      "its status was disabled and is enabled",
    ],
  ] as const)("sends the removal back to its reviewer where the account %s", ([, changed, item, account, what]) =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* answered()
      yield* syncOffice(file, changed)
      const error = yield* Effect.flip(closeCampaign(path, closing(file)))
      assert.include(error.message, `item ${item} (${account}, reviewed by ${lead}): ${what}`)
      const campaign = yield* openCampaign(path)
      const again = yield* tableOf(campaign, lead, {
        5: { Decision: "remove" },
        6: { Decision: "remove", Comment: "still" },
      })
      yield* importAnswers(path, [fileOf(folder, "again.csv", again)])
      yield* closeCampaign(path, closing(file))
      assert.strictEqual((yield* itemsOf(path))[item], "revoke")
    }),
  )

  it.live("closes a removal that changed as an exception for a reason, and does not remove what is gone", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      const changed: Office = {
        accounts: office.accounts.map((who) => (who.displayName === "eve" ? person("eve") : who)),
        groups: { it: "IT Admins" },
        grants: office.grants.filter(({ id }) => id !== memberOf("it", "bob").id),
      }
      yield* syncOffice(file, changed)
      yield* closeCampaign(path, { ...closing(file), reason: "She came back." })
      const items = yield* itemsOf(path)
      assert.deepStrictEqual([items[5], items[6]], ["gone", "exception"])
    }),
  )

  it.live("does not take what a privileged account held all along for a promotion", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      const path = join(folder, "campaign")
      const led = { ...office, grants: [...office.grants, memberOf("it", "ada")] }
      yield* syncOffice(file, led)
      yield* startCampaign({ ...requestOf(folder), scopes: ["group:it"] })
      const campaign = yield* openCampaign(path)
      const remove = { Decision: "remove" }
      const rows = yield* tableOf(campaign, boss, { 1: remove, 2: remove, 3: remove })
      yield* importAnswers(path, [fileOf(folder, "all.csv", rows)])
      yield* syncOffice(file, led)
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* itemsOf(path), { 1: "revoke", 2: "revoke", 3: "revoke" })
    }),
  )
})

describe("verifying a campaign", () => {
  it.live("tells removals that are done from those that are not, and counts what nobody has reviewed", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      const still = memberOf("it", "bob")
      const changed = withoutRemoved(still.id)
      yield* syncOffice(file, { ...changed, grants: [...changed.grants, memberOf("it", "ada")] })
      const event = yield* verifyCampaign(path, file, reading)
      assert.deepStrictEqual(
        event.standings.map(({ item, standing }) => [item, standing]),
        [
          [4, "gone"],
          [5, "there"],
          [6, "gone"],
        ],
      )
      assert.strictEqual(event.notReviewed, 1)
    }),
  )

  it.live("takes an account that was to be disabled for done when it is, whatever it still holds", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      const path = join(folder, "campaign")
      yield* syncOffice(file)
      yield* startCampaign({ ...requestOf(folder), scopes: ["guests"] })
      const rows = yield* tableOf(yield* openCampaign(path), boss, { 1: { Decision: "disable the account" } })
      yield* importAnswers(path, [fileOf(folder, "all.csv", rows)])
      yield* syncOffice(file, { ...office, grants: office.grants.filter(({ id }) => !id.startsWith("role:guest:")) })
      yield* closeCampaign(path, closing(file))
      assert.deepStrictEqual(yield* itemsOf(path), { 1: "disable" })
      yield* syncOffice(file, withoutRemoved())
      assert.strictEqual((yield* verifyCampaign(path, file, reading)).standings[0]?.standing, "there")
      const off = office.accounts.map((who) =>
        who.displayName === "gil" ? person("gil", { status: "disabled" }) : who,
      )
      yield* syncOffice(file, { ...office, accounts: off })
      assert.strictEqual((yield* verifyCampaign(path, file, reading)).standings[0]?.standing, "goneWithAccount")
    }),
  )

  it.live("sees what came back, and what went with its account", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      const gone = withoutRemoved()
      yield* syncOffice(file, { ...gone, accounts: gone.accounts.filter(({ displayName }) => displayName !== "gil") })
      const first = yield* verifyCampaign(path, file, reading)
      assert.strictEqual(first.standings[0]?.standing, "goneWithAccount")
      yield* syncOffice(file, withoutRemoved(memberOf("it", "eve").id))
      assert.strictEqual((yield* verifyCampaign(path, file, reading)).standings[2]?.standing, "cameBack")
    }),
  )
})

/** A campaign that is signed off, and its evidence. */
const finished = Effect.fnUntraced(function* () {
  const { folder, file, path } = yield* answered()
  yield* syncOffice(file)
  yield* closeCampaign(path, closing(file))
  yield* syncOffice(file, withoutRemoved())
  yield* verifyCampaign(path, file, reading)
  yield* signOff(path, "Carol Auditor", "Head of audit")
  const keys = keysIn(folder, "ours")
  const output = join(folder, "evidence.zip")
  yield* makeEvidence({ campaign: path, output, force: false, keyFile: keys.keyFile })
  return { folder, path, output, ...keys }
})

describe("signing off", () => {
  it.live("waits for every removal, or for a reason to leave it, and takes nobody who has decided", () =>
    Effect.gen(function* () {
      const { file, path } = yield* answered()
      yield* syncOffice(file)
      yield* closeCampaign(path, closing(file))
      assert.match((yield* Effect.flip(signOff(path, "Carol", "Audit"))).message, /No removal has been verified/)
      yield* syncOffice(file, withoutRemoved(memberOf("it", "bob").id))
      yield* verifyCampaign(path, file, reading)
      assert.match(
        (yield* Effect.flip(signOff(path, "Carol", "Audit"))).message,
        /1 removal is not done: item 5 \(there\)/,
      )
      yield* remediateItems(path, [5], "He leaves in March.", true)
      const own = yield* Effect.flip(signOff(path, "BOSS@example.com", "CISO"))
      assert.deepStrictEqual(
        [own._tag, own.message],
        ["ReviewError", "BOSS@example.com has answered items of the campaign."],
      )
      yield* signOff(path, "Carol", "Audit")
      assert.strictEqual(campaignStatus(yield* openCampaign(path), "2026-12-01T00:00:00Z").stage, "signed off")
    }),
  )
})

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

/** What is in an archive. */
const unzip = async (path: string): Promise<Map<string, Buffer>> => {
  const zip = await yauzl.openPromise(path)
  const files = new Map<string, Buffer>()
  for await (const entry of zip.eachEntry())
    files.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)))
  return files
}

const zipped = async (path: string, files: ReadonlyMap<string, Buffer>): Promise<void> => {
  const zip = new ZipFile()
  for (const [name, content] of files) zip.addBuffer(content, name)
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}
