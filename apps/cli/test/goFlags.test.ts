// Command lines of the Go connector: what the documentation's table says of each flag is what happens.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { readFileSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runInProcess } from "./inProcess.ts"
import { runRollcall } from "./runRollcall.ts"

const page = readFileSync(new URL("../../../docs/migrate-from-baton-slack.md", import.meta.url), "utf8")
const table = [...page.matchAll(/^\| `--([\w-]+)` +\| (.*?) +\|$/gmu)].map(([, name = "", says = ""]) => ({
  name,
  says,
}))

/** Flags without a value; all others are given one that no setting takes. */
const switches = new Set(
  [
    "bulk-create-ticket compact-syncs create-ticket diff-syncs get-ticket gov-env health-check keep-previous-sync-c1z",
    "list-action-schemas list-resource-actions list-ticket-schemas log-event-log otel-collector-endpoint-tls-insecure",
    "otel-logging-disabled otel-tracing-disabled parallel-sync provisioning skip-entitlements-and-grants skip-full-sync",
    "skip-grants ticketing",
  ].flatMap((line) => line.split(" ")),
)

const typed = (name: string) => (switches.has(name) ? [`--${name}`] : [`--${name}`, "value\u0000of-flag"])
const rowsThatSay = (words: string) => table.filter(({ says }) => says.includes(words))

describe("of the flags of the Go connector", () => {
  it("each has a row that says one of these", () => {
    assert.lengthOf(new Set(table.map(({ name }) => name)), 79)
    const kinds = ["as it asks to", "unknown flag", "accepted without effect", "the same setting"]
    for (const { name, says } of table)
      assert.isTrue(
        kinds.some((kind) => says.includes(kind)),
        name,
      )
  })

  it.live(
    "those that ask for something else end a sync with 64, each named with its command, and no value is quoted",
    () =>
      Effect.gen(function* () {
        const asking = rowsThatSay("as it asks to")
        const { code, err } = yield* runInProcess(["sync", "--quiet", ...asking.flatMap(({ name }) => typed(name))])
        assert.strictEqual(code, 64, err)
        assert.isAbove(asking.length, 30)
        for (const { name, says } of asking) {
          const [, asksTo = "", instead = ""] = /as it asks to ([^.]+)\. (.*)/u.exec(says) ?? []
          const line =
            err.split("\n").find((text) => new RegExp(`--${name}[, ].*asks? to ${asksTo}`, "u").test(text)) ?? ""
          assert.include(line, instead, name)
        }
        assert.notInclude(err, "of-flag")
      }),
  )

  it.live("those without effect are named in one warning", () =>
    Effect.gen(function* () {
      const unused = rowsThatSay("accepted without effect")
      const { err } = yield* runInProcess(["sync", ...unused.flatMap(({ name }) => typed(name))])
      const [, named = ""] = /^warning: These settings .* no effect here: (.*)\.$/mu.exec(err) ?? []
      assert.sameMembers(
        named.split(", "),
        unused.map(({ name }) => `--${name}`),
      )
    }),
  )

  it.live("those of the worker alone are unknown to a sync", () =>
    Effect.gen(function* () {
      for (const { name } of rowsThatSay("unknown flag")) {
        const { code, err } = yield* runInProcess(["sync", ...typed(name)])
        assert.strictEqual(code, 64)
        assert.include(err, `Unrecognized flag: --${name} `)
      }
    }),
  )

  it.live("those that are settings here are taken, and checked where a sync acts on them", () =>
    Effect.gen(function* () {
      const same = rowsThatSay("the same setting").filter(({ says }) => !says.includes("unknown flag"))
      const { code, err } = yield* runInProcess(["sync", ...same.flatMap(({ name }) => typed(name))])
      assert.strictEqual(code, 64)
      assert.notMatch(err, /Unrecognized|no effect/u)
      for (const name of ["base-url", "http-timeout-seconds", "file"]) assert.include(err, `- --${name} must be`)
    }),
  )
})

/** A simulated workspace, and the command in a process of its own. */
const workspace = Effect.gen(function* () {
  const slack = yield* startSimulator({ users: 5, rateLimits: "off" })
  const folder = yield* scratchFolder("cli")
  const environment = { BATON_TOKEN: slack.botToken, BATON_BASE_URL: slack.webApiUrl, BATON_RATE_LIMITS: "off" }
  const run = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
    runRollcall(args, { folder, environment: { ...environment, ...more } })
  return { slack, folder, run }
})

