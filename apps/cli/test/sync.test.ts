// The commands that talk to Slack, against a simulated one.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Schedule } from "effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runInProcess } from "./inProcess.ts"
import type { Run } from "./runRollcall.ts"
import { runRollcall, startRollcall } from "./runRollcall.ts"

/** A simulated workspace without limits, and a folder to sync it in. */
const workspace = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const slack = yield* startSimulator({ users: 30, userGroups: 4, rateLimits: "off", ...options })
  const folder = yield* scratchFolder("cli")
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_RATE_LIMITS: "off",
  }
  const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    runRollcall(args, { folder, environment: { ...environment, ...more } })
  return { slack, folder, environment, run }
})

describe.concurrent("a sync", () => {
  it.live("writes the file, says in one line what is in it, and keeps the standard output for results", () =>
    Effect.gen(function* () {
      const { run } = yield* workspace()
      const { code, out, err } = yield* run(["sync"])
      assert.strictEqual(code, 0, err)
      assert.strictEqual(out, "")
      assert.match(
        err,
        /^\S.* is in sync\.c1z: 31 user, .* entitlements, .* grants, nothing missing that the given credentials show, .*\d calls, [\d.]+ s\.\n/,
      )
      const resources = yield* run(["resources", "-t", "user", "-o", "ndjson"])
      assert.strictEqual(resources.out.trimEnd().split("\n").length, 31)
    }),
  )

  it.live("gives its summary as JSON, and one line alone with --quiet", () =>
    Effect.gen(function* () {
      const { run, slack } = yield* workspace()
      const { code, out, err } = yield* run(["sync", "-o", "json", "--quiet"])
      assert.strictEqual(code, 0, err)
      assert.strictEqual(err.trimEnd().split("\n").length, 1)
      const summary = JSON.parse(out)
      assert.strictEqual(summary.tenant.id, slack.teamId)
      assert.strictEqual(summary.counts.resources.user, 31)
      assert.strictEqual(summary.file, "sync.c1z")
      assert.isFalse(summary.sync.resumed)
      assert.deepStrictEqual(summary.gaps, [])
      assert.strictEqual(
        summary.calls,
        Object.values(slack.calls()).reduce((sum, count) => sum + count, 0),
      )
    }),
  )

  it.live("sends no token to a host of the folder's own file, until somebody names that file", () =>
    Effect.gen(function* () {
      const { slack, folder } = yield* workspace()
      writeFileSync(join(folder, ".baton.yaml"), `base-url: ${slack.webApiUrl}\nquiet: true\nrate-limits: off`)
      const environment = { BATON_TOKEN: slack.botToken }
      const { host } = new URL(slack.webApiUrl)
      for (const command of [["sync"], ["doctor"], ["config", "validate"]]) {
        const { code, err } = yield* runRollcall(command, { folder, environment })
        assert.strictEqual(code, 78, err)
        assert.include(err, `error: base-url (.baton.yaml, line 1) would have BATON_TOKEN sent to ${host}.\n`)
        assert.include(err, "--config .baton.yaml")
      }
      assert.deepStrictEqual(slack.calls(), {})
      assert.strictEqual((yield* runRollcall(["config", "show"], { folder, environment })).code, 0)
      const named = yield* runRollcall(["sync", "--config", ".baton.yaml"], { folder, environment })
      assert.strictEqual(named.code, 0, named.err)
    }),
  )

  it.live("writes its log to the standard error alone, masked, in any case that names level and form", () =>
    Effect.gen(function* () {
      const { run } = yield* workspace()
      const log = { BATON_LOG_LEVEL: "DEBUG", BATON_LOG_FORMAT: "JSON" }
      const { code, out, err } = yield* run(["sync", "-o", "json"], { ...log, BATON_TOKEN: "xoxb-of-nobody" })
      assert.strictEqual(code, 77, err)
      assert.strictEqual(out, "")
      assert.match(err, /^\{.*"level":"DEBUG"/mu)
      assert.notInclude(err, "of-nobody")
    }),
  )

  it.live("names its gaps; with --strict it is published all the same and ends with 77", () =>
    Effect.gen(function* () {
      const { run, folder } = yield* workspace({ botScopes: ["users:read", "team:read"] })
      const lenient = yield* run(["sync"])
      assert.strictEqual(lenient.code, 0, lenient.err)
      assert.match(lenient.err, /2 gaps \(.*e-mail addresses.*\)/)
      assert.match(lenient.err, /\ngap: .*usergroups:read/)
      const strict = yield* run(["sync", "--strict", "-f", "strict.c1z"])
      assert.strictEqual(strict.code, 77)
      assert.match(strict.err, /--strict allows no gaps/)
      assert.isTrue(existsSync(join(folder, "strict.c1z")))
      const stats = yield* run(["stats", "-f", "strict.c1z"])
      assert.match(stats.out, /userGroup .* skipped\n/)
      assert.match(stats.out, /Missing:\n- /)
    }),
  )

  it.live("is published and ends with 0 when nobody reads what it says", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* workspace()
      // The warning about the flag is written before anything is read.
      const { code } = yield* runRollcall(["sync", "--ticketing"], { folder, environment, unread: ["stderr"] })
      assert.strictEqual(code, 0)
      assert.isTrue(existsSync(join(folder, "sync.c1z")))
    }),
  )

  it.live("whose summary nobody reads ends with 0, and with --strict and gaps with 77", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* workspace({ botScopes: ["users:read", "team:read"] })
      const unread = ["stdout"] as const
      const lenient = yield* runRollcall(["sync", "-o", "json"], { folder, environment, unread })
      assert.strictEqual(lenient.code, 0, lenient.err)
      const strict = yield* runRollcall(["sync", "--strict", "-o", "json"], { folder, environment, unread })
      assert.strictEqual(strict.code, 77, strict.err)
    }),
  )

  it.live("takes the flags of the Go connector and says that they have no effect", () =>
    Effect.gen(function* () {
      const { run } = yield* workspace()
      const { code, err } = yield* run(["sync", "--workers", "4", "--ticketing"])
      assert.strictEqual(code, 0, err)
      assert.strictEqual(err.match(/^warning: These settings of the Go connector/gm)?.length, 1)
      assert.match(err, /--ticketing, --workers|--workers, --ticketing/)
    }),
  )

  it.live("reads its token from a file", () =>
    Effect.gen(function* () {
      const { run, folder, slack } = yield* workspace()
      writeFileSync(join(folder, "token.txt"), `${slack.botToken}\n`)
      const { code, err } = yield* run(["sync", "--token-file", "token.txt"], { BATON_TOKEN: "" })
      assert.strictEqual(code, 0, err)
    }),
  )

  it.live("narrows what it reads on request", () =>
    Effect.gen(function* () {
      const { run, slack } = yield* workspace()
      const { code, out } = yield* run(["sync", "--sync-resource-types", "user,workspace", "-o", "json"])
      assert.strictEqual(code, 0)
      assert.hasAllKeys(JSON.parse(out).counts.resources, ["user", "workspace"])
      assert.notProperty(slack.calls(), "usergroups.list")
    }),
  )

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 75],
    ["SIGHUP", 75],
  ] as const) {
    it.live(`that gets ${signal} ends with ${expected}, says so, and is continued by the next run`, () =>
      Effect.gen(function* () {
        const { slack, folder, environment, run } = yield* workspace({ users: 450, limitRequiredAbove: 200 })
        // The third page of accounts does not come before the signal does.
        slack.addFaults([{ method: "users.list", call: 4, fault: { kind: "never" } }])
        const first = startRollcall(["sync"], { folder, environment })
        yield* Effect.suspend(() =>
          (slack.calls()["users.list"] ?? 0) >= 4 ? Effect.void : Effect.fail("not yet"),
        ).pipe(Effect.retry(Schedule.spaced("20 millis")))
        first.signal(signal)
        const stopped = yield* Effect.promise(() => first.ended)
        assert.strictEqual(stopped.code, expected, stopped.err)
        assert.match(stopped.err, /run the same command again and it continues where it stopped/)
        assert.isFalse(existsSync(join(folder, "sync.c1z")))

        const before = slack.calls()["users.list"] ?? 0
        const second = yield* run(["sync", "-o", "json"])
        assert.strictEqual(second.code, 0, second.err)
        assert.isTrue(JSON.parse(second.out).sync.resumed)
        assert.strictEqual(JSON.parse(second.out).counts.resources.user, 451)
        // The page that was missing, and perhaps the one that was being stored when the signal came.
        assert.isAtMost((slack.calls()["users.list"] ?? 0) - before, 2)
      }),
    )
  }
})

