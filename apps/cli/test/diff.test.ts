// `rollcall diff` as a process, over files of any content.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { ForgedSync } from "@rollcall/test-kit/forged"
import { forgedFile } from "@rollcall/test-kit/forged"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { mkdirSync, renameSync } from "node:fs"
import { runInProcess } from "./inProcess.ts"
import { runRollcall } from "./runRollcall.ts"

const sync = (id: string, more: Partial<ForgedSync>): ForgedSync => ({
  id,
  types: ["user", "userGroup"],
  entitlements: ["userGroup:web:member"],
  ...more,
})

const january = sync("1jan", {
  resources: { "user:ada": "Ada", "user:bob": "Bob", "userGroup:web": "Web" },
  grants: [{ entitlement: "userGroup:web:member", principal: "user:ada" }],
})
const february = sync("2feb", {
  resources: { "user:ada": "Ada", "user:bob": "Bob \u001b[31m", "user:cy": "Cy", "userGroup:web": "Web" },
  grants: [
    { entitlement: "userGroup:web:member", principal: "user:ada" },
    { entitlement: "userGroup:web:member", principal: "user:bob" },
  ],
})

/** A folder with `sync.c1z` of both syncs, and a `diff` in it. */
const inFolder = Effect.gen(function* () {
  const folder = yield* scratchFolder("cli")
  renameSync(forgedFile(folder, [january, february]), join(folder, "sync.c1z"))
  const diff = (...args: ReadonlyArray<string>) => runRollcall(["diff", ...args], { folder })
  return { folder, diff }
})

describe("rollcall diff", { concurrent: true }, () => {
  it.live("tells people what changed since the sync before, without a character that a terminal acts on", () =>
    Effect.gen(function* () {
      const { diff } = yield* inFolder
      const { code, out, err } = yield* diff()
      assert.strictEqual(code, 0, err)
      assert.deepStrictEqual(out.split("\n"), [
        "3 changes",
        "from  1jan of 2026-01-02T03:04:06Z (sync.c1z)",
        "to    2feb of 2026-01-02T03:04:06Z (sync.c1z)",
        "",
        "Groups, roles and other resources (2)",
        "  ~ Bob \\u001b[31m (user:bob): name Bob → Bob \\u001b[31m",
        "  + Cy (user:cy)",
        "",
        "Other memberships (1)",
        "  Web (member): holders 1 → 2",
        "    + Bob \\u001b[31m (user:bob) member of Web",
        "",
      ])
    }).pipe(Effect.scoped),
  )

  it.live("wraps what a terminal has no room for", () =>
    Effect.gen(function* () {
      const { folder } = yield* inFolder
      const args = ["diff", "-f", join(folder, "sync.c1z"), "--archive", folder]
      const { out } = yield* runInProcess(args, { columns: 40 })
      assert.include(out, "    + Bob \\u001b[31m (user:bob) member\n        of Web\n")
      for (const line of out.split("\n").slice(4)) assert.isAtMost(line.length, 40)
      assert.deepStrictEqual(out.split(/\s+/u), (yield* runInProcess(args, {})).out.split(/\s+/u))
    }).pipe(Effect.scoped),
  )

  it.live("says that both sides are one sync", () =>
    Effect.gen(function* () {
      const { diff } = yield* inFolder
      const { out, err } = yield* diff("2feb", "latest")
      assert.match(out, /^No changes\n/u)
      assert.include(err, "both sides are the sync 2feb")
      assert.notInclude((yield* diff()).err, "both sides")
    }).pipe(Effect.scoped),
  )

  it.live("prints the same as records, each with every key", () =>
    Effect.gen(function* () {
      const { diff } = yield* inFolder
      const json = JSON.parse((yield* diff("-o", "json")).out)
      assert.deepStrictEqual([json.before.id, json.after.id, json.total, json.unknown], ["1jan", "2feb", 3, []])
      const lines = (yield* diff("1j", "2f", "-o", "ndjson")).out.trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => JSON.parse(line)),
        json.changes,
      )
      for (const change of json.changes) assert.deepStrictEqual(Object.keys(change), Object.keys(json.changes[0]))
      const csv = (yield* diff("-o", "csv")).out.split("\r\n")
      assert.match(csv[0] ?? "", /^ID,Section,Change,What,Name,E-mail,Status,Kind,/)
      assert.strictEqual(csv.length, lines.length + 2)
      const markdown = (yield* diff("-o", "markdown")).out.trimEnd().split("\n")
      assert.strictEqual(markdown.length, lines.length + 2)
    }).pipe(Effect.scoped),
  )

  it.live("compares files, and syncs of files", () =>
    Effect.gen(function* () {
      const { folder, diff } = yield* inFolder
      mkdirSync(join(folder, "old"))
      renameSync(forgedFile(folder, [january]), join(folder, "old", "a@b.c1z"))
      for (const args of [
        ["old/a@b.c1z", "sync.c1z"],
        ["old/a@b.c1z@1jan", "sync.c1z@latest"],
        ["old/a@b.c1z"],
        ["sync.c1z@previous", "2feb"],
        ["previous", "2026-01-02"],
      ]) {
        const { code, out, err } = yield* diff(...args)
        assert.strictEqual(code, 0, err)
        assert.match(out, /^3 changes\nfrom {2}1jan/)
      }
    }).pipe(Effect.scoped),
  )

  it.live("ends with 2 where that is asked for and there are differences, and else with 0", () =>
    Effect.gen(function* () {
      const { diff } = yield* inFolder
      assert.strictEqual((yield* diff("--exit-code")).code, 2)
      assert.strictEqual((yield* diff("latest", "latest", "--exit-code")).code, 0)
    }).pipe(Effect.scoped),
  )

  it.live("ends with 2 where something is not known, with --exit-code", () =>
    Effect.gen(function* () {
      const { folder, diff } = yield* inFolder
      renameSync(forgedFile(folder, [{ ...february, types: ["user"] }]), join(folder, "fewer.c1z"))
      const { code, out } = yield* diff("latest", "fewer.c1z", "--exit-code")
      assert.strictEqual(code, 2)
      assert.match(
        out,
        /^No changes\n.*Not known\n {2}\? userGroup is not compared: the later sync does not list this type\.\n$/su,
      )
      const csv = yield* diff("latest", "fewer.c1z", "-o", "csv")
      assert.include(csv.err, "note: userGroup is not compared")
    }).pipe(Effect.scoped),
  )

  it.live("refuses what cannot be compared or is not there, each with its exit code", () =>
    Effect.gen(function* () {
      const { folder, diff } = yield* inFolder
      renameSync(forgedFile(folder, [{ ...january, finished: false }]), join(folder, "open.c1z"))
      for (const [args, expected, sentence] of [
        [["open.c1z", "latest"], 65, /The earlier sync 1jan has not finished/],
        [["3mar", "latest"], 64, /sync\.c1z holds no sync 3mar/],
        [["none.c1z"], 78, /none\.c1z cannot be read: there is no such file/],
        [["2025-12-31"], 64, /holds no finished full sync of 2025-12-31 or before/],
        [[""], 64, /empty text/],
        [["1jan", "2feb", "more"], 64, /more/],
      ] as const) {
        const { code, out, err } = yield* diff(...args)
        assert.deepStrictEqual([code, out], [expected, ""], err)
        assert.match(err, sentence)
      }
    }).pipe(Effect.scoped),
  )
})