describe("a request to revoke", () => {
  for (const [how, args, environment, code] of [
    ["a flag of sync", ["sync", "--revoke-grant", "g"], {}, 64],
    ["a flag of sync that is quiet", ["sync", "-q", "--revoke-grant=g"], {}, 64],
    ["a flag without a command", ["-p", "--revoke-grant", "g", "-f", "a.c1z"], {}, 64],
    ["a variable of sync", ["sync"], { BATON_REVOKE_GRANT: "g" }, 78],
    ["a variable without a command", [], { BATON_REVOKE_GRANT: "g" }, 78],
    ["a file named by --config", ["sync", "-q", "--config", "mine.yaml"], {}, 78],
    ["a file named by BATON_CONFIG_PATH, without a command", [], { BATON_CONFIG_PATH: "mine.yaml" }, 78],
    ["a variable, as config validate sees it", ["config", "validate"], { BATON_REVOKE_GRANT: "g" }, 78],
  ] as const) {
    it.live(`that comes as ${how} ends with ${code} before any call`, () =>
      Effect.gen(function* () {
        const { slack, folder, run } = yield* workspace
        writeFileSync(join(folder, "mine.yaml"), "revoke-grant: g")
        const ended = yield* run(args, environment)
        assert.strictEqual(ended.code, code, ended.err)
        assert.include(ended.err, "`rollcall revoke --grant …`")
        assert.deepStrictEqual(slack.calls(), {})
        assert.deepStrictEqual(readdirSync(folder), ["mine.yaml"])
      }),
    )
  }

  it.live("in a .baton.yaml of the folder is a warning that --quiet does not silence, once", () =>
    Effect.gen(function* () {
      const { folder, run } = yield* workspace
      writeFileSync(join(folder, ".baton.yaml"), "revoke-grant: g\nskip-full-sync: true")
      for (const args of [["sync"], ["sync", "-q"]]) {
        const { code, err } = yield* run(args)
        assert.strictEqual(code, 0, err)
        assert.lengthOf(err.match(/revoke-grant/gu) ?? [], 1)
        assert.match(
          err,
          /^warning: revoke-grant \(\.baton\.yaml, line 1\) .*ignored\. Run `rollcall revoke --grant …`/mu,
        )
        assert.match(err, /^warning: skip-full-sync \(\.baton\.yaml, line 2\) asks to read nothing/mu)
      }
      const without = yield* run([])
      assert.strictEqual(without.code, 64)
      assert.match(without.err, /^warning: revoke-grant/u)
    }),
  )

  it.live("that is empty is none", () =>
    Effect.gen(function* () {
      const { run } = yield* workspace
      const { code, err } = yield* run(["sync", "--create-ticket=false"], { BATON_REVOKE_GRANT: "" })
      assert.strictEqual(code, 0, err)
    }),
  )
})

it.live("a sync takes the flags of a worker that share its command line, and skips grants", () =>
  Effect.gen(function* () {
    const { run } = yield* workspace
    const args = [
      "-p",
      "--task-concurrency",
      "9",
      "sync",
      "--http-timeout-seconds",
      "60",
      "--skip-grants",
      "-o",
      "json",
    ]
    const { code, out, err } = yield* run(args)
    assert.strictEqual(code, 0, err)
    const { counts } = JSON.parse(out)
    assert.isNotEmpty(counts.entitlements)
    assert.isEmpty(counts.grants)
    assert.match(err, /narrowed on request \(without grants\)/u)
    const { syncs } = JSON.parse((yield* run(["syncs", "-o", "json"])).out)
    assert.deepStrictEqual(
      syncs.map(({ syncType }: { syncType: string }) => syncType),
      ["partial"],
    )
    assert.strictEqual((yield* run(["sync"], { BATON_SKIP_GRANTS: "maybe" })).code, 78)
    assert.strictEqual((yield* run(["sync", "--http-timeout-seconds", "0"])).code, 64)
  }),
)

it.live("flags of settings that are alone are told that there is no command", () =>
  Effect.gen(function* () {
    const { code, err } = yield* runInProcess(["--token", "xoxb-1-secret", "-f", "a.c1z"])
    assert.strictEqual(code, 64)
    assert.match(err, /^error: No command is given\.\n`rollcall sync`/u)
    assert.strictEqual((yield* runInProcess([])).code, 64)
  }),
)