it.live("a sync is not to be stopped any more once it tells what is in the file", () =>
  Effect.gen(function* () {
    const { slack, folder } = yield* workspace()
    const where = ["--token", slack.botToken, "--base-url", slack.webApiUrl, "--rate-limits", "off"]
    const told: Array<boolean> = []
    const { code, err } = yield* runInProcess(["sync", "-f", join(folder, "sync.c1z"), ...where], {
      heard: (text, meaning) => {
        if (text.includes(` is in ${folder}`)) told.push(meaning.comesTooLate)
      },
    })
    assert.strictEqual(code, 0, err)
    assert.deepStrictEqual(told, [true])
  }),
)

describe.concurrent("the doctor", () => {
  const statesOf = (out: string) =>
    Object.fromEntries(
      JSON.parse(out).findings.map(({ check, state }: { check: string; state: string }) => [check, state] as const),
    )

  it.live("finds a good token good, and names every scope with what it is for", () =>
    Effect.gen(function* () {
      const { run } = yield* workspace()
      const { code, out, err } = yield* run(["doctor", "-o", "json"])
      assert.strictEqual(code, 0, err)
      assert.deepStrictEqual(statesOf(out), {
        token: "ok",
        workspace: "ok",
        plan: "ok",
        "scope users:read": "ok",
        "scope team:read": "ok",
        "scope users:read.email": "ok",
        "scope usergroups:read": "ok",
        "rate limits": "ok",
        clock: "ok",
        folder: "ok",
        file: "ok",
      })
      assert.match((yield* run(["doctor"])).out, /^✓ token .*a bot token \(xoxb-…\)$/m)
    }),
  )

  it.live("says what is lost without a scope, and ends with 77 without a required one", () =>
    Effect.gen(function* () {
      const optional = yield* (yield* workspace({ botScopes: ["users:read"] })).run(["doctor"])
      assert.strictEqual(optional.code, 0, optional.out)
      assert.match(optional.out, /^- scope usergroups:read .*without it no user groups/m)
      const required = yield* (yield* workspace({ botScopes: ["team:read"] })).run(["doctor", "-o", "json"])
      assert.strictEqual(required.code, 77)
      assert.strictEqual(statesOf(required.out)["scope users:read"], "failed")
    }),
  )

  it.live.each(["identify", "admin", "identify admin", "client", "read"])(
    "does not refuse a token that names no scope but %s, as older ones do",
    (scopes) =>
      Effect.gen(function* () {
        const { run } = yield* workspace({ botScopes: scopes.split(" ") })
        const { code, out } = yield* run(["doctor"])
        assert.strictEqual(code, 0, out)
        assert.match(out, /^i scope users:read .*not listed by itself: .*Without it nothing can be synced/m)
        assert.notMatch(out, /✗/u)
      }),
  )

  it.live("ends with 78 without a token or where no file can be written, and with 77 for a token that is refused", () =>
    Effect.gen(function* () {
      const { run, folder } = yield* workspace()
      assert.strictEqual((yield* run(["doctor"], { BATON_TOKEN: "" })).code, 78)
      mkdirSync(join(folder, "taken.c1z"))
      const taken = yield* run(["doctor", "-f", "taken.c1z"])
      assert.strictEqual(taken.code, 78)
      assert.match(taken.out, /^✗ folder .*taken\.c1z/m)
      const refused = yield* run(["doctor"], { BATON_TOKEN: "xoxb-wrong-secret" })
      assert.strictEqual(refused.code, 77)
      assert.notInclude(refused.out + refused.err, "secret")
    }),
  )

  it.live("prints no token that was given in the place of the file, and neither does the summary of a sync", () =>
    Effect.gen(function* () {
      const { run } = yield* workspace()
      const misplaced = { BATON_FILE: "xoxb-1-hush.c1z" }
      const synced = yield* run(["sync"], misplaced)
      assert.strictEqual(synced.code, 0, synced.err)
      assert.match(synced.err, / is in <token> /)
      const { code, out, err } = yield* run(["doctor"], misplaced)
      assert.strictEqual(code, 0, err)
      assert.notInclude(synced.err + out + err, "hush")
    }),
  )

  it.live("names what stands in the work file's place, and leaves all that lies beside the file as it is", () =>
    Effect.gen(function* () {
      const { run, folder } = yield* workspace()
      mkdirSync(join(folder, "sync.c1z.build"))
      for (const name of ["sync.c1z.build/sync.db", "sync.c1z.new", "sync.c1z.work"]) {
        writeFileSync(join(folder, name), "kept")
      }
      const before = new Set(readdirSync(folder, { recursive: true, encoding: "utf8" }))
      for (const command of ["doctor", "sync"]) {
        const { code, out, err } = yield* run([command])
        assert.strictEqual(code, 78, out)
        assert.match(out + err, /sync\.c1z\.work is not a work file of Rollcall/)
        assert.deepStrictEqual(new Set(readdirSync(folder, { recursive: true, encoding: "utf8" })), before)
        assert.strictEqual(readFileSync(join(folder, "sync.c1z.work"), "utf8"), "kept")
      }
    }),
  )

  it.live("notes a sync that is at work, and what is left when it was killed, without touching either", () =>
    Effect.gen(function* () {
      const { slack, run, folder, environment } = yield* workspace({ users: 450, limitRequiredAbove: 200 })
      slack.addFaults([{ method: "users.list", call: 4, fault: { kind: "never" } }])
      const sync = startRollcall(["sync"], { folder, environment })
      yield* Effect.suspend(() =>
        (slack.calls()["users.list"] ?? 0) >= 4 ? Effect.void : Effect.fail("not yet"),
      ).pipe(Effect.retry(Schedule.spaced("20 millis")))
      assert.match((yield* run(["doctor"])).out, /^i folder .*another sync is writing sync\.c1z/m)
      sync.signal("SIGKILL")
      yield* Effect.promise(() => sync.ended)
      const before = new Set(readdirSync(folder))
      assert.match((yield* run(["doctor"])).out, /^✓ folder .*a stopped sync is next to the file/m)
      assert.deepStrictEqual(new Set(readdirSync(folder)), before)
    }),
  )
})

