// The user's own folder: what of it counts, and that nothing of one workspace stands next to what is of another.
import { assert, describe, it } from "@effect/vitest"
import type { ConfigField } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ConfigSources } from "../src/index.ts"
import {
  filesOf,
  findGiven,
  foreignHosts,
  misplacedSettings,
  parseConfigFile,
  readProfile,
  readSources,
  resolveConfig,
  userFolder,
  withOneWorkspace,
} from "../src/index.ts"

const fields = [
  { name: "token", type: "secret", description: "A token." },
  { name: "admin-token", type: "secret", description: "A token that may do more." },
  { name: "base-url", type: "url", description: "A host." },
] as const satisfies ReadonlyArray<ConfigField>
const others = [
  { name: "strict", type: "boolean", default: false, description: "Gaps are errors." },
  { name: "approvers", type: "path", description: "Who may.", notFromFolder: true },
] as const satisfies ReadonlyArray<ConfigField>
const ids = ["slack-pro"]

const fileOf = (path: string, text: string) => parseConfigFile(path, new TextEncoder().encode(text))
const connections = `connections:
  sales:
    labels: { team: Sales }
    token: { variable: SALES }
    base-url: https://sales.example/
    strict: true
  ops:
    connector: slack-pro
    admin-token-file: /run/ops
    file: /data/ops.c1z
  Broken:
    strict: true
`

/** The user's folder with these files. */
const folderWith = Effect.fnUntraced(function* (files: Readonly<Record<string, string>>) {
  const folder = join(yield* scratchFolder("user"), "rollcall")
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
})

const originOf = (name: string, sources: ConfigSources) => findGiven(name, sources)?.origin

describe("the user's folder", () => {
  it("is rollcall in XDG_CONFIG_HOME, in ~/.config, or in %APPDATA%; a path that is not absolute is ignored", () => {
    const home = userFolder({}, "linux")
    assert.match(home ?? "", /\/\.config\/rollcall$/u)
    assert.strictEqual(userFolder({ XDG_CONFIG_HOME: "/etc/xdg" }, "darwin"), "/etc/xdg/rollcall")
    assert.strictEqual(userFolder({ XDG_CONFIG_HOME: "xdg" }, "linux"), home)
    assert.strictEqual(userFolder({ APPDATA: "/roaming" }, "win32"), "/roaming/rollcall")
    assert.strictEqual(userFolder({ APPDATA: "/roaming" }, "linux"), home)
  })

  it.effect("has settings that stand below those of the current folder, and none where a file is named", () =>
    Effect.gen(function* () {
      const folder = yield* folderWith({ "config.yaml": "strict: true\ntoken-file: /run/mine\n" })
      const found = yield* readSources({}, folder)
      assert.deepStrictEqual(
        filesOf(found).map(({ path }) => path),
        [join(folder, "config.yaml")],
      )
      const sources = { ...found, file: yield* fileOf(".baton.yaml", "strict: false") }
      assert.deepStrictEqual(originOf("strict", sources), {
        from: "file",
        name: "strict",
        path: ".baton.yaml",
        line: 1,
      })
      assert.strictEqual(Object(originOf("token-file", sources)).path, join(folder, "config.yaml"))
      const named = join(folder, "other.yaml")
      writeFileSync(named, "strict: false")
      assert.deepStrictEqual(
        filesOf(yield* readSources({ config: named }, folder)).map(({ path }) => path),
        [named],
      )
      assert.deepStrictEqual(filesOf(yield* readSources({})), [])
    }).pipe(Effect.scoped),
  )

  it.effect("that another user keeps closed counts as empty", () =>
    Effect.gen(function* () {
      const folder = yield* folderWith({ "config.yaml": "strict: true" })
      chmodSync(folder, 0)
      const isClosed = process.geteuid?.() !== 0
      assert.strictEqual((yield* readSources({}, folder)).user === undefined, isClosed)
      assert.isUndefined((yield* readSources({}, "/dev/null/rollcall")).user)
    }).pipe(Effect.scoped),
  )
})

describe("the connector's settings of the user's file", () => {
  const chosen = Effect.fnUntraced(function* (stronger: {
    readonly flags?: ConfigSources["flags"]
    readonly environment?: ConfigSources["environment"]
    readonly file?: string
  }) {
    const { flags = {}, environment = {}, file } = stronger
    const user = yield* fileOf(
      "/home/config.yaml",
      "admin-token-file: /run/a\nbase-url: https://a.example/\nstrict: true\n",
    )
    const sources: ConfigSources = {
      flags,
      environment,
      file: file === undefined ? undefined : { ...(yield* fileOf(".baton.yaml", file)), implicit: true },
      user,
    }
    const own = withOneWorkspace(sources, undefined, fields, ids).sources
    return ["admin-token-file", "base-url", "strict"].filter((name) => findGiven(name, own) !== undefined)
  })

  it.effect("count where no other place has a secret of a connector", () =>
    Effect.gen(function* () {
      const all = ["admin-token-file", "base-url", "strict"]
      assert.deepStrictEqual(yield* chosen({}), all)
      assert.deepStrictEqual(yield* chosen({ file: "strict: false" }), all)
      assert.deepStrictEqual(yield* chosen({ environment: { BATON_CONNECTOR: "slack-pro" } }), all)
    }),
  )

  it.effect("and not next to a token of another workspace, or for a connector of somebody else", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* chosen({ environment: { BATON_TOKEN: "b" } }), ["strict"])
      assert.deepStrictEqual(yield* chosen({ environment: { BATON_TOKEN_FILE: "/run/b" } }), ["strict"])
      assert.deepStrictEqual(yield* chosen({ flags: { "token-file": "/run/b" } }), ["strict"])
      assert.deepStrictEqual(yield* chosen({ file: "token: b" }), ["strict"])
      assert.deepStrictEqual(yield* chosen({ flags: { connector: "acme" } }), ["strict"])
    }),
  )

  it.effect(
    "are never sent to a host that the current folder names; what the user's file names is the user's word",
    () =>
      Effect.gen(function* () {
        const user = yield* fileOf(
          "/home/config.yaml",
          "token: mine\nbase-url: https://a.example/\napprovers: a.yaml\n",
        )
        const file = { ...(yield* fileOf(".baton.yaml", "base-url: https://evil.example/")), implicit: true as const }
        const all = [...fields, ...others]
        const problemsOf = Effect.fnUntraced(function* (sources: ConfigSources) {
          const config = yield* resolveConfig(all, withOneWorkspace(sources, undefined, fields, ids).sources)
          return [...foreignHosts(all, config, sources.file), ...misplacedSettings(all, config, sources.file)]
        })
        const bare = { flags: {}, environment: {} }
        const [problem, ...more] = yield* problemsOf({ ...bare, file, user })
        assert.strictEqual(
          problem?.message,
          "base-url (.baton.yaml, line 1) would have token (/home/config.yaml, line 1) sent to evil.example.",
        )
        assert.deepStrictEqual(more, [])
        assert.deepStrictEqual(yield* problemsOf({ ...bare, user }), [])
        assert.deepStrictEqual(yield* problemsOf({ ...bare, user, file: { ...file, entries: new Map() } }), [])
      }),
  )
})

