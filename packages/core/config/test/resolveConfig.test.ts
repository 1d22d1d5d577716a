// Precedence, checks and origins of settings.
import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { fileURLToPath } from "node:url"
import type { ConfigField } from "@rollcall/connector"
import type { ConfigSources, Secret } from "../src/index.ts"
import {
  configWarnings,
  foreignHosts,
  misplacedSettings,
  parseConfigFile,
  pickAppFields,
  resolveConfig,
  showConfig,
} from "../src/index.ts"

const fields = [
  { name: "token", type: "secret", description: "A token." },
  { name: "file", short: "f", type: "path", default: "sync.c1z", description: "Where to." },
  { name: "strict", type: "boolean", default: false, description: "Gaps are errors." },
  { name: "sso-enabled", type: "boolean", description: "Unset: find out." },
  { name: "port", type: "integer", minimum: 1, maximum: 100, description: "A port." },
  { name: "share", type: "number", default: 0.5, minimum: 0, maximum: 1, description: "A share." },
  { name: "base-url", type: "url", description: "A host." },
  { name: "level", type: "choice", choices: ["low", "high"], default: "low", description: "A level." },
  { name: "types", type: "list", description: "Types." },
  { name: "gov", type: "boolean", needs: "token", description: "Elsewhere." },
  { name: "host-id", type: "text", description: "A name." },
] as const satisfies ReadonlyArray<ConfigField>

const sources = (given: Partial<ConfigSources> = {}): ConfigSources => ({ flags: {}, environment: {}, ...given })
const fileOf = (text: string) => parseConfigFile(".baton.yaml", new TextEncoder().encode(text))
const settingsOf = (given: Partial<ConfigSources>) =>
  Effect.map(resolveConfig(fields, sources(given)), (config) => config.settings)
const errorOf = (given: Partial<ConfigSources>) => Effect.flip(resolveConfig(fields, sources(given)))

describe("where a value comes from", () => {
  it.effect("is a flag before the environment before the file before the default, and it says which", () =>
    Effect.gen(function* () {
      const file = yield* fileOf("level: high\nfile: from-file.c1z\nport: 3")
      const config = yield* resolveConfig(
        fields,
        sources({
          flags: { file: "from-flag.c1z" },
          environment: { BATON_FILE: "from-environment.c1z", BATON_PORT: "2" },
          file,
        }),
      )
      assert.strictEqual(config.settings.file, "from-flag.c1z")
      assert.strictEqual(config.settings.port, 2)
      assert.strictEqual(config.settings.level, "high")
      assert.strictEqual(config.settings.share, 0.5)
      assert.deepStrictEqual(config.origins.file, { from: "flag", name: "file" })
      assert.deepStrictEqual(config.origins.port, { from: "environment", name: "BATON_PORT" })
      assert.deepStrictEqual(config.origins.level, { from: "file", name: "level", path: ".baton.yaml", line: 1 })
      assert.deepStrictEqual(config.origins.share, { from: "default" })
      assert.deepStrictEqual(config.origins["base-url"], { from: "unset" })
    }),
  )

  it.effect("is not an environment variable that is empty", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({ environment: { BATON_FILE: "", BATON_TOKEN: "" } })
      assert.strictEqual(settings.file, "sync.c1z")
      assert.isUndefined(settings.token)
    }),
  )

  it("has the type that the field declares", () => {
    type Settings = Effect.Success<ReturnType<typeof settingsOf>>
    expectTypeOf<Settings["file"]>().toEqualTypeOf<string>()
    expectTypeOf<Settings["strict"]>().toEqualTypeOf<boolean>()
    expectTypeOf<Settings["sso-enabled"]>().toEqualTypeOf<boolean | undefined>()
    expectTypeOf<Settings["level"]>().toEqualTypeOf<"low" | "high">()
    expectTypeOf<Settings["types"]>().toEqualTypeOf<ReadonlyArray<string> | undefined>()
    expectTypeOf<Settings["token"]>().toEqualTypeOf<Secret | undefined>()
  })
})