/** Both of its streams end with a whole line; the one on the standard error comes last. */
const isReady = (simulator: Run) =>
  Effect.suspend(() => (simulator.err().endsWith("\n") ? Effect.void : Effect.fail("not yet"))).pipe(
    Effect.retry(Schedule.spaced("20 millis")),
  )

describe.concurrent("the simulator", () => {
  it.live("prints one line when it is ready, serves until it is stopped, and then ends with 0", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const simulator = startRollcall(["simulate", "--users", "20", "--rate-limits", "off"], { folder })
      yield* isReady(simulator)
      const ready = JSON.parse(simulator.out())
      assert.hasAllKeys(ready, ["webApiUrl", "scimUrl", "botToken", "userToken", "plan"])
      const environment = { BATON_TOKEN: ready.userToken, BATON_BASE_URL: ready.webApiUrl }
      const { code, err } = yield* runRollcall(["sync"], { folder, environment })
      assert.strictEqual(code, 0, err)
      simulator.signal("SIGTERM")
      const ended = yield* Effect.promise(() => simulator.ended)
      assert.strictEqual(ended.code, 0)
      assert.strictEqual(ended.out.trimEnd().split("\n").length, 1)
    }),
  )

  for (const args of [[], ["--plan", "business-plus", "--idp-groups", "2"], ["--plan", "business-plus", "--gov"]]) {
    it.live(`says which variables make a sync use it, after simulate ${args.join(" ")}`, () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("cli")
        const simulator = startRollcall(["simulate", "--users", "20", "--rate-limits", "off", ...args], { folder })
        yield* isReady(simulator)
        const exported = [...simulator.err().matchAll(/^export (BATON_\w+)=(\S+)$/gm)].map(([, name, value]) => [
          name,
          value,
        ])
        const { code, out, err } = yield* runRollcall(["sync", "-o", "json"], {
          folder,
          environment: Object.fromEntries(exported),
        })
        assert.strictEqual(code, 0, err)
        assert.deepStrictEqual(JSON.parse(out).gaps, [])
        assert.strictEqual(JSON.parse(out).counts.resources.group > 0, args.includes("--idp-groups"))
        simulator.signal("SIGTERM")
        yield* Effect.promise(() => simulator.ended)
      }),
    )
  }

  it.live("refuses what it cannot simulate with 64", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const { code, err } = yield* runRollcall(["simulate", "--users", "2000000"], { folder })
      assert.strictEqual(code, 64)
      assert.match(err, /users/)
    }),
  )
})

