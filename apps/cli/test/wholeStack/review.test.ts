// A whole access review through the command: three reviewers, removals that Slack really makes, evidence that is checked.
import { generateKeyPairSync } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { Csv } from "effect/encoding"
import { readSheets, writeSheet } from "@rollcall/export"
import type { Plan } from "@rollcall/plan"
import { businessPlusWorld } from "./businessPlus.ts"
import { filledPage } from "./filledPage.ts"

const reviewers = (group: string): string =>
  [
    "scope,reviewer,name,role",
    "admins,cleo@example.com,Cleo,CISO",
    `group:${group},lea@example.com,Lea,Team lead`,
    "all,max@example.com,Max,IT",
    "",
  ].join("\n")

/** A table as a spreadsheet reads and writes it. */
const readTable = (path: string) =>
  Stream.make<[Uint8Array]>(readFileSync(path)).pipe(
    Stream.pipeThroughChannel(Csv.decode()),
    Stream.runCollect,
    Effect.map((rows) => {
      const [titles = [], ...body] = rows.map((row) => [...row])
      const named = titles.map((title) => title.replace(/^\ufeff/u, ""))
      return { titles: named, rows: body.map((row) => new Map(named.map((title, at) => [title, row[at] ?? ""]))) }
    }),
  )

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

/** A workspace that is synced, and a campaign about its admins, guests and one group. */
const campaign = Effect.fnUntraced(function* () {
  const town = yield* businessPlusWorld()
  const group = town.groups().find(({ members }) => members.length > 2)?.group ?? ""
  const folder = dirname(town.file)
  const path = join(folder, "q4")
  const list = join(folder, "reviewers.csv")
  writeFileSync(list, reviewers(group))
  const environment = { BATON_FILE: town.file, BATON_OUTPUT_FORMAT: "table" }
  const run = (...args: ReadonlyArray<string>) => town.run(args, { environment })
  const review = (step: string, ...args: ReadonlyArray<string>) => run("review", step, "--campaign", path, ...args)
  yield* run("sync", "--quiet")
  const started = yield* review(
    "start",
    "--name",
    "2026-Q4",
    "--scope",
    "admins",
    "--scope",
    "guests",
    "--scope",
    `group:${group}`,
    "--reviewers",
    list,
    "--due",
    "2099-12-31",
  )
  assert.strictEqual(started.code, 0, started.stderr)
  return { ...town, group, folder, path, run, review, started }
})

/** Fills every table: what is on the group goes, guests are disabled, all else stays. One reviewer, who has guests alone, has a page. */
const fillTables = Effect.fnUntraced(function* (path: string, group: string) {
  const sheets = join(path, "sheets")
  return yield* Effect.forEach(readdirSync(sheets), (name) => {
    if (name.endsWith(".html")) return filledPage(join(sheets, name), dirname(path))
    return fillTable(path, name, group)
  })
})

const fillTable = (path: string, name: string, group: string) =>
  Effect.map(readTable(join(path, "sheets", name)), ({ titles, rows }) => {
    for (const row of rows) {
      const goes = row.get("Entitlement ID") === `group:${group}:member`
      const isGuest = row.get("Kind")?.startsWith("guest") === true
      row.set("Decision", goes ? "remove" : isGuest ? "Disable the account" : "keep")
      row.set("Comment", goes ? "not needed" : "as before")
    }
    const filled = join(path, "..", name)
    const lines = [titles, ...rows.map((row) => titles.map((title) => row.get(title) ?? ""))]
    writeFileSync(filled, lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join(""))
    return filled
  })

const keysIn = (folder: string) => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  const files = [join(folder, "review.key"), join(folder, "review.pub")] as const
  writeFileSync(files[0], privateKey.export({ type: "pkcs8", format: "pem" }))
  writeFileSync(files[1], publicKey.export({ type: "spki", format: "pem" }))
  return files
}

