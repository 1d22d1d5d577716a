// `rollcall compare`: the check that somebody who moves over from baton-slack runs.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { workStoreLayer } from "@rollcall/c1z"
import { builtIn } from "@rollcall/host"
import { readWorkspaceFile } from "@rollcall/slack-simulator"
import { forgedFile } from "@rollcall/test-kit/forged"
import { hasOracle, oracleFile, oracleWorkspaceFile } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { syncWorld } from "@rollcall/test-kit/small-world"
import { Effect } from "effect"
import { runInProcess } from "./inProcess.ts"
import { world } from "./wholeStack/command.ts"

interface Explanation {
  readonly id: string
  readonly count: number
}

const compared = Effect.fnUntraced(function* (theirs: string, ours: string) {
  const { code, out, err } = yield* runInProcess(["compare", theirs, ours, "-o", "json", "--exit-code"])
  assert.include([0, 2], code, err)
  const json = JSON.parse(out)
  const explanations: ReadonlyArray<Explanation> = json.explanations
  return { code, json, counts: Object.fromEntries(explanations.map(({ id, count }) => [id, count])) }
})

describe.skipIf(!hasOracle)(
  "a comparison with what the Go connector stored (skipped where the fixtures are absent)",
  () => {
    it.live("explains each difference on both plans, and tells what a missing token leaves out", () =>
      Effect.gen(function* () {
        const workspace = yield* readWorkspaceFile(oracleWorkspaceFile)
        const { slack, sync, file: pro } = yield* world({ plan: "business-plus", workspace })
        const businessPlus = `${pro}.business-plus.c1z`
        const more = { BATON_BUSINESS_PLUS_TOKEN: slack.userToken, BATON_SCIM_BASE_URL: slack.scimUrl }
        const synced = yield* Effect.all([sync(), sync(["-f", businessPlus], { environment: more })])
        for (const { code, stderr } of synced) assert.strictEqual(code, 0, stderr)

        const onPro = yield* compared(oracleFile("pro"), pro)
        assert.deepStrictEqual([onPro.code, onPro.json.unexplained, onPro.json.notRead], [0, 0, 0])
        const everywhere = { "profile-in-trait": 24, "status-in-trait": 3, "further-profile-keys": 18 }
        assert.deepStrictEqual(onPro.counts, { ...everywhere, "idp-groups-on-pro": 1 })
        assert.deepStrictEqual(onPro.json.records.grant, { theirs: 63, ours: 63, both: 63, same: 63 })

        const onBusinessPlus = yield* compared(oracleFile("business-plus"), businessPlus)
        assert.deepStrictEqual([onBusinessPlus.code, onBusinessPlus.json.unexplained], [0, 0])
        assert.deepStrictEqual(onBusinessPlus.counts, {
          "profile-in-trait": 25,
          "status-in-trait": 3,
          "further-profile-keys": 16,
          "business-plus-roles": 1 + 3 + 3 + 6,
          "date-of-creation": 16,
          "all-accounts-lost": 0,
          "accounts-beyond-scim": 2,
        })
        assert.strictEqual(onBusinessPlus.json.records.grant.same, 68)

        const withoutToken = yield* compared(oracleFile("business-plus"), pro)
        assert.deepStrictEqual([withoutToken.code, withoutToken.json.notRead], [2, 3 + 3 + 5])
        assert.include(JSON.stringify(withoutToken.json.notes), "BATON_BUSINESS_PLUS_TOKEN")

        const text = (yield* runInProcess(["compare", oracleFile("pro"), pro])).out.split("\n")
        assert.match(text[0] ?? "", /^46 differences in .* \(T0EDGE001\), all explained$/u)
        assert.include(text, "The trait of an account has the status of the resource (3)")
      }).pipe(Effect.scoped),
    )
  },
)

const club = { people: { ada: { teams: ["t1"] }, bob: {} }, teams: { t1: "Web" } }