describe.concurrent("the demo", () => {
  it.live("leaves a file behind, and every command that it suggests works on it", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("cli")
      const { code, out, err } = yield* runRollcall(["demo"], { folder })
      assert.strictEqual(code, 0, err)
      assert.match(err, /2,001 user/)
      assert.match(out, /^Primary Owner +1 +workspaceRole:/m)
      assert.match(out, /^Organization Primary Owner +1 +businessPlusRole:/m)
      assert.match(out, /^add U\w+ to .+ changed +as it should be$/m)
      assert.match(out, /^remove U\w+ from .+ changed +as it should be$/m)
      assert.match(out, /^disable U\w+ +changed +as it should be$/m)
      const suggested = [...out.matchAll(/^ {2}rollcall (.*)$/gm)].map(([, args = ""]) => args.split(" "))
      assert.isAtLeast(suggested.length, 6)
      assert.deepStrictEqual(suggested.at(-1), ["init"])
      const page = join(folder, "demo.report.html")
      assert.include(out, `\n${page}\n`)
      assert.match(readFileSync(page, "utf8"), /^<!doctype html>[^]*Primary Owner/u)
      yield* Effect.forEach(
        // One serves until somebody stops it, and one asks somebody; they have tests of their own.
        suggested.filter(([command = ""]) => !["explorer", "init"].includes(command)),
        (args) =>
          Effect.gen(function* () {
            const answer = yield* runRollcall(args, { folder })
            assert.strictEqual(answer.code, 0, `${args.join(" ")}: ${answer.err}`)
            assert.isNotEmpty(answer.out)
          }),
        { concurrency: 2 },
      )
    }),
  )
})
