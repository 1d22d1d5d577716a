// What the command makes of its arguments and of its configuration, before it does anything.
import { assert, describe, it } from "@effect/vitest"
import { isOneFile } from "@rollcall/test-kit/bundles"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { builtIn } from "@rollcall/host"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { runInProcess } from "./inProcess.ts"
import { runRollcall } from "./runRollcall.ts"

const run = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  given: { readonly file?: string; readonly environment?: Readonly<Record<string, string>> } = {},
) {
  const folder = yield* scratchFolder("cli")
  if (given.file !== undefined) writeFileSync(join(folder, ".baton.yaml"), given.file)
  return yield* runRollcall(args, {
    folder,
    ...(given.environment === undefined ? {} : { environment: given.environment }),
  })
}, Effect.scoped)

describe("misuse ends with 64, an explanation and nothing on the standard output:", () => {
  const misuses: ReadonlyArray<readonly [title: string, args: ReadonlyArray<string>, says: RegExp]> = [
    ["an unknown command", ["frobnicate"], /Unknown subcommand "frobnicate"/],
    ["an unknown command that is asked for its help", ["nonsense", "--help"], /Unknown subcommand "nonsense"/],
    ["an unknown step of a review", ["review", "strat", "-h"], /"strat" for "rollcall review"[^]*\n {4}start\n/],
    ["an unknown command with another flag", ["snyc", "--version"], /Did you mean this\?\n {4}sync\n/],
    ["an unknown flag next to --help", ["sync", "--frobnicate", "--help"], /Unrecognized flag: --frobnicate in/],
    ["a flag that is almost one", ["sync", "--strickt"], /Did you mean this\?\n {4}--strict\n/],
    ["an unknown flag", ["sync", "--frobnicate"], /Unrecognized flag: --frobnicate in command rollcall sync/],
    ["an unexpected argument", ["stats", "everything"], /Unexpected positional argument/],
    ["a flag without its value", ["grants", "-f"], /Missing value for flag --file/],
    ["a question about nothing", ["resources", "-t", ""], /--resource-type. Expected: a text that is not empty/],
    [
      "a choice that is none",
      ["grants", "-o", "xml"],
      /--output-format must be one of table, json, ndjson, csv, markdown/,
    ],
    [
      "a form that a summary does not have",
      ["sync", "-o", "csv"],
      /--output-format must be one of table, json, ndjson\./,
    ],
    ["two names of a connector", ["manifest", "--connector", "slack-pro", "--plan", "pro"], /exclude each other/],
    ["a number out of its range", ["sync", "--keep-sync-count", "0"], /--keep-sync-count must be from 1 to 1000/],
    ["a list of nothing", ["sync", "--sync-resource-types", ""], /--sync-resource-types must name at least one/],
    ["grants of two things", ["grants", "Staff", "-r", "S1"], /"Staff" is given next to --resource/],
    ["grants of a resource and an entitlement", ["grants", "-t", "g", "-r", "S1", "-e", "e"], /exclude each other/],
    ["principals of nothing", ["principals"], /Say of what: the name or id of a resource/],
    ["principals of a type alone", ["principals", "-t", "userGroup"], /Say of what/],
    ["access of nobody", ["access", "-t", "user"], /Say whose access/],
    ["a grant of nothing", ["grant"], /Nothing is named to grant/],
    [
      "an entitlement for nobody",
      ["grant", "-e", "group:S1:member"],
      /--entitlement and --principal must be given together/,
    ],
    ["two ways of saying what", ["revoke", "--grant", "g", "--from", "-"], /in more than one way/],
    [
      "a bound that is no number",
      ["revoke", "--from", "-", "--max-removals", "all"],
      /--max-removals must be a whole number of at least 0\./,
    ],
    ["a negative bound", ["revoke", "--from", "-", "--max-removals", "-1"], /--max-removals must be 0 or more\./],
    ["a port that is no number", ["simulate", "--port", "x"], /"x". Expected: a whole number from 0 to 65535\n/],
    ["a port that no machine has", ["simulate", "--port", "99999"], /Expected: a whole number from 0 to 65535\n/],
    [
      "a simulated workspace of half a person",
      ["simulate", "--users", "0.5"],
      /Expected: a whole number from 1 to 1000000\n/,
    ],
    ["a simulated workspace without the account of its token", ["simulate", "--users", "0"], /from 1 to 1000000\n/],
    ["completions for an unknown shell", ["completions", "tcsh"], /"bash" \| "zsh"/],
    ["help of an unknown command", ["help", "reveiw", "start"], /Unknown subcommand "reveiw"[^]*\n {4}review\n/],
    ["a misspelt choice of a setting", ["sync", "--log-level", "degub"], /^Did you mean debug\? Correct it, or/mu],
    ["a misspelt form of the results", ["sync", "-o", "tabel"], /^Did you mean table\? Correct it, or/mu],
    ["a misspelt choice of a command", ["simulate", "--plan", "por"], /"business-plus"\. Did you mean pro\?\n/],
    ["a misspelt shell", ["completions", "fihs"], /"powershell"\. Did you mean fish\?\n/],
    ["a misspelt connector", ["sync", "--connector", "slack-por"], /^Did you mean slack-pro\? Install it/mu],
    [
      "a misspelt resource type",
      ["sync", "--token", "x", "--sync-resource-types", "usergroup"],
      /^Did you mean userGroup\? Choose from/mu,
    ],
    ["the beginning of a flag", ["simulate", "--user-gr", "1"], /Did you mean this\?\n {4}--user-groups\n/],
  ]
  for (const [title, args, says] of misuses) {
    it.live(title, () =>
      Effect.gen(function* () {
        const { code, out, err } = yield* runInProcess(args)
        assert.strictEqual(code, 64, err)
        assert.match(err, says)
        assert.notMatch(err, /\n\s+at /)
        assert.strictEqual(out, "")
      }),
    )
  }
})

