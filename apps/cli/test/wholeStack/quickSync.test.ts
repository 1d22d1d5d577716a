// `rollcall sync --quick` by real processes: what it leaves as it was, where it is marked, who must not take it by default, and that a
// kill costs it nothing.
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { storedIds } from "@rollcall/test-kit/oracle"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"
import { rollcall, startRollcall, world } from "./command.ts"

const town = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const place = yield* businessPlusWorld(options)
  const folder = dirname(place.file)
  const environment = { BATON_OUTPUT_FORMAT: "json", BATON_ARCHIVE: join(folder, "history"), BATON_ARCHIVE_KEEP: "all" }
  const run = (...args: ReadonlyArray<string>) => place.run(args, { environment })
  const ended = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
    const { code, stdout, stderr } = yield* run(...args)
    assert.strictEqual(code, 0, `${args.join(" ")}: ${stderr}`)
    return { out: JSON.parse(stdout), err: stderr }
  })
  return { ...place, folder, run, ended }
})

const types = (list: ReadonlyArray<{ readonly syncType: string }>) => list.map(({ syncType }) => syncType)

describe("a quick sync", () => {
  it.live("says what it is, is kept next to the full sync, and is what no view shows by default", () =>
    Effect.gen(function* () {
      const { ended, slack } = yield* town()
      const full = yield* ended("sync")
      const shown = (yield* ended("grants")).out
      const before = slack.calls()["users.list"]
      const quick = yield* ended("sync", "--quick", "--strict")
      assert.strictEqual(slack.calls()["users.list"], before)
      assert.match(quick.err, /, a quick sync \(without accounts that SCIM does not list; .*; User Group; /u)
      assert.include(quick.err, `--sync-id ${quick.out.sync.id} shows this quick one`)
      assert.notInclude(quick.err, "nothing missing")
      assert.deepStrictEqual(quick.out.gaps, [])
      yield* ended("sync", "--quick")

      assert.deepStrictEqual((yield* ended("grants")).out, shown)
      assert.deepStrictEqual(types((yield* ended("syncs")).out.syncs), ["full", "partial", "partial"])
      const stats = yield* ended("stats")
      assert.include(JSON.stringify(stats.out), full.out.sync.id)
      const idsOf = ({ grants }: { readonly grants: ReadonlyArray<{ readonly grant: { readonly id: string } }> }) =>
        grants.map(({ grant }) => grant.id).toSorted()
      const held = idsOf((yield* ended("grants", "-t", "group", "--sync-id", quick.out.sync.id)).out)
      assert.isNotEmpty(held)
      assert.deepStrictEqual(held, idsOf((yield* ended("grants", "-t", "group")).out))
    }),
  )

  it.live(
    "is shown with a note where the file has no full sync, so that an empty list says nothing of what was not read",
    () =>
      Effect.gen(function* () {
        const { ended } = yield* town()
        const quick = yield* ended("sync", "--quick")
        const note = `note: The sync ${quick.out.sync.id} is not a full one (quick)`
        assert.include((yield* ended("resources", "-t", "userGroup")).err, note)
        yield* ended("sync")
        assert.notInclude((yield* ended("resources", "-t", "userGroup")).err, "not a full one")
        assert.include((yield* ended("resources", "--sync-id", quick.out.sync.id)).err, note)
      }),
  )

  it.live("is marked in the history, is found by its id and by no date, and is not what diff compares", () =>
    Effect.gen(function* () {
      const { ended, run } = yield* town()
      const first = yield* ended("sync")
      const quick = yield* ended("sync", "--quick")
      const second = yield* ended("sync")
      const copies: ReadonlyArray<{ readonly id: string; readonly type: string; readonly file: string }> =
        (yield* ended("history")).out.syncs
      assert.deepStrictEqual(
        copies.map(({ id, type }) => [id, type]),
        [
          [first.out.sync.id, "full"],
          [quick.out.sync.id, "quick"],
          [second.out.sync.id, "full"],
        ],
      )
      assert.include(copies[1]?.file, "/narrowed/")
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
      const byDate = yield* run("stats", "--sync-id", tomorrow)
      assert.include(byDate.stdout, second.out.sync.id)
      const diff = yield* run("diff", "previous", "latest")
      assert.include(diff.stdout, first.out.sync.id)
      assert.include(diff.stdout, second.out.sync.id)
      assert.notInclude(diff.stdout, quick.out.sync.id)
    }),
  )

  it.live("cannot be reviewed (77) unless the gap is accepted with a reason", () =>
    Effect.gen(function* () {
      const { ended, run, folder, groups } = yield* town()
      yield* ended("sync", "--quick")
      const group = groups().find(({ members }) => members.length > 0)?.group ?? ""
      const list = join(folder, "reviewers.csv")
      writeFileSync(list, "scope,reviewer,name,role\nall,max@example.com,Max,IT\n")
      const campaign = join(folder, "q4")
      const start = ["review", "start", "--campaign", campaign, "--name", "Q4", "--scope", `group:${group}`]
      const named = [...start, "--reviewers", list, "--due", "2099-12-31"]
      const refused = yield* run(...named)
      assert.strictEqual(refused.code, 77, refused.stderr)
      assert.include(refused.stderr, "The sync is not a full one (partial).")
      const accepted = yield* run(...named, "--accept-gap", "only this group is reviewed")
      assert.strictEqual(accepted.code, 0, accepted.stderr)
    }),
  )

  it.live(
    "is refused on Pro (64) with what to set, with no token (78), and where SCIM refuses (77), and leaves the file as it is",
    () =>
      Effect.gen(function* () {
        const pro = yield* world()
        assert.strictEqual((yield* pro.sync()).code, 0)
        const before = readFileSync(pro.file)
        const calls = pro.slack.calls()
        const onPro = yield* pro.sync(["--quick"])
        assert.strictEqual(onPro.code, 64, onPro.stderr)
        assert.match(onPro.stderr, /--quick cannot be used: Slack Pro has no quick sync\..*BATON_BUSINESS_PLUS_TOKEN/su)
        assert.deepStrictEqual(pro.slack.calls(), calls)
        const without = yield* rollcall(["sync", "--quick"], { environment: { BATON_FILE: pro.file } })
        assert.strictEqual(without.code, 78, without.stderr)
        const refused = yield* pro.sync(["--quick"], {
          environment: { BATON_BUSINESS_PLUS_TOKEN: pro.slack.userToken, BATON_SCIM_BASE_URL: pro.slack.scimUrl },
        })
        assert.strictEqual(refused.code, 77, refused.stderr)
        assert.isTrue(readFileSync(pro.file).equals(before))

        const narrowed = yield* (yield* town()).run("sync", "--quick", "--sync-resource-types", "user,workspace")
        assert.strictEqual(narrowed.code, 78, narrowed.stderr)
        assert.include(narrowed.stderr, "reads user, group, and not workspace.")
      }),
  )

  it.live(
    "whose list of accounts stays short ends with 75, and once that is accepted holds each account once, with the gap",
    () =>
      Effect.gen(function* () {
        const whole = yield* businessPlusWorld({ seed: 6 })
        assert.strictEqual((yield* whole.run(["sync", "--quick"])).code, 0)
        const fault = { kind: "wrongTotal" as const, total: 100 }
        const { slack, file, run } = yield* businessPlusWorld({
          seed: 6,
          faults: [{ method: "scim.users.list", times: "always", fault }],
        })
        const short = yield* run(["sync", "--quick"])
        assert.strictEqual(short.code, 75, short.stderr)
        const before = slack.calls()["scim.users.list"] ?? 0
        const accepted = yield* run(["sync", "--quick", "--allow-short-lists"])
        assert.strictEqual(accepted.code, 0, accepted.stderr)
        assert.isAbove(slack.calls()["scim.users.list"] ?? 0, before + 1)
        assert.match(accepted.stderr, /1 gap \(SCIM accounts \(100 accounts announced, /u)
        assert.deepStrictEqual(storedIds(file), storedIds(whole.file))
      }),
  )

  it.live("that is killed page after page continues, and holds what one that was not killed holds", () =>
    Effect.gen(function* () {
      const faults = ["scim.users.list", "scim.groups.list"].flatMap((method) => [
        { method, times: "always" as const, fault: { kind: "shortPage" as const, records: 100 } },
        { method, times: "always" as const, fault: { kind: "delay" as const, millis: 25 } },
      ])
      const size = { users: 900, idpGroups: 5, seed: 4 }
      const whole = yield* businessPlusWorld(size)
      assert.strictEqual((yield* whole.run(["sync", "--quick"])).code, 0)
      const { slack, file, environment } = yield* businessPlusWorld({ ...size, faults })
      const pagesAsked = () => slack.calls()["scim.users.list"] ?? 0
      let kills = 0
      let resumed = ""
      yield* Effect.promise(async () => {
        for (;;) {
          const before = pagesAsked()
          const running = startRollcall(["sync", "--quick"], { environment })
          const watch = setInterval(() => {
            if (pagesAsked() > before + 2) running.kill("SIGKILL")
          }, 1)
          const { code, signal, stderr } = await running.ended
          clearInterval(watch)
          if (signal !== "SIGKILL") {
            assert.strictEqual(code, 0, stderr)
            resumed = stderr
            return
          }
          assert.isBelow(++kills, 20, "every run should come a page further")
        }
      })
      assert.isAtLeast(kills, 3)
      assert.include(resumed, "continued from an earlier run")
      assert.deepStrictEqual(storedIds(file), storedIds(whole.file))
    }),
  )
})
