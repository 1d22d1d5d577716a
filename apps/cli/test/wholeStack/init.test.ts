// A workspace is set up: by somebody at a terminal, and by a script.
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rollcall } from "./command.ts"
import type { Answered } from "./terminal.ts"
import { hasTerminals, runOnTerminal } from "./terminal.ts"

/** A user with an empty folder for settings, and a simulated workspace. */
const newcomer = Effect.gen(function* () {
  const slack = yield* startSimulator({
    plan: "business-plus",
    users: 8,
    userGroups: 1,
    idpGroups: 1,
    rateLimits: "off",
  })
  const home = yield* scratchFolder("newcomer")
  const [settings, work] = [join(home, "settings"), join(home, "work")]
  mkdirSync(work)
  // Advice names the command as pnpm was told to run it, where these tests run in pnpm.
  const environment = { XDG_CONFIG_HOME: settings, XDG_STATE_HOME: home, TMPDIR: home, npm_config_user_agent: "" }
  const own = join(settings, "rollcall")
  const run = (line: string, more: Readonly<Record<string, string>> = {}) =>
    rollcall(line.split(" "), { environment: { ...environment, ...more }, folder: work })
  const onTerminal = (line: string, answers: ReadonlyArray<Answered>, more: Readonly<Record<string, string>> = {}) =>
    Effect.promise(() => runOnTerminal(line.split(" "), { ...environment, ...more }, answers, work))
  const read = (path: string) => readFileSync(path, "utf8")
  const [botFile, userFile] = ["bot", "user"].map((name) => join(home, name))
  writeFileSync(botFile ?? "", `${slack.botToken}\n`)
  writeFileSync(userFile ?? "", slack.userToken)
  const hosts = `--base-url ${slack.webApiUrl}`
  const bothHosts = `${hosts} --scim-base-url ${slack.scimUrl}`
  return { slack, own, work, run, onTerminal, read, botFile, userFile, hosts, bothHosts }
})

/** A connector that does not come with Rollcall. */
const forge = fileURLToPath(new URL("../../../../examples/forge", import.meta.url))

/** That a file or a folder is for its user alone. */
const isPrivate = (path: string) => (statSync(path).mode & 0o077) === 0

