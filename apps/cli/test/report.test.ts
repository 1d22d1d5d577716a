// `rollcall report`, and `rollcall diff -o html`, as processes.
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { workStoreLayer } from "@rollcall/c1z"
import { assert, describe, it } from "@effect/vitest"
import type { ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { syncWorld } from "@rollcall/test-kit/small-world"
import { Effect } from "effect"
import { runRollcall } from "./runRollcall.ts"
import { canMount, onSmallDisk } from "./smallDisk.ts"

const early: ForgedSync = {
  id: "early",
  types: ["user", "group"],
  resources: { "user:ada": "Ada", "group:web": "Web" },
  entitlements: ["group:web:member"],
  grants: [],
}
const late: ForgedSync = {
  ...early,
  id: "late",
  resources: { ...early.resources, "user:ben": "Ben \u202egnp" },
  grants: [{ entitlement: "group:web:member", principal: "user:ada" }],
}

/** A folder with a file of two syncs, and one in which a sync is not finished. */
const inFolder = Effect.gen(function* () {
  const folder = yield* scratchFolder("report")
  forgedFile(folder, [early, late])
  const run = (...args: ReadonlyArray<string>) =>
    runRollcall([...args, ...(args.includes("-f") ? [] : ["-f", "forged.c1z"])], { folder })
  return { folder, run, report: (...args: ReadonlyArray<string>) => run("report", ...args) }
})

const dataIn = (page: string): Record<string, unknown> =>
  JSON.parse(/id="data">(.*?)<\/script>/su.exec(page)?.[1] ?? "")

describe("rollcall report", { concurrent: true }, () => {
  it.live("writes a page for this user alone, and replaces it only with --force", () =>
    Effect.gen(function* () {
      const { folder, report } = yield* inFolder
      const first = yield* report("--out", "report.html")
      assert.deepStrictEqual([first.code, first.out], [0, ""], first.err)
      assert.match(
        first.err,
        /^Wrote report\.html: accounts unknown\. 2 changes since early\. \d+ things could not be seen\.$/mu,
      )
      const path = join(folder, "report.html")
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      const page = readFileSync(path, "utf8")
      const hash = createHash("sha256")
        .update(readFileSync(join(folder, "forged.c1z")))
        .digest("hex")
      assert.deepInclude(dataIn(page)["facts"], ["SHA-256", hash])
      assert.notInclude(page, "\u202e")
      writeFileSync(path, "mine")
      const again = yield* report("--out", "report.html")
      assert.strictEqual(again.code, 78, again.err)
      assert.strictEqual(readFileSync(path, "utf8"), "mine")
      const forced = yield* report("--out", "report.html", "--force", "--quiet")
      assert.deepStrictEqual(forced, { code: 0, out: "", err: "" })
      assert.match(readFileSync(path, "utf8"), /^<!doctype html>/u)
      assert.sameMembers(readdirSync(folder), ["forged.c1z", "report.html"])
    }).pipe(Effect.scoped),
  )

  it.live("prints Markdown and JSON, or writes them to a file", () =>
    Effect.gen(function* () {
      const { folder, report } = yield* inFolder
      const markdown = yield* report("-o", "markdown")
      assert.strictEqual(markdown.code, 0, markdown.err)
      assert.match(markdown.out, /^# Access report: forged\.c1z\n/u)
      assert.match(markdown.out, /^\| Accounts \| unknown \| .*\|$/mu)
      assert.include(markdown.out, "2 changes since the sync early of 2026-01-02 03:04 UTC.")
      const { code } = yield* report("-o", "json", "--out", "report.json")
      assert.strictEqual(code, 0)
      const json = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))
      assert.deepStrictEqual(json.figures.accounts.count, null)
      assert.deepStrictEqual([json.source.syncId, json.changed.since.id, json.changes.length], ["late", "early", 3])
      const plain = yield* report("-o", "json", "--sync-id", "early")
      assert.deepStrictEqual(JSON.parse(plain.out).changed, {
        since: null,
        why: "The file holds no earlier sync, so what changed is not known. --since names one.",
        total: null,
        counts: null,
        unknown: null,
      })
    }).pipe(Effect.scoped),
  )

  it.live("compares with the sync that --since names: of the file, of another file, or of the archive", () =>
    Effect.gen(function* () {
      const { folder, report } = yield* inFolder
      mkdirSync(join(folder, "other"))
      forgedFile(join(folder, "other"), [{ ...early, id: "other", resources: {} }])
      const sinceOf = (json: string): unknown => JSON.parse(json).changed.since.id
      assert.strictEqual(sinceOf((yield* report("-o", "json", "--since", "ear")).out), "early")
      assert.strictEqual(sinceOf((yield* report("-o", "json", "--since", "other/forged.c1z")).out), "other")
      // Nothing before it is in the file, and in the archive there is.
      const tree = join(folder, "archive", "T1")
      mkdirSync(tree, { recursive: true })
      writeFileSync(join(tree, "2026-01-01T030406.000Z_other.c1z"), readFileSync(join(folder, "other", "forged.c1z")))
      const archived = yield* report("-o", "json", "--sync-id", "early", "--archive", "archive")
      assert.strictEqual(sinceOf(archived.out), "other", archived.err)
    }).pipe(Effect.scoped),
  )

  it.live("compares with the full sync before, and with none that was narrowed", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("report")
      const store = workStoreLayer({ output: join(folder, "club.c1z"), keepSyncs: 10 })
      const people = { ada: {} }
      const first = yield* syncWorld(store, { people })
      yield* syncWorld(store, { people, kind: "partial" })
      yield* syncWorld(store, { people })
      const { code, out, err } = yield* runRollcall(["report", "-o", "json", "-f", "club.c1z"], { folder })
      assert.strictEqual(code, 0, err)
      assert.strictEqual(JSON.parse(out).changed.since.id, first)
    }).pipe(Effect.scoped),
  )

  it.live("takes another format than its own from the environment for a page, and says so", () =>
    Effect.gen(function* () {
      const { folder } = yield* inFolder
      const environment = { BATON_OUTPUT_FORMAT: "csv" }
      const ended = yield* runRollcall(["report", "-f", "forged.c1z", "--out", "report.html"], { folder, environment })
      assert.strictEqual(ended.code, 0, ended.err)
      assert.match(
        ended.err,
        /^warning: BATON_OUTPUT_FORMAT is csv, which this command does not have; its results are an HTML page\.$/mu,
      )
      const html = { BATON_OUTPUT_FORMAT: "html" }
      const listed = yield* runRollcall(["resources", "-f", "forged.c1z"], { folder, environment: html })
      assert.deepStrictEqual([listed.code, listed.out.includes("Ada")], [0, true])
    }).pipe(Effect.scoped),
  )

  const misuses: ReadonlyArray<readonly [title: string, code: number, says: RegExp, args: ReadonlyArray<string>]> = [
    ["a page without a file for it", 64, /A page is written to a file, and none is named\./u, ["report"]],
    [
      "a format that it does not have",
      64,
      /--output-format must be one of html, markdown, json/u,
      ["report", "-o", "csv"],
    ],
    ["an empty place", 64, /a text that is not empty/u, ["report", "--out", ""]],
    ["a sync that is not there", 64, /holds no sync/u, ["report", "--out", "x", "--sync-id", "nope"]],
    [
      "the sync itself as the earlier one",
      64,
      /which the report is about/u,
      ["report", "--out", "x", "--since", "late"],
    ],
    ["an earlier sync that is not there", 64, /holds no sync/u, ["report", "--out", "x", "--since", "nope"]],
    ["a file that is none", 65, /papers\/thesis/u, ["report", "--out", "x", "-f", "papers/thesis"]],
    [
      "a file without a sync",
      65,
      /holds no sync, so there is nothing to report/u,
      ["report", "--out", "x", "-f", "papers/empty.c1z"],
    ],
    [
      "an earlier sync that has not finished",
      65,
      /has not finished/u,
      ["report", "--out", "x", "--since", "papers/forged.c1z"],
    ],
    ["a file that is not there", 78, /none\.c1z/u, ["report", "--out", "x", "-f", "none.c1z"]],
    ["a place in no folder", 78, /its folder is not there/u, ["report", "--out", "no/x"]],
    ["a folder as its place", 78, /is no file/u, ["report", "--out", "papers", "--force"]],
    [
      "the file that it reads as its place",
      78,
      /is a file that this command uses/u,
      ["report", "--out", "forged.c1z", "--force"],
    ],
    ["a page of changes without a file for it", 64, /A page is written to a file/u, ["diff", "-o", "html"]],
    ["a file for changes that are no page", 64, /--out is for -o html/u, ["diff", "-o", "csv", "--out", "x"]],
    [
      "one of the files that changes are read from as their place",
      78,
      /is a file that this command uses/u,
      ["diff", "-o", "html", "--out", "forged.c1z", "--force"],
    ],
  ]
  it.live.each(misuses)("refuses %s with %d", ([, code, says, args]) =>
    Effect.gen(function* () {
      const { folder, run } = yield* inFolder
      mkdirSync(join(folder, "papers"))
      writeFileSync(join(folder, "papers/thesis"), "no file of ours")
      writeFileSync(join(folder, "papers/empty.c1z"), "")
      forgedFile(join(folder, "papers"), [{ ...early, finished: false }])
      const before = readFileSync(join(folder, "forged.c1z"))
      const ended = yield* run(...args)
      assert.strictEqual(ended.code, code, ended.err)
      assert.match(ended.err, says)
      assert.isFalse(existsSync(join(folder, "x")))
      assert.deepStrictEqual(readFileSync(join(folder, "forged.c1z")), before)
      assert.sameMembers(readdirSync(folder), ["forged.c1z", "papers"])
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount)(
    "ends with 74 where the disk does not take it, leaves nothing, and keeps the one before",
    () =>
      Effect.gen(function* () {
        const { folder } = yield* inFolder
        const before = "before\n"
        const ended = yield* runRollcall(["report", "-f", "forged.c1z", "--out", "disk/report.html", "--force"], {
          folder,
          within: onSmallDisk(24, "echo before > disk/report.html"),
        })
        assert.strictEqual(ended.code, 74, ended.err)
        assert.match(ended.err, /^error: disk\/report\.html cannot be written: the disk is full\./mu)
        assert.strictEqual(ended.out, `${createHash("sha256").update(before).digest("hex")}  disk/report.html\n`)
      }).pipe(Effect.scoped),
  )

  it.live("needs less memory than the accounts whose names it writes", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("report")
      const people = Object.fromEntries(
        Array.from({ length: 12_000 }, (_, at) => {
          const text = `${at} `.repeat(1_000).slice(0, 1_000)
          return [`u${at}`, { name: text, email: text, roles: ["owner"] }]
        }),
      )
      yield* syncWorld(workStoreLayer({ output: join(folder, "big.c1z") }), { people })
      const ended = yield* runRollcall(["report", "-f", "big.c1z", "--out", "report.html"], {
        folder,
        environment: { NODE_OPTIONS: "--max-old-space-size=40" },
      })
      assert.strictEqual(ended.code, 0, ended.err)
      assert.isAbove(statSync(join(folder, "report.html")).size, 24_000_000)
    }).pipe(Effect.scoped),
  )
})

describe("rollcall diff -o html", () => {
  it.live("writes a page of what changed, and ends with 2 where that is asked for", () =>
    Effect.gen(function* () {
      const { folder, run } = yield* inFolder
      const ended = yield* run("diff", "-o", "html", "--out", "changes.html", "--exit-code")
      assert.deepStrictEqual([ended.code, ended.out, ended.err], [2, "", "Wrote changes.html: 2 changes.\n"])
      const path = join(folder, "changes.html")
      assert.strictEqual(statSync(path).mode & 0o777, 0o600)
      const data = dataIn(readFileSync(path, "utf8"))
      assert.strictEqual(data["page"], "diff")
      assert.lengthOf(Object.values(data["changeRows"] ?? {}), 3)
      assert.strictEqual((yield* run("diff", "-o", "html", "--out", "changes.html")).code, 78)
    }).pipe(Effect.scoped),
  )
})
