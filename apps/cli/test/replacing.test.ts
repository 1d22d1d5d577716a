// What a sync does to the file that is there: the guard against collapse, another workspace, a narrowed sync, and a file that
// cannot be replaced.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { RunningSimulator, SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runRollcall } from "./runRollcall.ts"

/** A folder, and the command in it against a simulated workspace of its own for each name. */
const inFolder = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("cli")
  const against = (options: SimulatorOptions) =>
    Effect.map(startSimulator({ userGroups: 4, rateLimits: "off", ...options }), (slack) => {
      const settings = { BATON_TOKEN: slack.botToken, BATON_BASE_URL: slack.webApiUrl, BATON_RATE_LIMITS: "off" }
      return {
        slack,
        run: (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
          runRollcall(args, { folder, environment: { ...settings, ...more } }),
      }
    })
  const file = join(folder, "sync.c1z")
  return { folder, against, file, view: (args: ReadonlyArray<string>) => runRollcall(args, { folder }) }
})

describe("a sync of a workspace that has far fewer people than before", () => {
  it.live("ends with 75 and both figures; with --allow-shrink it is published from what was read, at one call", () =>
    Effect.gen(function* () {
      const { against, file, folder } = yield* inFolder()
      const before = yield* (yield* against({ users: 60 })).run(["sync"])
      assert.strictEqual(before.code, 0, before.err)
      const bytes = readFileSync(file)
      const { run, slack } = yield* against({ users: 9 })
      const stopped = yield* run(["sync"])
      assert.strictEqual(stopped.code, 75, stopped.err)
      assert.match(stopped.err, /61 user before, 10 now/)
      assert.include(stopped.err, "--allow-shrink")
      assert.isTrue(readFileSync(file).equals(bytes))

      const called = slack.calls()
      const accepted = yield* run(["sync", "--allow-shrink"])
      assert.strictEqual(accepted.code, 0, accepted.err)
      assert.match(accepted.err, /10 user, .*, 1 call, .*continued from an earlier run/)
      assert.deepStrictEqual(slack.calls(), { ...called, "auth.test": 2 })
      assert.isFalse(existsSync(join(folder, "sync.c1z.work")))
    }),
  )

  it.live("reads everything again without it, and takes no variable for it", () =>
    Effect.gen(function* () {
      const { against } = yield* inFolder()
      assert.strictEqual((yield* (yield* against({ users: 60 })).run(["sync"])).code, 0)
      const { run, slack } = yield* against({ users: 9 })
      assert.strictEqual((yield* run(["sync"])).code, 75)
      const again = yield* run(["sync"], { BATON_ALLOW_SHRINK: "true" })
      assert.strictEqual(again.code, 75, again.err)
      assert.strictEqual(slack.calls()["users.list"], 2)
      const today = new Date().toISOString().slice(0, 10)
      const accepted = yield* run(["sync"], { BATON_ALLOW_SHRINK_UNTIL: today })
      assert.strictEqual(accepted.code, 0, accepted.err)
      assert.strictEqual(slack.calls()["users.list"], 2)
    }),
  )

  it.live("is not accepted by a date that has passed, and a warning says so", () =>
    Effect.gen(function* () {
      const { against } = yield* inFolder()
      assert.strictEqual((yield* (yield* against({ users: 60 })).run(["sync"])).code, 0)
      const { run } = yield* against({ users: 9 })
      const { code, err } = yield* run(["sync"], { BATON_ALLOW_SHRINK_UNTIL: "2020-01-01" })
      assert.strictEqual(code, 75, err)
      assert.match(err, /^warning: BATON_ALLOW_SHRINK_UNTIL accepts losses up to 2020-01-01, which has passed/)
    }),
  )

  it.live("ends with 78 where a variable says what is no day, and 64 where a flag does", () =>
    Effect.gen(function* () {
      const { against } = yield* inFolder()
      const { run, slack } = yield* against({ users: 9 })
      assert.strictEqual((yield* run(["sync"], { BATON_ALLOW_SHRINK_UNTIL: "2027-02-30" })).code, 78)
      assert.strictEqual((yield* run(["sync", "--allow-shrink-until", "tomorrow"])).code, 64)
      assert.deepStrictEqual(slack.calls(), {})
    }),
  )
})