describe("a rule of the program", () => {
  const rules = {
    "host-id": (text: string) =>
      text.includes(" ") ? Effect.fail({ message: "A host id is one word.", hint: "Give one word." }) : Effect.void,
  }
  const failing = (given: Partial<ConfigSources>) => Effect.flip(resolveConfig(fields, sources(given), rules))

  it.effect("that a value breaks is told under the name that was used, with its hint", () =>
    Effect.gen(function* () {
      const error = yield* failing({ environment: { BATON_HOST_ID: "two words" } })
      assert.deepInclude(error, {
        reason: "Invalid",
        message: "BATON_HOST_ID cannot be used. A host id is one word.",
        hint: "Give one word.",
      })
      const flag = yield* failing({ flags: { "host-id": "two words" } })
      assert.strictEqual(flag.kind, "usage")
      assert.include(flag.message, "--host-id")
    }),
  )

  it.effect("is told with all else that is wrong", () =>
    Effect.gen(function* () {
      const { message } = yield* failing({ environment: { BATON_HOST_ID: "two words", BATON_PORT: "many" } })
      assert.match(message, /^2 settings are wrong\.[\s\S]*BATON_PORT[\s\S]*BATON_HOST_ID/)
    }),
  )

  it.effect("says nothing of a value that keeps it, nor of one that is not given", () =>
    Effect.gen(function* () {
      const { settings } = yield* resolveConfig(fields, sources({ environment: { BATON_HOST_ID: "one" } }), rules)
      assert.strictEqual(settings["host-id"], "one")
      yield* resolveConfig(fields, sources(), rules)
    }),
  )
})

describe("quotes that were taken along from an env file", () => {
  for (const [name, variable] of [
    ["a secret", "BATON_TOKEN"],
    ["a text", "BATON_HOST_ID"],
  ] as const) {
    for (const quote of [`"`, `'`]) {
      it.effect(`are refused around ${name}, without quoting it: ${quote}`, () =>
        Effect.gen(function* () {
          const error = yield* errorOf({ environment: { [variable]: `${quote}xoxb-1${quote}` } })
          assert.strictEqual(error.kind, "configuration")
          assert.include(error.message, variable)
          assert.match(error.hint, /Remove the quotes.*--env-file/)
          assert.notInclude(error.message + error.hint, "xoxb-1")
        }),
      )
    }
  }

  it.effect("are no matter at one end alone", () =>
    Effect.gen(function* () {
      const settings = yield* settingsOf({ environment: { BATON_TOKEN: `"xoxb-1`, BATON_HOST_ID: `Ann's` } })
      assert.strictEqual(Redacted.value(yield* settings.token ?? Effect.die("unset")), `"xoxb-1`)
      assert.strictEqual(settings["host-id"], "Ann's")
    }),
  )
})

describe("a boolean", () => {
  for (const [text, value] of [
    ["true", true],
    ["1", true],
    ["yes", true],
    ["YES", true],
    ["t", true],
    ["T", true],
    ["TRUE", true],
    ["True", true],
    ["f", false],
    ["F", false],
    ["FALSE", false],
    ["false", false],
    ["0", false],
    ["no", false],
  ] as const) {
    it.effect(`is ${value} when the file says ${text}, quoted or not`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* settingsOf({ file: yield* fileOf(`sso-enabled: ${text}`) }))["sso-enabled"], value)
        assert.strictEqual((yield* settingsOf({ file: yield* fileOf(`sso-enabled: "${text}"`) }))["sso-enabled"], value)
      }),
    )
  }

  it.effect("without a default can stay unset", () =>
    Effect.gen(function* () {
      assert.isUndefined((yield* settingsOf({}))["sso-enabled"])
    }),
  )
})