it.live("the flags of an unknown action are not called unknown as well", () =>
  Effect.gen(function* () {
    const { code, err } = yield* runInProcess(["actions", "run", "disable_usr", "--user-id", "U1"])
    assert.strictEqual(code, 64)
    assert.match(err, /Unknown subcommand "disable_usr"[^]*disable_user/)
    assert.notInclude(err, "Unrecognized flag")
  }),
)

it.live("steps of a review have no flag that would do nothing there", () =>
  Effect.gen(function* () {
    const asked = ["file", "archive", "workspace", "c1z-temp-dir", "decoder-max-decoded-size-mb", "audit-file"]
    const unpacking = ["c1z-temp-dir", "decoder-max-decoded-size-mb"]
    const used: Readonly<Record<string, ReadonlyArray<string>>> = {
      start: ["file", "archive", ...unpacking],
      tables: [],
      import: [],
      status: [],
      assign: [],
      extend: [],
      remind: [],
      close: ["file", "archive", ...unpacking],
      remediate: [],
      verify: ["file", ...unpacking, "audit-file"],
      "sign-off": [],
      evidence: ["file", "audit-file"],
      check: unpacking,
    }
    for (const [step, flags] of Object.entries(used)) {
      const { out: help } = yield* runInProcess(["review", step, "--help"])
      const shown = asked.filter((flag) => new RegExp(`^ +--${flag}\\b`, "mu").test(help))
      assert.deepStrictEqual(shown, [...flags], step)
      for (const flag of asked.filter((one) => !flags.includes(one))) {
        const { code, err } = yield* runInProcess(["review", step, `--${flag}`, "1"])
        assert.strictEqual(code, 64)
        assert.include(err, `Unrecognized flag: --${flag}`)
      }
    }
  }),
)

it.live("a token that was typed where none belongs is not repeated, of whatever kind it is", () =>
  Effect.gen(function* () {
    for (const token of ["xoxb-1-secret", "xwfp-1-secret", "xoxe.xoxp-1-secret"]) {
      const { code, err } = yield* runInProcess(["grants", token])
      assert.strictEqual(code, 64)
      assert.include(err, "<token>")
      assert.notInclude(err, "secret")
    }
  }),
)