describe.skipIf(!hasTerminals)("init on a terminal (needs util-linux's script)", () => {
  it.live(
    "asks, tests, lets one correct, shows no token, and keeps each in a file of its own; then every folder syncs",
    () =>
      Effect.gen(function* () {
        const { slack, own, work, run, onTerminal, read, hosts } = yield* newcomer
        const { botToken } = slack
        const ended = yield* onTerminal(`init ${hosts}`, [
          ["Which plan does the workspace have?", "\r"],
          ["(not shown)", `${"wrong-".repeat(100)}\r`],
          ["A sync would fail with these settings.", "\r"],
          ["(not shown)", `${botToken}x\u007f\r`],
        ])
        assert.strictEqual(ended.code, 0, ended.shown)
        assert.match(ended.shown, /Slack Pro[^]*Slack Business\+[^]*GovSlack/u)
        const link = (yield* run("manifest --link")).stdout.trim()
        assert.match(link, /^https:\/\/api\.slack\.com\/apps\?new_app=1&manifest_json=/u)
        assert.include(ended.shown, `${link}\r\n`)
        assert.match(ended.shown, /✗ (?:token|workspace) /u)
        assert.match(ended.shown, /✓ workspace +Simulated/u)
        assert.match(ended.shown, /What to do next:\r\n {2}rollcall sync\r\n/u)
        assert.notInclude(ended.shown, "wrong-")
        assert.notInclude(ended.shown, botToken.slice(0, 12))
        assert.match(ended.terminal, / icanon [^]* echo /u)

        const token = join(own, "secrets", "token")
        assert.strictEqual(read(token), `${botToken}\n`)
        assert.include(read(join(own, "config.yaml")), `\nbase-url: ${slack.webApiUrl}\ntoken-file: ${token}\n`)
        for (const path of [own, join(own, "secrets"), token, join(own, "config.yaml")])
          assert.isTrue(isPrivate(path), path)
        assert.deepStrictEqual(readdirSync(work), [])

        const synced = yield* run("sync")
        assert.strictEqual(synced.code, 0, synced.stderr)
        assert.deepStrictEqual(readdirSync(work), ["sync.c1z"])
      }),
  )

  it.live("writes nothing and leaves the terminal as it was where Ctrl-C is typed, or somebody stops", () =>
    Effect.gen(function* () {
      const { own, onTerminal, hosts } = yield* newcomer
      const cancelled = yield* onTerminal("init --plan pro", [["(not shown)", "xoxb-1\u0003"]])
      assert.strictEqual(cancelled.code, 130, cancelled.shown)
      assert.include(cancelled.shown, "Nothing was written.")
      assert.match(cancelled.terminal, / icanon [^]* echo /u)
      const stopped = yield* onTerminal(`init --plan pro ${hosts}`, [
        ["(not shown)", "xoxb-wrong\r"],
        ["A sync would fail", "\u001b[B\u001b[B\r"],
      ])
      assert.strictEqual(stopped.code, 130, stopped.shown)
      assert.isFalse(existsSync(own))
    }),
  )

  it.live("with --here writes .baton.yaml alone into the folder, and keeps what was asked to be kept", () =>
    Effect.gen(function* () {
      const { own, work, run, onTerminal, read } = yield* newcomer
      // Nothing is there, so nothing leaves this machine.
      const nowhere = { HTTPS_PROXY: "http://127.0.0.1:1" }
      const ended = yield* onTerminal(
        "init --here --plan pro",
        [
          ["(not shown)", "xoxb-here\r"],
          ["A sync would fail", "\u001b[B\r"],
        ],
        nowhere,
      )
      assert.strictEqual(ended.code, 0, ended.shown)
      assert.deepStrictEqual(readdirSync(work), [".baton.yaml"])
      const [, token = ""] = /^token-file: (.*)$/mu.exec(read(join(work, ".baton.yaml"))) ?? []
      assert.isTrue(token.startsWith(join(own, "secrets", "work.")), token)
      assert.strictEqual(read(token), "xoxb-here\n")
      assert.isTrue(isPrivate(token))
      const { stdout } = yield* run("config show -o csv")
      assert.match(stdout, /^token,\(hidden\),"?token-file \(\.baton\.yaml/mu)
    }),
  )
})

describe("init for a script", () => {
  it.live(
    "takes plan and files of tokens, keeps what is there, and replaces it with --force once the test is good",
    () =>
      Effect.gen(function* () {
        const { slack, own, run, read, botFile, userFile, hosts } = yield* newcomer
        const first = yield* run(`init --plan pro --token-file ${botFile} ${hosts}`)
        assert.strictEqual(first.code, 0, first.stderr)
        assert.notInclude(first.stdout + first.stderr, slack.botToken)
        const before = read(join(own, "config.yaml"))

        const again = yield* run(`init --plan pro --token-file ${userFile} ${hosts}`)
        assert.strictEqual(again.code, 78)
        assert.match(again.stderr, /config\.yaml is there already, and is kept\.\nReplace it with --force/u)
        rmSync(join(own, "config.yaml"))
        const left = yield* run(`init --plan pro --token-file ${userFile} ${hosts}`)
        assert.strictEqual(left.code, 78)
        assert.match(left.stderr, /^error: .*secrets.token is there already, and is kept\./u)
        writeFileSync(join(own, "config.yaml"), before)
        writeFileSync(userFile ?? "", "xoxb-wrong")
        const wrong = yield* run(`init --force --plan pro --token-file ${userFile} ${hosts}`)
        assert.strictEqual(wrong.code, 77, wrong.stderr)
        assert.match(wrong.stderr, /^Nothing was written\.$/mu)
        assert.strictEqual(read(join(own, "config.yaml")), before)
        assert.strictEqual(read(join(own, "secrets", "token")), `${slack.botToken}\n`)
        writeFileSync(userFile ?? "", slack.userToken)
        // The plan follows from the token that is given.
        const forced = yield* run(`init --force ${hosts}`, { BATON_TOKEN: slack.userToken })
        assert.strictEqual(forced.code, 0, forced.stderr)
        assert.match(forced.stdout, /^As long as BATON_TOKEN is set, commands take that instead: unset it\.$/mu)
        assert.strictEqual(read(join(own, "secrets", "token")), `${slack.userToken}\n`)
        assert.deepStrictEqual(readdirSync(join(own, "secrets")), ["token"])
      }),
  )

  it.live("adds a profile to those that are there, which commands then use", () =>
    Effect.gen(function* () {
      const { own, work, run, read, userFile, bothHosts } = yield* newcomer
      mkdirSync(own, { recursive: true })
      const file = join(own, "connections.yaml")
      writeFileSync(file, "# Ours\nconnections:\n  ops:\n    every: 6h # Often\n")
      const plan = `--plan govslack --business-plus-token-file ${userFile}`
      const added = yield* run(`init --profile sales ${plan} ${bothHosts}`)
      assert.strictEqual(added.code, 0, added.stderr)
      assert.match(added.stdout, /\n {2}rollcall sync --profile sales\n$/u)
      assert.match(read(file), /^# Ours\nconnections:\n {2}ops:\n {4}every: 6h # Often\n {2}sales:\n/u)
      assert.match(read(file), /\n {4}gov-env: true\n/u)
      const twice = yield* run(`init --profile sales ${plan} ${bothHosts}`)
      assert.match(twice.stderr, /The profile sales is in .*connections\.yaml already, and is kept/u)
      assert.strictEqual(twice.code, 78)

      const synced = yield* run("--profile sales sync", { BATON_TOKEN: "xoxb-of-another" })
      assert.strictEqual(synced.code, 0, synced.stderr)
      assert.match(synced.stderr, /profile sales has settings of its own, so BATON_TOKEN has no effect/u)
      assert.deepStrictEqual(readdirSync(work), ["sales.c1z"])
      const unknown = yield* run("stats", { BATON_PROFILE: "slaes" })
      assert.strictEqual(unknown.code, 78)
      assert.match(unknown.stderr, /BATON_PROFILE names no connection.*"slaes"\.\nDid you mean sales\?/u)
    }),
  )

  it.live("says what is missing, and refuses what would not work", () =>
    Effect.gen(function* () {
      const { own, run, botFile, hosts } = yield* newcomer
      const lines: ReadonlyArray<readonly [line: string, code: number, says: RegExp]> = [
        ["init", 64, /asked for the plan, as this is no terminal\.\nGive --plan pro\|business-plus\|govslack/u],
        [
          "init --plan business-plus",
          64,
          /asked for the business-plus-token.*\n.*--business-plus-token-file PATH, or set/u,
        ],
        ["init --plan pro --token xoxb-1-hush", 64, /Unrecognized flag: --token/u],
        [`init --here --plan pro --token-file ${botFile} ${hosts}`, 64, /base-url cannot be kept in this folder/u],
        [
          `init --here --connector ${forge} --token-file ${botFile}`,
          64,
          /connector that is not part of Rollcall cannot/u,
        ],
        ["init --here --profile sales", 64, /--here and a profile exclude each other/u],
        ["init --profile Sales", 64, /A profile cannot be called "Sales"/u],
      ]
      for (const [line, code, says] of lines) {
        const ended = yield* run(line)
        assert.strictEqual(ended.code, code, ended.stderr)
        assert.match(ended.stderr, says)
        assert.notInclude(ended.stderr, "hush")
      }
      assert.isFalse(existsSync(own))
      writeFileSync(own.replace(/\/rollcall$/u, ""), "")
      const blocked = yield* run(`init --plan pro --token-file ${botFile} ${hosts}`)
      assert.strictEqual(blocked.code, 78, blocked.stderr)
      assert.match(blocked.stderr, /secrets.token cannot be written.*\n.*XDG_CONFIG_HOME/u)
    }),
  )
})