describe("a list", () => {
  it.effect("is split at commas, wherever it is given", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* settingsOf({ environment: { BATON_TYPES: "a, b,,c" } })).types, ["a", "b", "c"])
      assert.deepStrictEqual((yield* settingsOf({ flags: { types: ["a,b", "c"] } })).types, ["a", "b", "c"])
    }),
  )

  it.effect("that names nothing is refused, as it would have everything left out", () =>
    Effect.gen(function* () {
      for (const given of [
        { flags: { types: [""] } },
        { flags: { types: [","] } },
        { environment: { BATON_TYPES: " , " } },
        { file: yield* fileOf("types: []") },
        { file: yield* fileOf('types: [" "]') },
      ]) {
        assert.match((yield* errorOf(given)).message, /must name at least one\.$/)
      }
      assert.match((yield* errorOf({ file: yield* fileOf('types: ["a", ""]') })).message, /must be a list of names\.$/)
    }),
  )

  it.effect("in a variable that is empty counts as not set, as for every setting", () =>
    Effect.gen(function* () {
      assert.isUndefined((yield* settingsOf({ environment: { BATON_TYPES: "" } })).types)
    }),
  )
})

const mustBeSafe =
  "--base-url must be a URL that begins with https://, or with http:// on this machine (127.0.0.1, [::1], localhost)."

describe("a choice", () => {
  const logFields = pickAppFields("log-level", "log-format")
  for (const [variable, text, value] of [
    ["BATON_LOG_LEVEL", "INFO", "info"],
    ["BATON_LOG_LEVEL", "Debug", "debug"],
    ["BATON_LOG_LEVEL", "warning", "warn"],
    ["BATON_LOG_LEVEL", "WARNING\n", "warn"],
    ["BATON_LOG_FORMAT", "JSON", "json"],
    ["BATON_LOG_FORMAT", "Console", "console"],
  ] as const) {
    it.effect(`is taken in any case and under its other names: ${variable}=${JSON.stringify(text)}`, () =>
      Effect.gen(function* () {
        const { settings } = yield* resolveConfig(logFields, sources({ environment: { [variable]: text } }))
        assert.strictEqual(settings[variable === "BATON_LOG_LEVEL" ? "log-level" : "log-format"], value)
      }),
    )
  }

  it.effect("is refused where it is none of them", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(resolveConfig(logFields, sources({ environment: { BATON_LOG_LEVEL: "loud" } })))
      assert.strictEqual(error.message, "BATON_LOG_LEVEL must be one of debug, info, warn, error.")
    }),
  )
})

describe("one trailing newline", () => {
  for (const newline of ["\n", "\r\n"]) {
    it.effect(`is no part of any setting, wherever it was given: ${JSON.stringify(newline)}`, () =>
      Effect.gen(function* () {
        const given = {
          "host-id": "h",
          file: "a.c1z",
          port: "7",
          "base-url": "https://a.example/",
          level: "high",
          "sso-enabled": "true",
        }
        const expected = { ...given, level: "high" as const, port: 7, "sso-enabled": true }
        const withNewlines = Object.entries(given).map(([name, value]) => [name, `${value}${newline}`] as const)
        const environment = Object.fromEntries(
          withNewlines.map(([name, value]) => [`BATON_${name.toUpperCase().replaceAll("-", "_")}`, value]),
        )
        const file = yield* fileOf(withNewlines.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join("\n"))
        for (const places of [{ flags: Object.fromEntries(withNewlines) }, { environment }, { file }]) {
          assert.deepInclude(yield* settingsOf(places), expected)
        }
        const { types } = yield* settingsOf({ flags: { types: [`a,b${newline}`, `c${newline}`] } })
        assert.deepStrictEqual(types, ["a", "b", "c"])
      }),
    )
  }

  it.effect("is one alone, and nothing but it counts as empty", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* settingsOf({ environment: { BATON_HOST_ID: "h\n\n" } }))["host-id"], "h\n")
      assert.isUndefined((yield* settingsOf({ environment: { BATON_HOST_ID: "\n" } }))["host-id"])
    }),
  )
})

