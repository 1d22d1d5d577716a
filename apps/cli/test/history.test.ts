// Dated copies of syncs, by real processes against a simulated Slack.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { RunOptions } from "./runRollcall.ts"
import { runRollcall } from "./runRollcall.ts"
import { canMount, onSmallDisk } from "./smallDisk.ts"

/** A simulated workspace, and a folder in which each sync leaves a copy. */
const workspace = Effect.fnUntraced(function* () {
  const slack = yield* startSimulator({ users: 12, userGroups: 2, rateLimits: "off" })
  const folder = yield* scratchFolder("cli")
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_RATE_LIMITS: "off",
    BATON_ARCHIVE: "history",
    BATON_ARCHIVE_KEEP: "all",
  }
  const run = (
    args: ReadonlyArray<string>,
    more: Readonly<Record<string, string>> = {},
    options: Pick<RunOptions, "within"> = {},
  ) => runRollcall(args, { ...options, folder, environment: { ...environment, ...more } })
  const copies = Effect.map(run(["history", "-o", "json"]), ({ out }) => JSON.parse(out).syncs)
  return { slack, folder, run, copies }
})

/** Gives a copy another date, as if it had been made then. */
const asOf = (folder: string, file: string, day: string): void => {
  for (const ending of [".c1z", ".json"]) {
    const path = join(folder, file.replace(/\.c1z$/u, ending))
    renameSync(path, path.replace(/\d{4}-\d{2}-\d{2}T\d{6}\.\d{3}/u, `${day}T030000.000`))
  }
}

/** The pages of 4 KiB that a file takes of a small disk. */
const pagesOf = (path: string): number => Math.ceil(statSync(path).size / 4096)