/** `theirs.c1z` by another program, and `ours.c1z` by a connector without known differences. */
const inFolder = Effect.gen(function* () {
  const folder = yield* scratchFolder("compare")
  const ours = join(folder, "ours.c1z")
  yield* syncWorld(workStoreLayer({ output: ours }), club)
  const resources = { "user:ada": "Ada \u001b[31m", "user:bob": "bob", "user:eve": "eve" }
  const theirs = forgedFile(folder, [{ id: "1abc", types: ["user", "team", "role", "club"], resources }])
  const run = (...args: ReadonlyArray<string>) => runInProcess(["compare", ...args])
  return { folder, theirs, ours, run }
})

describe("rollcall compare", () => {
  it.live("lists first what is not explained, without a character that a terminal acts on", () =>
    Effect.gen(function* () {
      const { theirs, ours, run } = yield* inFolder
      const { code, out, err } = yield* run(theirs, ours)
      assert.strictEqual(code, 0, err)
      assert.match(
        out,
        /^\d+ differences in Club C1 \(C1\), \d+ not explained\ntheirs {2}1abc of 2026-01-02T03:04:06Z/u,
      )
      assert.include(out, '    resource user:ada (ada): displayName "Ada \\u001b[31m" → "ada"')
      assert.include(out, "    resource user:eve (eve): only theirs\n")
      assert.include(out, "The connector club declares no known differences, so none can be explained.")
      assert.notInclude(out, "\u001b")
    }).pipe(Effect.scoped),
  )

  it.live("prints each difference as a record with every key, and takes ours from --file", () =>
    Effect.gen(function* () {
      const { theirs, ours, run } = yield* inFolder
      const all: Array<object> = JSON.parse((yield* run(theirs, ours, "-o", "json")).out).differences
      const lines = (yield* run(theirs, "-f", ours, "-o", "ndjson")).out.trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => JSON.parse(line)),
        all,
      )
      for (const one of all) assert.deepStrictEqual(Object.keys(one), Object.keys(all[0] ?? {}))
      const csv = (yield* run(theirs, ours, "-o", "csv")).out.split("\r\n")
      assert.strictEqual(csv[0], "Kind,ID,Name,Only in,Explanation,Details,Why")
      assert.strictEqual(csv.length, all.length + 2)
      const markdown = yield* run(theirs, ours, "-o", "markdown")
      assert.strictEqual(markdown.out.trimEnd().split("\n").length, all.length + 2)
      assert.include(markdown.err, "note: The connector club declares no known differences")
    }).pipe(Effect.scoped),
  )

  it.live("ends with 2 only with --exit-code, and with 0 where both say the same", () =>
    Effect.gen(function* () {
      const { theirs, ours, run } = yield* inFolder
      assert.strictEqual((yield* run(theirs, ours, "--exit-code")).code, 2)
      const same = yield* run(ours, ours, "--exit-code")
      assert.deepStrictEqual([same.code, same.out.split("\n")[0]], [0, "No differences in Club C1 (C1)"])
      assert.include(same.out, "Rollcall wrote both files.")
    }).pipe(Effect.scoped),
  )

  it.live("refuses what cannot be compared, each with its exit code", () =>
    Effect.gen(function* () {
      const { folder, theirs, ours, run } = yield* inFolder
      for (const [args, expected, sentence] of [
        [[ours, theirs], 64, /was written by Rollcall, and .* was not\.\nName the file of the other connector first/],
        [[], 64, /theirs/],
        [[theirs, join(folder, "none.c1z")], 78, /none\.c1z cannot be read: there is no such file/],
        [[`${theirs}@9xyz`, ours], 64, /holds no sync 9xyz/],
      ] as const) {
        const { code, out, err } = yield* run(...args)
        assert.deepStrictEqual([code, out], [expected, ""], err)
        assert.match(err, sentence)
      }
    }).pipe(Effect.scoped),
  )
})

it("ids of known differences are given once, as programs know them by that", () =>
  Promise.all(
    builtIn.all.map(async ({ replaces }) => {
      const ids = (await replaces?.())?.differences.map(({ id }) => id) ?? []
      assert.isAbove(ids.length, 0)
      assert.deepStrictEqual(ids, [...new Set(ids)])
    }),
  ))