describe("an access review", () => {
  it.live("runs from the freeze to evidence, and its removals are made in Slack", () =>
    Effect.gen(function* () {
      const { group, folder, file, path, run, review, membersOf, audit, auditFile, started } = yield* campaign()
      const succeeds = (ran: { readonly code: number | null; readonly stderr: string; readonly stdout: string }) => {
        assert.strictEqual(ran.code, 0, ran.stderr)
        return ran.stdout
      }
      assert.match(
        started.stdout,
        /^The sync shows (?=.*\buser\b)(?=.*\bgroup\b).*\. Nothing of other types is reviewed\.$/mu,
      )
      assert.strictEqual((yield* review("status", "--exit-code")).code, 2)
      const csv = ["--format", "csv", "--reviewer", "cleo@example.com", "--reviewer", "lea@example.com"]
      assert.match(succeeds(yield* review("tables", ...csv)), /\d{3}-cleo@example\.com\.csv: \d+ items?\n/)
      succeeds(yield* review("tables", "--format", "html", "--reviewer", "max@example.com"))
      const tables = yield* fillTables(path, group)
      assert.lengthOf(tables, 3)
      succeeds(yield* review("import", ...tables, "--received-from", "mail of today"))
      assert.strictEqual((yield* review("status", "--exit-code")).code, 0)
      assert.strictEqual((yield* review("close")).code, 64, "the sync is the one of the freeze")
      const early = yield* run("plan", "--review", path)
      assert.deepStrictEqual([early.code, /has not been closed/u.test(early.stderr)], [64, true])
      succeeds(yield* run("sync", "--quiet"))
      const closed = succeeds(yield* review("close"))
      assert.match(closed, /To revoke: `rollcall revoke --from .*revocations\.csv( --max-removals \d+)? --yes`/u)

      assert.match(closed, /To disable: `rollcall actions run \S+ --from \S+(?: --max-removals \d+)? --yes`/u)
      const plan = join(folder, "plan.json")
      const shown = succeeds(yield* run("plan", "--review", path, "--out", plan, "--output-format", "json"))
      const { reason, notes, changes }: Plan = JSON.parse(shown)
      assert.match(reason ?? "", /^access review 2026-Q4 \([0-9a-f]{12}\)$/u)
      assert.match(notes?.[0] ?? "", /^From the access review 2026-Q4 \(/u)
      assert.deepStrictEqual(
        new Set(changes.map((change) => (change._tag === "Action" ? change.action : change.intent))),
        new Set(["revoke", "disable_user"]),
      )
      const revocations = join(path, "removals", "revocations.csv")
      const asWritten = readFileSync(revocations, "utf8")
      writeFileSync(revocations, asWritten.split("\n").slice(0, 2).join("\n"))
      const altered = yield* run("plan", "--review", path)
      assert.deepStrictEqual([altered.code, /is not as .* wrote it/u.test(altered.stderr)], [65, true])
      writeFileSync(revocations, asWritten)
      succeeds(yield* run("apply", plan, "--max-removals", "500", "--yes"))
      assert.lengthOf(membersOf(group), 0)
      for (const entry of audit()) assert.match(entry.statedReason ?? "", /^2026-Q4 \([0-9a-f]{12}\) item \d+/u)

      succeeds(yield* run("sync", "--quiet", "--allow-shrink"))
      const audited = yield* review("verify", "--audit-file", join(folder, "nowhere"))
      assert.strictEqual(audited.code, 78, audited.stderr)
      const open = yield* review("status", "--exit-code")
      assert.strictEqual(open.code, 0, "no item is open")
      assert.match(
        open.stdout,
        /is closed: .*, removals: 0 gone, 0 accepted, \d+ open, answers were due on 2099-12-31\.\n(?:.*\n)*? {2}item \d+, (?:remove|disable the account): .*: not verified yet, due on 2099-12-31\n/u,
      )
      assert.match(succeeds(yield* review("verify", "--exit-code")), /^Removals: \d+ gone, 0 accepted, 0 open\.\n/u)
      const own = yield* review("sign-off", "--as", "lea@example.com", "--role", "lead")
      assert.strictEqual(own.code, 77)
      succeeds(yield* review("sign-off", "--as", "Carol", "--role", "Head of audit"))
      const [key, publicKey] = keysIn(folder)
      const archive = join(folder, "evidence.zip")
      const packed = ["--audit-file", auditFile, "--verified-in", file]
      succeeds(yield* review("evidence", "--out", archive, "--key", key, ...packed))
      assert.strictEqual((yield* review("evidence", "--out", archive)).code, 64, "it is there already")
      assert.match(
        succeeds(yield* run("review", "check", archive, "--public-key", publicKey)),
        /signed off.*\n.*all figures add up.*\n1 of 1 verification computed again\.\n[1-9]\d* lines of the audit log about the removals/u,
      )
    }),
  )

  it.live("takes workbooks as reviewers get them, and names sheet and row of what is wrong", () =>
    Effect.gen(function* () {
      const { path, review } = yield* campaign()
      const written = yield* review("tables", "--reviewer", "lea@example.com")
      assert.match(written.stdout, /^\S+\.xlsx: .*\n\S+\.html: .*\n$/u)
      const workbook = /^(?<path>.*\.xlsx):/u.exec(written.stdout)?.groups?.["path"] ?? ""
      const [sheet] = yield* readSheets(workbook)
      const [head, ...rows] = sheet?.rows.map(({ cells }) => cells) ?? []
      const fill = (decision: string) =>
        writeSheet(
          workbook,
          {
            title: "Answers",
            columns: (head ?? []).map((title) => ({ title })),
            rows: rows.map((row) => [decision, "seen", ...row.slice(2)]),
          },
          { force: true },
        )
      yield* fill("maybe")
      const wrong = yield* review("import", workbook)
      assert.strictEqual(wrong.code, 65)
      assert.match(wrong.stderr, /\.xlsx sheet Answers line 2: "maybe" is no decision/u)
      yield* fill("keep")
      const imported = yield* review("import", workbook)
      assert.strictEqual(imported.code, 0, imported.stderr)
      const status = JSON.parse((yield* review("status", "-o", "json")).stdout)
      assert.strictEqual(status.done, rows.length)
      assert.isTrue(existsSync(join(path, "imports")))
    }),
  )

  it.live("says what is wrong with what it is given, and with which exit code", () =>
    Effect.gen(function* () {
      const { folder, path, review, run } = yield* campaign()
      const text = join(folder, "text.csv")
      writeFileSync(text, "a,b\n1,2\n")
      const wrong: ReadonlyArray<readonly [args: ReadonlyArray<string>, code: number, says: RegExp]> = [
        [["start", "--name", "x"], 64, /--scope is missing/],
        [["import", text], 65, /it is no reviewer's table/],
        [["import", join(folder, "nothing.csv")], 78, /there is no such file/],
        [["assign", "--items", "one", "--to", "a@b.example", "--reason", "x"], 64, /no numbers of items/],
        [["assign", "--items", "9999", "--to", "a@b.example", "--reason", "x"], 64, /has no item 9999/],
        [["extend", "--due", "2026-02-30", "--reason", "x"], 64, /2026-02-30 is no date/],
        [["extend", "--due", "2020-02-28", "--reason", "x"], 64, /2020-02-28 has passed/],
        [["start", "--name", "x", "--scope", "all", "--due", "2020-02-28"], 64, /2020-02-28 has passed/],
        [["evidence", "--out", join(folder, "e.zip"), "--audit-file", join(folder, "no")], 78, /there is no such file/],
        [["evidence", "--out", join(folder, "e.zip"), "--audit-file", text], 65, /is no audit log/],
        [["verify"], 64, /has not been closed/],
        [["import", text, "--public-key", text], 64, /--signature is missing/],
        [["import", text, "--signature", text], 64, /--public-key is missing/],
        [["remind"], 64, /--reason is missing/],
        [["close", "--remove-by", "soon"], 64, /soon is no date/],
        [["extend", "--items", "1", "--due", "2027-01-01", "--reason", "x"], 64, /has not been closed/],
        [["tables", "--reviewer", "nobody@example.com"], 64, /reviews nothing/],
      ]
      for (const [args, code, says] of wrong) {
        const [step = "", ...rest] = args
        const ran = yield* review(step, ...rest)
        assert.strictEqual(ran.code, code, `${args.join(" ")}: ${ran.stderr}`)
        assert.match(ran.stderr, says)
      }
      assert.strictEqual((yield* run("review", "status", "--campaign", folder)).code, 64)
      const checked = yield* run("review", "check", text)
      assert.strictEqual(checked.code, 65, checked.stderr)
      assert.isFalse(existsSync(join(path, "removals")))
    }),
  )
})