describe("a URL, to which tokens go,", () => {
  for (const url of [
    "https://slack.example/api/",
    "http://127.0.0.1:8075/api/",
    "http://[::1]:1/",
    "http://localhost/",
  ]) {
    it.effect(`may be ${url}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* settingsOf({ flags: { "base-url": url } }))["base-url"], url)
      }),
    )
  }
})

describe("a host that the folder's own file names", () => {
  const hosts = [
    ...fields,
    { name: "client-secret", type: "secret", description: "A secret." },
    { name: "api-host", type: "text", receives: "client-secret", description: "Its host." },
    { name: "client-id", type: "text", receives: "client-secret", description: "It holds a host." },
    { name: "signing-key", type: "secret", notSent: true, description: "It signs." },
  ] as const satisfies ReadonlyArray<ConfigField>
  const problemsOf = Effect.fnUntraced(function* (text: string, environment: ConfigSources["environment"] = {}) {
    const file = { ...(yield* fileOf(text)), implicit: true as const }
    const problems = foreignHosts(hosts, yield* resolveConfig(hosts, sources({ environment, file })), file)
    return problems.map(({ message }) => message)
  })

  it.effect("gets no token from elsewhere, and the hint says how it would", () =>
    Effect.gen(function* () {
      const file = { ...(yield* fileOf("base-url: https://evil.example/api/")), implicit: true as const }
      const config = yield* resolveConfig(fields, sources({ environment: { BATON_TOKEN: "t" }, file }))
      assert.deepStrictEqual(foreignHosts(fields, config, file), [
        {
          reason: "Invalid",
          message: "base-url (.baton.yaml, line 1) would have BATON_TOKEN sent to evil.example.",
          hint: "To allow it, name the file: --config .baton.yaml, or BATON_CONFIG_PATH. Otherwise remove the host from the file.",
        },
      ])
    }),
  )

  it.effect("gets nothing that lies in a file which it only names", () =>
    Effect.gen(function* () {
      const path = fileURLToPath(import.meta.url)
      assert.deepStrictEqual(yield* problemsOf(`token-file: ${path}\nbase-url: https://evil.example/`), [
        "base-url (.baton.yaml, line 2) would have token-file (.baton.yaml, line 1) sent to evil.example.",
      ])
    }),
  )

  it.effect("gets the secret that is meant for it, be it no URL, and no other", () =>
    Effect.gen(function* () {
      const text = "api-host: evil.example:8443\nbase-url: https://evil.example/"
      assert.deepStrictEqual(yield* problemsOf(text, { BATON_CLIENT_SECRET: "s" }), [
        "api-host (.baton.yaml, line 1) would have BATON_CLIENT_SECRET sent to evil.example:8443.",
      ])
    }),
  )

  it.effect("is asked nothing about a secret that goes nowhere, such as the key of a signature", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsOf("base-url: https://evil.example/", { BATON_SIGNING_KEY: "k" }), [])
    }),
  )

  it.effect("gets no secret by way of a client id either", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsOf("client-id: a@evil.example:8443/b", { BATON_CLIENT_SECRET: "s" }), [
        "client-id (.baton.yaml, line 1) would have BATON_CLIENT_SECRET sent to evil.example:8443.",
      ])
    }),
  )

  it.effect("may have a token of its own, or none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsOf("base-url: https://evil.example/\ntoken: t"), [])
      assert.deepStrictEqual(yield* problemsOf("base-url: https://evil.example/"), [])
    }),
  )

  it.effect("is meant when somebody named the file", () =>
    Effect.gen(function* () {
      const file = yield* fileOf("base-url: https://mine.example/")
      const config = yield* resolveConfig(fields, sources({ environment: { BATON_TOKEN: "t" }, file }))
      assert.deepStrictEqual(foreignHosts(fields, config, file), [])
    }),
  )
})