it.live("misuse ends the process with 64, a failure with its own code", () =>
  Effect.gen(function* () {
    assert.strictEqual((yield* run(["sync", "--frobnicate"])).code, 64)
    assert.strictEqual((yield* run(["grants", "-f", "missing.c1z"])).code, 78)
  }),
)

/** Names each module that a program loads on its standard error. */
const namesModules = encodeURIComponent(`
  import { registerHooks } from "node:module"
  registerHooks({ load: (url, context, next) => (process.stderr.write(url + "\\n"), next(url, context)) })
`)

describe("help", () => {
  it.live.skipIf(isOneFile)("of a bundle, the version, completions and refusals load nothing but the entry", () =>
    Effect.gen(function* () {
      const environment = { NODE_OPTIONS: `--import=data:text/javascript,${namesModules}` }
      for (const args of [
        "--help",
        "help sync",
        "--version",
        "version",
        "completions bash",
        "nonsense --help",
        "sync --hlep",
      ]) {
        const { err } = yield* run(args.split(" "), { environment })
        const loaded = err
          .split("\n")
          .flatMap((line) => /^(?:node:.*|file:.*\/([^/]+?)(?:-[\w-]{8})?\.mjs)$/u.exec(line)?.[1] ?? [])
        assert.deepStrictEqual(loaded, ["main", "first"], args)
      }
    }),
  )

  it.live("and completions are whole where a pipe takes them, whatever connector is named", () =>
    Effect.gen(function* () {
      const { out } = yield* runInProcess(["completions", "fish"])
      for (const environment of [{}, { BATON_CONNECTOR: "slack-pro" }]) {
        assert.strictEqual((yield* run(["--completions", "fish"], { environment })).out.length, out.length)
      }
    }),
  )

  it.live("names the variable of every flag of sync, the connector's included", () =>
    Effect.gen(function* () {
      const { code, out } = yield* runInProcess(["sync", "--help"])
      assert.strictEqual(code, 0)
      const names = ["TOKEN", "TOKEN_FILE", "BASE_URL", "FILE", "STRICT", "SYNC_RESOURCE_TYPES", "LOG_LEVEL", "QUIET"]
      for (const name of names) assert.include(out, `env: BATON_${name}`)
      assert.match(out, /--rate-limits choice .*\(choices: published, adaptive, off\)/)
      assert.include(out, "process lists")
      assert.notInclude(out, "--ticketing")
    }),
  )

  it.live("lists every command, and the version is told", () =>
    Effect.gen(function* () {
      const { out } = yield* runInProcess(["--help"])
      const commands =
        "sync resource-types resources entitlements grants principals access stats syncs grant revoke actions capabilities doctor manifest config simulate demo completions"
      for (const command of commands.split(" ")) assert.match(out, new RegExp(`^  ${command} `, "m"))
      assert.match((yield* runInProcess(["--version"])).out, /^rollcall \d+\.\d+\.\d+ \([^)]+\), Node v\d[\d.]+\n$/)
    }),
  )

  it.live("is there for shells: both ways give the same completions", () =>
    Effect.gen(function* () {
      const { code, out } = yield* runInProcess(["completions", "bash"])
      assert.strictEqual(code, 0)
      assert.include(out, "--sync-resource-types")
      assert.match(out, /published.+off/)
      assert.strictEqual((yield* runInProcess(["--completions", "bash"])).out, out)
    }),
  )
})