describe("a profile", () => {
  const own = Effect.fnUntraced(function* (name: string, more: Partial<ConfigSources> = {}) {
    const folder = yield* folderWith({ "connections.yaml": connections })
    const profile = yield* readProfile(name, folder)
    const environment = { SALES: "xoxb-sales", ...more.environment }
    return withOneWorkspace({ flags: {}, ...more, environment }, profile, fields, ids)
  }, Effect.scoped)

  it.effect("gives the settings of its entry over variables, below flags, and a file of its name", () =>
    Effect.gen(function* () {
      const environment = { BATON_STRICT: "false" }
      const { sources, problems, warnings } = yield* own("sales", {
        environment,
        flags: { "base-url": "https://b.example/" },
      })
      assert.deepStrictEqual([problems, warnings], [[], []])
      assert.deepStrictEqual(originOf("token", sources), { from: "environment", name: "SALES" })
      assert.strictEqual(findGiven("base-url", sources)?.raw, "https://b.example/")
      assert.strictEqual(findGiven("strict", sources)?.raw, "true")
      assert.strictEqual(findGiven("file", sources)?.raw, "sales.c1z")
      assert.strictEqual(findGiven("file", (yield* own("ops")).sources)?.raw, "/data/ops.c1z")
      const given = yield* own("sales", { environment: { BATON_FILE: "given.c1z" } })
      assert.strictEqual(findGiven("file", given.sources)?.raw, "given.c1z")
    }),
  )

  it.effect("keeps out what belongs to another workspace, and says so, but for the user's own file", () =>
    Effect.gen(function* () {
      const { sources, warnings } = yield* own("ops", {
        environment: { BATON_TOKEN: "b", BATON_CONNECTOR: "acme", BATON_STRICT: "true" },
        file: yield* fileOf(".baton.yaml", "base-url: https://b.example/\nstrict: false"),
        user: yield* fileOf("/home/config.yaml", "token-file: /run/a\napprovers: a.yaml"),
      })
      for (const name of ["token", "token-file", "base-url"]) assert.isUndefined(findGiven(name, sources), name)
      assert.strictEqual(findGiven("connector", sources)?.raw, "slack-pro")
      assert.strictEqual(findGiven("strict", sources)?.raw, "true")
      assert.strictEqual(findGiven("approvers", sources)?.raw, "a.yaml")
      assert.deepStrictEqual(warnings, [
        "The profile ops has settings of its own, so BATON_TOKEN, base-url (.baton.yaml, line 1), BATON_CONNECTOR have no effect.",
      ])
    }),
  )

  it.effect("is not for another connector than its own, and names its secrets as the worker's file does", () =>
    Effect.gen(function* () {
      const two = yield* own("ops", { flags: { connector: "acme" } })
      assert.include(two.problems[0]?.message, "--connector and a profile exclude each other")
      const unset = yield* own("sales", { environment: { SALES: "" } })
      assert.match(unset.problems[0]?.message ?? "", /token \(.*line 4\) names a variable that is not set/u)
    }),
  )

  it.effect("that there is not is refused with what was probably meant", () =>
    Effect.gen(function* () {
      const folder = yield* folderWith({ "connections.yaml": connections })
      const refused = (name: string | undefined, environment = {}, of: string | undefined = folder) =>
        Effect.flip(readProfile(name, of, environment))
      const path = join(folder, "connections.yaml")
      const unknown = yield* refused("slaes")
      assert.strictEqual(unknown.kind, "configuration")
      assert.strictEqual(unknown.message, `--profile names no connection: ${path} has no "slaes".`)
      assert.match(
        unknown.hint,
        /^Did you mean sales\? There are sales, ops\. `rollcall init --profile NAME` adds one/u,
      )
      assert.match((yield* refused(undefined, { BATON_PROFILE: "op" })).hint, /^Did you mean ops\?/u)
      assert.match((yield* refused("")).message, /has no ""/u)
      assert.match((yield* refused("Broken")).message, /names a connection "Broken"/u)
      assert.match((yield* refused("sales", {}, join(folder, "none"))).message, /connections\.yaml does not exist/u)
      assert.isUndefined(yield* readProfile(undefined, folder, { BATON_PROFILE: "" }))
    }).pipe(Effect.scoped),
  )
})