describe("a value that is wrong", () => {
  const wrong: ReadonlyArray<readonly [flag: string, value: string, message: string]> = [
    ["strict", "maybe", "--strict must be true or false (also 1, 0, yes, no)."],
    ["port", "many", "--port must be a whole number from 1 to 100."],
    ["port", "101", "--port must be from 1 to 100."],
    ["share", "1.5", "--share must be from 0 to 1."],
    ["base-url", "slack.com", mustBeSafe],
    ["base-url", "ftp://slack.com", mustBeSafe],
    ["base-url", "http://slack.example/api/", mustBeSafe],
    ["base-url", "http://127.0.0.1.example/", mustBeSafe],
    ["base-url", "http://localhost@slack.example/", mustBeSafe],
    ["base-url", "https://ada:secret@slack.example/", "--base-url must be a URL without a user or a password."],
    ["base-url", "http://ada@127.0.0.1/", "--base-url must be a URL without a user or a password."],
    ["level", "middle", "--level must be one of low, high."],
    ["file", "", "--file must not be empty."],
    ["token", "", "--token must not be empty."],
  ]
  for (const [flag, value, message] of wrong) {
    it.effect(`such as --${flag} ${JSON.stringify(value)} is an error in one sentence`, () =>
      Effect.gen(function* () {
        const error = yield* errorOf({ flags: { [flag]: value } })
        assert.strictEqual(error.message, message)
        assert.strictEqual(error.kind, "usage")
        assert.isNotEmpty(error.hint)
      }),
    )
  }

  it.effect("is named by its variable, or by file and line", () =>
    Effect.gen(function* () {
      const inVariable = yield* errorOf({ environment: { BATON_PORT: "x" } })
      assert.match(inVariable.message, /^BATON_PORT must be/)
      assert.strictEqual(inVariable.kind, "configuration")
      const inFile = yield* errorOf({ file: yield* fileOf("file: a\nport: x") })
      assert.match(inFile.message, /^port \(\.baton\.yaml, line 2\) must be/)
    }),
  )

  it.effect("is never quoted, as it may be a token in the wrong place", () =>
    Effect.gen(function* () {
      const error = yield* errorOf({ flags: { "base-url": "xoxb-secret", level: "xoxb-secret", port: "xoxb-secret" } })
      assert.notInclude(`${error.message} ${error.hint}`, "xoxb")
    }),
  )

  it.effect("is reported together with all others", () =>
    Effect.gen(function* () {
      const error = yield* errorOf({ flags: { port: "x" }, environment: { BATON_LEVEL: "x" } })
      assert.match(error.message, /2 settings are wrong/)
      assert.strictEqual(error.kind, "configuration")
      assert.strictEqual((yield* errorOf({ flags: { port: "x", level: "x" } })).kind, "usage")
      assert.include(error.message, "--port")
      assert.include(error.message, "BATON_LEVEL")
    }),
  )

  it.effect("may be a mapping where a single value belongs", () =>
    Effect.gen(function* () {
      const error = yield* errorOf({ file: yield* fileOf("file:\n  path: a.c1z") })
      assert.match(error.message, /^file \(\.baton\.yaml, line 1\) must be a single value/)
    }),
  )
})

describe("a setting that needs another", () => {
  it.effect("is refused alone", () =>
    Effect.gen(function* () {
      const error = yield* errorOf({ flags: { gov: "true" } })
      assert.strictEqual(error.reason, "Missing")
      assert.match(error.message, /--gov needs token to be set as well/)
      assert.match(error.hint, /BATON_TOKEN/)
    }),
  )

  it.effect("is taken with it, and when it is switched off", () =>
    Effect.gen(function* () {
      assert.isTrue((yield* settingsOf({ flags: { gov: "true", token: "t" } })).gov)
      assert.isFalse((yield* settingsOf({ flags: { gov: "false" } })).gov)
    }),
  )
})

describe("what config show tells", () => {
  it.effect("never holds a secret", () =>
    Effect.gen(function* () {
      const config = yield* resolveConfig(fields, sources({ environment: { BATON_TOKEN: "xoxb-secret" } }))
      const shown = showConfig(fields, config)
      assert.deepStrictEqual(shown[0], {
        name: "token",
        environment: "BATON_TOKEN",
        value: "(hidden)",
        origin: "BATON_TOKEN",
      })
      assert.notInclude(JSON.stringify(shown), "xoxb")
      assert.notInclude(JSON.stringify(config), "xoxb")
      assert.deepStrictEqual(shown[3], {
        name: "sso-enabled",
        environment: "BATON_SSO_ENABLED",
        value: null,
        origin: "not set",
      })
    }),
  )

  it.effect("leaves the secret itself readable to who needs it", () =>
    Effect.gen(function* () {
      const { token } = yield* settingsOf({ environment: { BATON_TOKEN: "xoxb-secret\n" } })
      assert.strictEqual(Redacted.value(yield* token ?? Effect.die("unset")), "xoxb-secret")
    }),
  )
})