describe.concurrent("the configuration", () => {
  it.live("is shown with the origin of each value, and without secrets", () =>
    Effect.gen(function* () {
      const { code, out, err } = yield* run(["config", "show", "-o", "json", "--file", "flag.c1z"], {
        file: "strict: yes\nfile: file.c1z",
        environment: { BATON_TOKEN: "xoxb-secret", BATON_BASE_URL: "http://127.0.0.1:1/api/" },
      })
      assert.strictEqual(code, 0, err)
      const shown = new Map(JSON.parse(out).settings.map((setting: { name: string }) => [setting.name, setting]))
      const of = (name: string) => {
        const { value, origin } = Object(shown.get(name))
        return [value, origin]
      }
      assert.deepStrictEqual(of("token"), ["(hidden)", "BATON_TOKEN"])
      assert.deepStrictEqual(of("base-url"), ["http://127.0.0.1:1/api/", "BATON_BASE_URL"])
      assert.deepStrictEqual(of("file"), ["flag.c1z", "--file"])
      assert.deepStrictEqual(of("strict"), [true, "strict (.baton.yaml, line 1)"])
      assert.deepStrictEqual(of("log-level"), ["info", "default"])
      assert.notInclude(out + err, "xoxb")
    }),
  )

  it.live("is shown without a token that was given where none belongs", () =>
    Effect.gen(function* () {
      const environment = { BATON_FILE: "xoxb-1-hush.c1z", BATON_HOST_ID: "secret-token:a:v1:hush" }
      for (const form of ["json", "table"]) {
        const args = ["config", "show", "-o", form, "--sync-resource-types", "user,xoxp-2-hush", "--strict=T"]
        const { code, out, err } = yield* run(args, { environment })
        assert.strictEqual(code, 0, err)
        assert.include(out, "<token>")
        assert.notInclude(out + err, "hush")
      }
    }),
  )

  it.live("names no key that is a token", () =>
    Effect.gen(function* () {
      const { code, out, err } = yield* run(["config", "show"], { file: "xoxb-1-secret: x" })
      assert.strictEqual(code, 0, err)
      assert.notInclude(out + err, "1-secret")
    }),
  )

  it.live("that cannot be read ends with 78 and names the line", () =>
    Effect.gen(function* () {
      const { code, out, err } = yield* run(["config", "show"], { file: 'file: a.c1z\ntoken: "xoxb-secret' })
      assert.strictEqual(code, 78)
      assert.match(err, /^error: The configuration file \.baton\.yaml is not valid YAML .*line 2\.\n/)
      assert.notInclude(out + err, "xoxb")
    }),
  )

  it.live("that is named and missing ends with 78", () =>
    Effect.gen(function* () {
      const { code, err } = yield* run(["config", "show", "--config", "none.yaml"])
      assert.strictEqual(code, 78)
      assert.match(err, /none\.yaml does not exist/)
    }),
  )

  it.live("is checked whole: every wrong value is named with its source, beside names that are unknown", () =>
    Effect.gen(function* () {
      const { code, err } = yield* run(["config", "validate", "--file", ""], {
        file: "task-concurrency: many\nstrikt: yes",
        environment: { BATON_LOG_LEVEL: "loud", BATON_TOKEN: "xoxb-1" },
      })
      assert.strictEqual(code, 78)
      assert.include(err, "BATON_LOG_LEVEL must be one of debug, info, warn, error.")
      assert.include(err, "--file must not be empty.")
      assert.match(err, /task-concurrency \(\.baton\.yaml, line 1\) must /)
      assert.include(err, '- .baton.yaml, line 2: there is no setting "strikt"; did you mean strict?')
    }),
  )

  const token = { BATON_TOKEN: "xoxb-1" }
  const forms: ReadonlyArray<readonly [environment: Record<string, string>, says: RegExp]> = [
    [{ BATON_ARCHIVE_KEEP: "two weeks" }, /BATON_ARCHIVE_KEEP cannot be used. It does not say which copies/],
    [{ BATON_EVERY: "sometimes" }, /BATON_EVERY cannot be used. A schedule must be an interval or a cron expression/],
    [{ BATON_EVERY: "0 3 30 2 *" }, /BATON_EVERY cannot be used. A schedule must be a time that exists/],
    [{ BATON_HOST_ID: "h".repeat(257) }, /BATON_HOST_ID cannot be used. ConductorOne takes a host id of 256 bytes/],
    [{ BATON_C1_API_HOST: "https://c1.example/" }, /BATON_C1_API_HOST cannot be used. The host of ConductorOne/],
    [{ BATON_CLIENT_ID: "club", BATON_CLIENT_SECRET: "hush" }, /BATON_CLIENT_ID cannot be used. .* it has no @/],
    [{ BATON_CLIENT_SECRET: "secret-token:c:v1:hush" }, /BATON_CLIENT_SECRET cannot be used. .* private Ed25519 key/],
    [{ BATON_SYNC_RESOURCE_TYPES: "user,team" }, /BATON_SYNC_RESOURCE_TYPES cannot be used. .* no resource type team/],
    [{ BATON_EXTRA_CA_FILE: "none.pem" }, /The file none.pem that BATON_EXTRA_CA_FILE names does not exist/],
    [{ BATON_ALLOW_SHRINK_UNTIL: "2026-02-30" }, /BATON_ALLOW_SHRINK_UNTIL must be a day in UTC/],
  ]
  for (const [environment, says] of forms) {
    it.live(
      `with a wrong ${Object.keys(environment).join(" and ")} (${says.source}) is not valid, which ends with 78`,
      () =>
        Effect.gen(function* () {
          const { code, out, err } = yield* run(["config", "validate"], { environment: { ...token, ...environment } })
          assert.strictEqual(code, 78, err)
          assert.match(err, says)
          assert.notInclude(out + err, "hush")
        }),
    )
  }

  it.live("that names several wrong values of a form of their own is told of each", () =>
    Effect.gen(function* () {
      const { err } = yield* run(["config", "validate"], {
        environment: { BATON_ARCHIVE_KEEP: "14", BATON_EVERY: "6", BATON_TASK_CONCURRENCY: "many" },
      })
      assert.match(err, /3 settings are wrong/)
      for (const name of ["ARCHIVE_KEEP", "EVERY", "TASK_CONCURRENCY"]) assert.include(err, `- BATON_${name} `)
    }),
  )

  it.live("that is valid but would give a warning at the start is valid with that warning", () =>
    Effect.gen(function* () {
      const { code, err } = yield* run(["config", "validate"], {
        environment: { BATON_TOKEN: "xapp-1", BATON_ALLOW_SHRINK_UNTIL: "2020-01-01" },
      })
      assert.strictEqual(code, 0, err)
      assert.match(err, /warning: BATON_TOKEN has /)
      assert.match(err, /warning: BATON_ALLOW_SHRINK_UNTIL accepts losses up to 2020-01-01, which has passed/)
    }),
  )

  it.live("that is wrong in a flag alone is misuse, which ends with 64, and in the same words as elsewhere", () =>
    Effect.gen(function* () {
      const flag = yield* run(["sync", "--rate-limits", "fast"])
      assert.strictEqual(flag.code, 64)
      assert.match(flag.err, /^error: --rate-limits must be one of published, adaptive, off\.\n/)
      const variable = yield* run(["sync"], { environment: { BATON_RATE_LIMITS: "fast" } })
      assert.strictEqual(variable.code, 78)
      assert.match(variable.err, /^error: BATON_RATE_LIMITS must be one of published, adaptive, off\.\n/)
    }),
  )

  it.live("whose proxy is a SOCKS proxy ends with 78 before any call, and the proxy is not quoted", () =>
    Effect.gen(function* () {
      const environment = {
        BATON_TOKEN: "xoxb-1",
        BATON_BASE_URL: "http://127.0.0.1:1/",
        HTTPS_PROXY: "socks5://ada:s3cr3t@proxy.example:1080",
      }
      for (const args of [["sync"], ["doctor"], ["config", "validate"]]) {
        const { code, err } = yield* run(args, { environment })
        assert.strictEqual(code, 78, err)
        assert.match(err, /^error: The proxy that the environment names is not an HTTP proxy\.\n.*SOCKS proxies/)
        assert.notMatch(err, /s3cr3t|ada/)
      }
    }),
  )

  it.live("without a token is no valid one, and with one it is", () =>
    Effect.gen(function* () {
      const without = yield* run(["config", "validate"])
      assert.strictEqual(without.code, 78)
      assert.match(without.err, /BATON_TOKEN/)
      const { code, out } = yield* run(["config", "validate"], { environment: { BATON_TOKEN: "xoxb-1" } })
      assert.strictEqual(code, 0)
      assert.match(out, /valid.*Slack Pro/)
    }),
  )

  it.live("may hold keys of other programs, which are named in warnings that --quiet silences", () =>
    Effect.gen(function* () {
      const file = "okta-domain: example\nworkers: 4"
      const { code, err } = yield* run(["config", "show"], { file, environment: { BATON_TMPDIR: "/tmp" } })
      assert.strictEqual(code, 0)
      assert.include(err, 'warning: .baton.yaml, line 1: there is no setting "okta-domain"; it is ignored.')
      assert.match(err, /no effect here: workers \(\.baton\.yaml, line 2\), BATON_TMPDIR\./)
      assert.strictEqual((yield* run(["config", "show", "--quiet"], { file })).err, "")
    }),
  )

  it.live("has a schema", () =>
    Effect.gen(function* () {
      const { code, out } = yield* run(["config", "schema"])
      assert.strictEqual(code, 0)
      assert.containsAllKeys(JSON.parse(out).properties, ["token", "token-file", "base-url", "file", "client-id"])
    }),
  )
})