describe("a file that holds another workspace", () => {
  it.live("ends the sync with 78 and both names before anything is read, and shows its own", () =>
    Effect.gen(function* () {
      const { against, file, view } = yield* inFolder()
      const first = yield* against({ users: 5, seed: 1 })
      assert.strictEqual((yield* first.run(["sync"])).code, 0)
      const bytes = readFileSync(file)
      const second = yield* against({ users: 5, seed: 2 })
      const { code, err } = yield* second.run(["sync"])
      assert.strictEqual(code, 78, err)
      assert.include(err, `(${first.slack.teamId})`)
      assert.include(err, `(${second.slack.teamId})`)
      assert.include(err, "--replace-workspace")
      assert.deepStrictEqual(second.slack.calls(), { "auth.test": 1 })
      assert.isTrue(readFileSync(file).equals(bytes))
      assert.include((yield* view(["stats"])).out, `(${first.slack.teamId})`)
      assert.include((yield* view(["syncs"])).out, `(${first.slack.teamId})`)
    }),
  )

  for (const [plan, settings] of [
    ["pro", () => ({})],
    [
      "business-plus",
      (slack: RunningSimulator) => ({ BATON_BUSINESS_PLUS_TOKEN: slack.userToken, BATON_SCIM_BASE_URL: slack.scimUrl }),
    ],
  ] as const) {
    it.live(`is told by doctor with 78 and both names before a sync is tried, on ${plan}`, () =>
      Effect.gen(function* () {
        const { against } = yield* inFolder()
        const first = yield* against({ users: 5, seed: 1, plan })
        assert.strictEqual((yield* first.run(["sync"])).code, 0)
        const own = yield* first.run(["doctor"], settings(first.slack))
        assert.strictEqual(own.code, 0, own.out)
        const second = yield* against({ users: 5, seed: 2, plan })
        const { code, out } = yield* second.run(["doctor"], settings(second.slack))
        assert.strictEqual(code, 78, out)
        const line = /^✗ file +.* holds (?<held>.*), and a sync would read (?<read>.*)$/m.exec(out)
        assert.include(line?.groups?.["held"], `(${first.slack.teamId})`)
        assert.include(line?.groups?.["read"], `(${second.slack.teamId})`)
        assert.include(out, "--replace-workspace")
      }),
    )
  }

  it.live("is replaced with --replace-workspace, and is the new one's from then on", () =>
    Effect.gen(function* () {
      const { against, view } = yield* inFolder()
      const first = yield* against({ users: 40, seed: 1 })
      assert.strictEqual((yield* first.run(["sync"])).code, 0)
      const second = yield* against({ users: 5, seed: 2 })
      const replaced = yield* second.run(["sync", "--replace-workspace"])
      assert.strictEqual(replaced.code, 0, replaced.err)
      assert.match(replaced.err, /\nwarning: The earlier sync .* was not kept/)
      assert.strictEqual((yield* second.run(["sync"])).code, 0)
      assert.notInclude((yield* view(["syncs", "-o", "json"])).out, first.slack.teamId)
      assert.strictEqual((yield* first.run(["sync"])).code, 78)
    }),
  )
})

describe("a narrowed sync", () => {
  it.live("says so, and is neither shown instead of a full one nor pushes it out of the file", () =>
    Effect.gen(function* () {
      const { against, view } = yield* inFolder()
      const { run } = yield* against({ users: 5 })
      assert.strictEqual((yield* run(["sync"])).code, 0)
      const groups = (yield* view(["resources", "-t", "userGroup", "-o", "json"])).out
      for (let time = 0; time < 3; time++) {
        const { code, err } = yield* run(["sync", "--sync-resource-types", "user,workspace", "--strict"])
        assert.strictEqual(code, 0, err)
        assert.match(err, /, narrowed on request \(only user, workspace\), /)
        assert.notInclude(err, "nothing missing")
      }
      assert.strictEqual((yield* view(["resources", "-t", "userGroup", "-o", "json"])).out, groups)
      const { syncs } = JSON.parse((yield* view(["syncs", "-o", "json"])).out)
      assert.deepStrictEqual(
        syncs.map((sync: { syncType: string }) => sync.syncType),
        ["full", "partial", "partial"],
      )
      const narrowest = yield* view(["stats", "--sync-id", syncs[2].id])
      assert.match(narrowest.out, /userGroup .* skipped\n/)
    }),
  )
})

describe("a file that cannot be replaced", () => {
  for (const [what, content] of [
    ["is damaged", Buffer.concat([Buffer.from("C1ZF\0"), Buffer.alloc(200, 7)])],
    ["is of another program", Buffer.from("%PDF-1.7")],
  ] as const) {
    it.live(`as it ${what} ends the sync with 78 before the first call, and stays as it is`, () =>
      Effect.gen(function* () {
        const { against, file } = yield* inFolder()
        const { run, slack } = yield* against({ users: 5 })
        writeFileSync(file, content)
        const { code, err } = yield* run(["sync"])
        assert.strictEqual(code, 78, err)
        assert.include(err, "Move that file away")
        assert.deepStrictEqual(slack.calls(), {})
        assert.isTrue(readFileSync(file).equals(content))
      }),
    )
  }
})