describe("what is given and not used", () => {
  it.effect("is named with its line when no setting bears the name, with a guess at what was meant", () =>
    Effect.gen(function* () {
      const file = yield* fileOf("token: t\nokta-domain: x\nBASE_URL: http://x")
      assert.deepStrictEqual(configWarnings(fields, sources({ file })), [
        '.baton.yaml, line 2: there is no setting "okta-domain"; it is ignored.',
        '.baton.yaml, line 3: there is no setting "BASE_URL"; it is ignored. Did you mean base-url?',
      ])
    }),
  )

  it.effect("is named in one warning when it is a setting of the Go connector", () =>
    Effect.gen(function* () {
      const file = yield* fileOf("parallel-sync: true")
      const given = sources({ flags: { ticketing: "true" }, environment: { BATON_WORKERS: "4" }, file })
      assert.deepStrictEqual(configWarnings(fields, given), [
        "These settings of the Go connector have no effect here: " +
          "parallel-sync (.baton.yaml, line 1), --ticketing, BATON_WORKERS.",
      ])
    }),
  )

  it("is a variable that is one edit away from that of a setting which is not set, whatever its prefix", () => {
    const club: ReadonlyArray<ConfigField> = [
      { name: "key", type: "secret", variable: "CLUB_KEY", description: "" },
      { name: "base-url", type: "url", variable: "CLUB_BASE_URL", description: "" },
    ]
    const environment = {
      BATON_TOKN: "t",
      BATON_PROFLE: "sales",
      CLUB_KYE_FILE: "key.txt",
      CLUB_BASE_URI: "http://x",
      CLUB_BASE_URL: "http://x",
      CLUB_HOUSE: "/opt/club",
      BATON_BASEURL: "",
    }
    assert.deepStrictEqual(configWarnings([...fields, ...club], sources({ environment })), [
      "There is no setting BATON_TOKN; it is ignored. Did you mean BATON_TOKEN?",
      "There is no setting BATON_PROFLE; it is ignored. Did you mean BATON_PROFILE?",
      "There is no setting CLUB_KYE_FILE; it is ignored. Did you mean CLUB_KEY_FILE?",
    ])
  })

  it("includes nothing that is a setting here", () => {
    assert.deepStrictEqual(configWarnings(fields, sources({ environment: { BATON_TOKEN: "t", PATH: "/bin" } })), [])
  })
})

describe("a day", () => {
  const dayFields = pickAppFields("allow-shrink-until")
  const resolved = (text: string) =>
    resolveConfig(dayFields, sources({ environment: { BATON_ALLOW_SHRINK_UNTIL: text } }))

  it.effect("is one of the calendar, from a variable or from the file", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* resolved("2028-02-29")).settings["allow-shrink-until"], "2028-02-29")
      const file = yield* fileOf("allow-shrink-until: 2026-12-31")
      const { settings } = yield* resolveConfig(dayFields, sources({ file }))
      assert.strictEqual(settings["allow-shrink-until"], "2026-12-31")
    }),
  )

  for (const text of [
    "2027-02-29",
    "2026-13-01",
    "2026-1-1",
    "31.12.2026",
    "2026-12-31T00:00:00Z",
    "true",
    "tomorrow",
  ]) {
    it.effect(`is refused where it is none: ${text}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(resolved(text))
        assert.strictEqual(error.reason, "Invalid")
        assert.include(error.message, "a day in UTC, such as 2026-12-31")
      }),
    )
  }
})

describe("a setting", () => {
  it.effect("of who may decide is not taken from a file of the folder, unless somebody named it", () =>
    Effect.gen(function* () {
      const placed = [{ name: "approvers", type: "path", notFromFolder: true, description: "Who may." }] as const
      const file = { ...(yield* fileOf("approvers: mine.yaml")), implicit: true as const }
      const config = yield* resolveConfig(placed, sources({ file }))
      assert.deepStrictEqual(
        misplacedSettings(placed, config, file).map(({ message }) => message),
        ["approvers (.baton.yaml, line 1) is not taken from a file that stands in the current folder."],
      )
      assert.deepStrictEqual(misplacedSettings(placed, config, yield* fileOf("approvers: mine.yaml")), [])
    }),
  )
})