describe("the app manifest", () => {
  it.live("is there for every connector, of exactly the scopes that it declares", () =>
    Effect.gen(function* () {
      for (const { id, load } of builtIn.all) {
        const { scopes } = yield* Effect.promise(load)
        const { bot, user = [] } = JSON.parse((yield* runInProcess(["manifest", "--connector", id])).out).oauth_config
          .scopes
        assert.sameMembers(
          [...bot, ...user],
          scopes.map((need) => need.scope),
        )
      }
    }),
  )

  it.live("asks for exactly the scopes that are used, and comes with the link that creates the app", () =>
    Effect.gen(function* () {
      const { code, out, err } = yield* runInProcess(["manifest"])
      assert.strictEqual(code, 0, err)
      const manifest = JSON.parse(out)
      assert.deepStrictEqual(manifest.oauth_config.scopes, {
        bot: ["team:read", "usergroups:read", "users:read", "users:read.email"],
      })
      assert.isAtMost(manifest.display_information.description.length, 140)
      const link = new URL(/https:\S+/.exec(err)?.[0] ?? "")
      assert.strictEqual(link.host, "api.slack.com")
      assert.deepStrictEqual(JSON.parse(link.searchParams.get("manifest_json") ?? ""), manifest)
    }),
  )

  it.live("adds the user scope admin for Business+, and GovSlack has its own host", () =>
    Effect.gen(function* () {
      const { out, err } = yield* runInProcess(["manifest", "--plan", "business-plus", "-o", "yaml"])
      assert.match(out, /user:\n\s+- admin\n/)
      assert.include(err, "https://api.slack.com/apps?new_app=1")
      const manifest = JSON.parse((yield* runInProcess(["manifest", "--plan", "business-plus"])).out)
      assert.deepStrictEqual(manifest.oauth_config.scopes, {
        bot: ["team:read", "usergroups:read", "users:read", "users:read.email"],
        user: ["admin"],
      })
      assert.isFalse(manifest.settings.org_deploy_enabled)
      assert.notInclude(manifest.display_information.description, "changes nothing")
      assert.isAtMost(manifest.display_information.description.length, 140)
      const byId = yield* runInProcess(["manifest", "--connector", "slack-business-plus"])
      assert.deepStrictEqual(JSON.parse(byId.out), manifest)
      const org = yield* runInProcess(["manifest", "--plan", "business-plus", "--gov-env"])
      assert.isTrue(JSON.parse(org.out).settings.org_deploy_enabled)
      const gov = yield* runInProcess(["manifest", "--gov-env", "--link"])
      assert.match(gov.out, /^https:\/\/api\.slack-gov\.com\/apps\?new_app=1&manifest_json=\S+\n$/)
    }),
  )
})