describe("an archive", () => {
  it.live("gets a copy of each sync, two in the same second too, and says what changed since the one before", () =>
    Effect.gen(function* () {
      const { slack, folder, run, copies } = yield* workspace()
      const first = yield* run(["sync"])
      assert.strictEqual(first.code, 0, first.err)
      assert.match(first.err, /It is archived as history\/T\w+\/\S+\.c1z\.\n$/u)
      assert.strictEqual((yield* run(["sync", "-q"])).code, 0)
      const narrowed = yield* run(["sync", "--sync-resource-types", "user"])
      assert.strictEqual(narrowed.code, 0, narrowed.err)

      const listed = yield* copies
      assert.deepStrictEqual(
        listed.map((copy: { type: string }) => copy.type),
        ["full", "full", "partial"],
      )
      const [one, two, part] = listed
      assert.strictEqual(one.workspace.id, slack.teamId)
      assert.strictEqual(one.changes, null)
      assert.strictEqual(two.changes.since, one.id)
      assert.strictEqual(part.changes, null)
      assert.include(part.file, "/narrowed/")
      assert.deepStrictEqual(readFileSync(join(folder, part.file)), readFileSync(join(folder, "sync.c1z")))
      const table = yield* run(["history"])
      assert.match(table.out, /^ID +Ended At +Type +Workspace/u)
    }).pipe(Effect.scoped),
  )

  it.live("is where views and diff find a sync by date or id, never a narrowed one", () =>
    Effect.gen(function* () {
      const { folder, run, copies } = yield* workspace()
      yield* run(["sync"])
      asOf(folder, (yield* copies)[0].file, "2026-07-01")
      yield* run(["sync", "-f", "later.c1z", "--sync-resource-types", "user"])
      asOf(folder, (yield* copies)[1].file, "2026-07-02")
      rmSync(join(folder, "sync.c1z"))
      const [july] = yield* copies
      const grants = yield* run(["resources", "-t", "user", "--sync-id", "2026-07-02", "-o", "csv"])
      assert.strictEqual(grants.code, 0, grants.err)
      assert.include(grants.err, `The sync ${july.id} of `)
      const byId = yield* run(["resources", "-t", "user", "--sync-id", july.id.slice(0, -2), "-o", "csv"])
      assert.strictEqual(byId.out, grants.out)
      assert.strictEqual((yield* run(["stats", "--sync-id", "2026-07-03"])).code, 0)

      yield* run(["sync"])
      const diff = yield* run(["diff", "2026-07-20", "--exit-code"])
      assert.strictEqual(diff.code, 0, diff.err)
      assert.match(diff.out, new RegExp(`^No changes in .*\nfrom {2}${july.id} `, "u"))
      const before = yield* run(["diff", "2026-06-30"])
      assert.strictEqual(before.code, 64)
      assert.match(before.err, /history holds no finished full sync of 2026-06-30 or before/u)
    }).pipe(Effect.scoped),
  )

  it.live("tells since when somebody holds something, which nothing else does", () =>
    Effect.gen(function* () {
      const { folder, run, copies } = yield* workspace()
      yield* run(["sync"])
      asOf(folder, (yield* copies)[0].file, "2026-01-01")
      yield* run(["sync"])
      const ask = (...args: ReadonlyArray<string>) =>
        Effect.map(run(args), ({ code, out, err }) => ({ code, err, lines: out.trimEnd().split(/\r?\n/u) }))
      const grants = yield* ask("grants", "--columns", "principal,since", "-o", "csv")
      assert.deepStrictEqual([grants.code, grants.err, grants.lines[0]], [0, "", "Principal,Since"])
      assert.isAbove(grants.lines.length, 12)
      for (const line of grants.lines.slice(1)) assert.match(line, /,2026-01-01 or before$/u)
      const [held] = JSON.parse(
        (yield* run(["grants", "--limit", "1", "--columns", "principalId,since", "-o", "json"])).out,
      ).grants
      assert.strictEqual(held.since, "2026-01-01 or before")
      const access = yield* ask("access", held.principalId, "--wide")
      assert.include(access.lines[0], "Since")
      for (const line of access.lines.slice(1)) assert.include(line, "2026-01-01 or before")
      const inTree = (yield* ask("access", held.principalId)).lines.filter((line) => line.startsWith("    "))
      assert.isNotEmpty(inTree)
      for (const line of inTree) assert.match(line, /, since 2026-01-01 or before$/u)

      const without = yield* run(["grants", "--wide", "--limit", "1"], { BATON_ARCHIVE: "" })
      assert.match(without.out, / not known$/mu)
      assert.include(without.err, "name its folder with --archive or BATON_ARCHIVE")
      const empty = yield* run(["grants", "--wide", "--limit", "1"], { BATON_ARCHIVE: "none" })
      assert.match(empty.out, / not known$/mu)
      assert.include(empty.err, "none has no full sync")
    }).pipe(Effect.scoped),
  )

  it.live("keeps what the retention says, and what somebody asked to keep", () =>
    Effect.gen(function* () {
      const { folder, run, copies } = yield* workspace()
      yield* run(["sync"])
      asOf(folder, (yield* copies)[0].file, "2026-01-01")
      yield* run(["sync"])
      asOf(folder, (yield* copies)[1].file, "2026-01-02")
      const keep = yield* run(["history", "keep", "2026-01-01"])
      assert.strictEqual(keep.code, 0, keep.err)
      yield* run(["sync"], { BATON_ARCHIVE_KEEP: "1d" })
      const left = yield* copies
      assert.lengthOf(left, 2)
      assert.deepStrictEqual([left[0].endedAt.slice(0, 10), left[0].kept, left[1].kept], ["2026-01-01", true, false])
    }).pipe(Effect.scoped),
  )

  it.live("that cannot be written is a warning, and the sync is published and ends with 74", () =>
    Effect.gen(function* () {
      const { folder, run } = yield* workspace()
      writeFileSync(join(folder, "history"), "a file")
      const { code, err } = yield* run(["sync"])
      assert.strictEqual(code, 74, err)
      assert.match(err, /\nwarning: The sync is published, but it was not archived\. The archive cannot use history/u)
      assert.isTrue(existsSync(join(folder, "sync.c1z")))
      assert.strictEqual((yield* run(["sync", "--strict"])).code, 74)
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canMount)("on a full disk keeps its copies, and nothing of the one that did not fit", () =>
    Effect.gen(function* () {
      const { folder, run } = yield* workspace()
      assert.strictEqual((yield* run(["sync"])).code, 0)
      const before = readdirSync(join(folder, "history"), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:c1z|json)$/u.test(name))
        .toSorted()
      const [copy = 0, summary = 0] = before.map((name) => pagesOf(join(folder, "history", name)))
      // The last one has room for the copy, and none for its summary.
      for (const room of [0, 1, copy]) {
        const { code, out, err } = yield* run(
          ["sync"],
          { BATON_ARCHIVE: "disk" },
          { within: onSmallDisk(4 * (copy + summary + room), "cp -a history/. disk/") },
        )
        assert.strictEqual(code, 74, err)
        assert.match(err, /but it was not archived\. The archive cannot use disk\/T\w+: the disk is full\./u)
        const left = out
          .trimEnd()
          .split("\n")
          .map((line) => line.slice(64).trim().slice("disk/".length))
        assert.deepStrictEqual(left, before)
      }
    }).pipe(Effect.scoped),
  )

  it.live("of several workspaces is asked for one of them", () =>
    Effect.gen(function* () {
      const { folder, run, copies, slack } = yield* workspace()
      yield* run(["sync"])
      const [copy] = yield* copies
      mkdirSync(join(folder, "history", "T2"))
      const name = copy.file.split("/").at(-1)
      writeFileSync(join(folder, "history", "T2", name), readFileSync(join(folder, copy.file)))
      for (const args of [["history"], ["diff", "2026-07-01"], ["resources", "--sync-id", "2026-07-01"]]) {
        const several = yield* run(args)
        assert.strictEqual(several.code, 64, several.err)
        assert.match(several.err, /history has several workspaces: .*T2/u)
      }
      const one = yield* run(["history", "--workspace", slack.teamId, "-o", "ndjson"])
      assert.strictEqual(one.out.trimEnd().split("\n").length, 1, one.err)
      assert.strictEqual((yield* run(["history", "--workspace", "T3"])).code, 64)
    }).pipe(Effect.scoped),
  )

  it.live("needs a name, and a retention that says something", () =>
    Effect.gen(function* () {
      const { run, slack, folder } = yield* workspace()
      assert.strictEqual((yield* run(["history"], { BATON_ARCHIVE: "" })).code, 64)
      assert.strictEqual((yield* run(["sync"], { BATON_ARCHIVE_KEEP: "for ever" })).code, 78)
      assert.strictEqual((yield* run(["sync", "--archive-keep", "0d"])).code, 64)
      assert.deepStrictEqual(slack.calls(), {})
      const empty = yield* run(["history", "-o", "json"])
      assert.deepStrictEqual([empty.code, JSON.parse(empty.out)], [0, { syncs: [] }])
      assert.isFalse(existsSync(join(folder, "history")))
      mkdirSync(join(folder, "history"))
      if (process.getuid?.() !== 0) {
        chmodSync(join(folder, "history"), 0)
        assert.strictEqual((yield* run(["history"])).code, 78)
        chmodSync(join(folder, "history"), 0o700)
      }
      assert.deepStrictEqual(readdirSync(join(folder, "history")), [])
    }).pipe(Effect.scoped),
  )
})