it.live("capabilities has the shape that the Go connector prints", () =>
  Effect.gen(function* () {
    const { out } = yield* runInProcess(["capabilities", "-o", "json"])
    const json = JSON.parse(out)
    assert.strictEqual(json["@type"], "type.googleapis.com/c1.connector.v2.ConnectorCapabilities")
    assert.deepStrictEqual(json.connectorCapabilities, ["CAPABILITY_SYNC"])
    assert.deepStrictEqual(
      json.resourceTypeCapabilities.map((type: { resourceType: { id: string } }) => type.resourceType.id),
      ["user", "userGroup", "workspace", "workspaceRole"],
    )
    assert.deepStrictEqual(json.resourceTypeCapabilities[1], {
      resourceType: {
        id: "userGroup",
        displayName: "User Group",
        traits: ["TRAIT_GROUP"],
        annotations: [
          {
            "@type": "type.googleapis.com/c1.connector.v2.CapabilityPermissions",
            permissions: [{ permission: "usergroups:read" }, { permission: "users:read" }],
          },
        ],
      },
      capabilities: ["CAPABILITY_SYNC"],
      permissions: { permissions: [{ permission: "usergroups:read" }, { permission: "users:read" }] },
    })
  }),
)

it.live("capabilities of Business+ are those of the Go connector, and Business+ roles", () =>
  Effect.gen(function* () {
    const { out } = yield* runInProcess(["capabilities", "--connector", "slack-business-plus", "-o", "json"])
    const json = JSON.parse(out)
    assert.deepStrictEqual(json.connectorCapabilities, [
      "CAPABILITY_PROVISION",
      "CAPABILITY_SYNC",
      "CAPABILITY_ACTIONS",
    ])
    const types: ReadonlyArray<{ resourceType: { id: string }; capabilities: ReadonlyArray<string> }> =
      json.resourceTypeCapabilities
    assert.deepStrictEqual(
      types.map(({ resourceType, capabilities }) => [resourceType.id, ...capabilities]),
      [
        ["businessPlusRole", "CAPABILITY_SYNC"],
        ["group", "CAPABILITY_SYNC", "CAPABILITY_PROVISION"],
        ["user", "CAPABILITY_SYNC"],
        ["userGroup", "CAPABILITY_SYNC"],
        ["workspace", "CAPABILITY_SYNC"],
        ["workspaceRole", "CAPABILITY_SYNC"],
      ],
    )
  }),
)

it.live("capabilities without a token says whose they are, and takes -f as every command does", () =>
  Effect.gen(function* () {
    const { code, err } = yield* run(["-f", "sync.c1z", "capabilities"])
    assert.strictEqual(code, 0, err)
    assert.match(err, /^note: .*Slack Pro; --connector names another\.\n$/)
    assert.strictEqual((yield* run(["capabilities", "--connector", "slack-business-plus"])).err, "")
    assert.strictEqual((yield* run(["capabilities"], { environment: { BATON_TOKEN: "xoxb-1" } })).err, "")
  }),
)

it.live("capabilities are those of the connector that the settings choose", () =>
  Effect.gen(function* () {
    const { out } = yield* run(["capabilities", "-o", "json"], { environment: { BATON_BUSINESS_PLUS_TOKEN: "xoxp-1" } })
    assert.include(JSON.parse(out).connectorCapabilities, "CAPABILITY_ACTIONS")
  }),
)

it.live("the actions that have commands are those that the connectors declare", () =>
  Effect.gen(function* () {
    for (const { actions = [], load } of builtIn.all) {
      const { about } = yield* Effect.promise(load)
      const declared = (about.actions ?? []).map(
        ({ name, displayName, description, kind, arguments: fields, returns }) => ({
          name,
          displayName,
          description,
          kind,
          arguments: fields,
          returns,
        }),
      )
      assert.deepStrictEqual(actions, declared)
    }
    const { out } = yield* runInProcess(["actions", "list"])
    assert.match(out, /^disable_user +Slack Business\+ +Disable User +--user-id +Deactivate/m)
    assert.match((yield* runInProcess(["actions", "run", "disable_user", "--help"])).out, /--user-id/)
  }),
)
