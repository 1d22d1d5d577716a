// What a file or folder of connections says, and where the settings of each come from.
import { assert, describe, it } from "@effect/vitest"
import type { ConfigField } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Connection } from "../src/index.ts"
import { connectionSources, readConnections, resolveConfig, storedSecretsOf } from "../src/index.ts"

const fields = [
  { name: "token", type: "secret", description: "" },
  { name: "api-key", type: "secret", variable: "ACME_KEY", description: "" },
  { name: "every", type: "text", description: "" },
  { name: "max-shrink", type: "integer", default: 50, description: "" },
] as const satisfies ReadonlyArray<ConfigField>

const read = (text: string) =>
  Effect.gen(function* () {
    const path = join(yield* scratchFolder("connections"), "connections.yaml")
    writeFileSync(path, text)
    return { path, ...(yield* readConnections(path)) }
  })

describe("A file of connections", () => {
  it.effect("has each with its labels and settings, and their lines", () =>
    Effect.gen(function* () {
      const { path, connections, problems } = yield* read(
        "connections:\n  sales:\n    every: 6h\n    labels: { team: Sales, cost: 007 }\n  ops-2:\n    token-file: /run/t\n",
      )
      assert.deepStrictEqual(problems, [])
      assert.deepStrictEqual(
        connections.map(({ entries, ...rest }) => ({ ...rest, entries: [...entries] })),
        [
          {
            name: "sales",
            labels: { team: "Sales", cost: "007" },
            path,
            line: 2,
            entries: [["every", { value: "6h", line: 3 }]],
          },
          { name: "ops-2", labels: {}, path, line: 5, entries: [["token-file", { value: "/run/t", line: 6 }]] },
        ],
      )
    }).pipe(Effect.scoped),
  )

  const bad: ReadonlyArray<readonly [what: string, entry: string, says: RegExp, line: number]> = [
    ["a name with a capital", "  Sales:\n    every: 6h", /names a connection "Sales"; a name has lower-case/u, 4],
    ["a name of 41 letters", `  ${"a".repeat(41)}:\n    every: 6h`, /at most 40/u, 4],
    ["no settings", "  sales:", /has no settings for the connection sales/u, 4],
    ["a word in place of settings", "  sales: 6h", /has no settings for the connection sales/u, 4],
    ["a list of labels", "  sales:\n    labels: [a]", /has labels of the connection sales that are not/u, 4],
    ["labels in labels", "  sales:\n    labels: { a: { b: c } }", /has labels of the connection sales/u, 4],
    [
      "a misspelt first key",
      "  other:\n    every: 6h\nconections: 1",
      /key "conections", which.*Did you mean connections\?/su,
      6,
    ],
    ["a name that stands before", "  other:\n    every: 6h\nelse: 1", /key "else", which means nothing here/u, 6],
  ]
  it.effect.each(bad)("with %s says so with the line, and keeps the others", ([, entry, says, line]) =>
    Effect.gen(function* () {
      const { connections, problems } = yield* read(`connections:\n  first:\n    every: 1h\n${entry}\n`)
      assert.strictEqual(connections[0]?.name, "first")
      assert.lengthOf(problems, 1)
      assert.match(`${problems[0]?.message} ${problems[0]?.hint}`, says)
      assert.include(problems[0]?.message, `, line ${line}.`)
    }).pipe(Effect.scoped),
  )

  it.effect("that is no YAML, or is not there, cannot be read", () =>
    Effect.gen(function* () {
      const malformed = yield* Effect.flip(read("connections: ["))
      assert.match(malformed.message, /^The file of connections .* is not valid YAML/u)
      const missing = yield* Effect.flip(readConnections("/nowhere/connections.yaml"))
      assert.strictEqual(missing.message, "The file of connections /nowhere/connections.yaml does not exist.")
    }).pipe(Effect.scoped),
  )
})

describe("A folder of connections", () => {
  it.effect("has those of all its files, as Kubernetes mounts them, but for one file that cannot be read", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("connections")
      const data = join(folder, "..data")
      mkdirSync(data)
      writeFileSync(join(data, "a.yaml"), "connections:\n  one: { every: 1h }\n  two: { every: 2h }\n")
      writeFileSync(join(data, "b.yml"), "connections:\n  two: { every: 3h }\n  three: { every: 3h }\n")
      for (const name of ["a.yaml", "b.yml"]) symlinkSync(join("..data", name), join(folder, name))
      writeFileSync(join(folder, "c.yaml"), "- none")
      writeFileSync(join(folder, "notes.txt"), "connections: [")
      const { connections, problems } = yield* readConnections(folder)
      assert.deepStrictEqual(
        connections.map(({ name, entries }) => [name, entries.get("every")?.value]),
        [
          ["one", "1h"],
          ["two", "2h"],
          ["three", "3h"],
        ],
      )
      assert.match(problems[0]?.message ?? "", /c\.yaml is not a mapping of settings/u)
      assert.match(problems[1]?.message ?? "", /b\.yml names the connection two a second time, line 2\./u)
      assert.strictEqual(problems[1]?.connection, "two")
    }).pipe(Effect.scoped),
  )
})

describe("The settings of a connection", () => {
  const environment = { BATON_EVERY: "12h", BATON_TOKEN: "of the process", SALES_TOKEN: "of sales" }
  const settled = Effect.fnUntraced(function* (text: string) {
    const { connections } = yield* read(text)
    const connection: Connection = connections[0] ?? assert.fail("There is no connection.")
    const { sources, problems } = connectionSources(
      connection,
      fields,
      { flags: {}, environment },
      ({ type }) => type !== "secret",
    )
    if (problems.length > 0) return { problems }
    const config = yield* resolveConfig(fields, sources)
    const { token, "api-key": key } = config.settings
    const secret = Effect.fnUntraced(function* (given: typeof token) {
      return given && Redacted.value(yield* given)
    })
    return { config, problems, token: yield* secret(token), key: yield* secret(key) }
  })

  it.effect("are its own over those of the process, and its own alone where they are secrets", () =>
    Effect.gen(function* () {
      const own = yield* settled("connections:\n  sales:\n    every: 6h\n    max-shrink: 10\n")
      assert.strictEqual(own.config?.settings.every, "6h")
      assert.strictEqual(own.config?.settings["max-shrink"], 10)
      assert.isUndefined(own.token)
      const shared = yield* settled("connections:\n  sales:\n    max-shrink: 10\n")
      assert.strictEqual(shared.config?.settings.every, "12h")
      assert.deepStrictEqual(shared.config?.origins.every, { from: "environment", name: "BATON_EVERY" })
    }).pipe(Effect.scoped),
  )

  it.effect("find secrets in a file, a variable or a folder of secrets", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("secrets")
      writeFileSync(join(folder, "token"), "in a file\n")
      writeFileSync(join(folder, "ACME_KEY"), "in the folder\n")
      const of = (entry: string) => settled(`connections:\n  sales:\n    ${entry}\n`)
      assert.strictEqual((yield* of(`token-file: ${folder}/token`)).token, "in a file")
      assert.strictEqual((yield* of(`token: { file: ${folder}/token }`)).token, "in a file")
      assert.strictEqual((yield* of("token: { variable: SALES_TOKEN }")).token, "of sales")
      const both = yield* of(`secrets-folder: ${folder}`)
      assert.deepStrictEqual([both.token, both.key], ["in a file", "in the folder"])
      const named = yield* of(`{ secrets-folder: ${folder}, token: { variable: SALES_TOKEN } }`)
      assert.deepStrictEqual([named.token, named.key], ["of sales", "in the folder"])
    }).pipe(Effect.scoped),
  )

  it.effect("find a secret that Rollcall keeps where they were added, and in no file", () =>
    Effect.gen(function* () {
      const entries = new Map([["token", { mapping: new Map([["stored", { value: "true" }]]) }]])
      const added: Connection = { name: "sales", labels: {}, path: "added", entries }
      const kept = new Map([["token", Redacted.make("xoxb-1")]])
      const sourcesOf = (connection: Connection, stored = kept) =>
        connectionSources(connection, fields, { flags: {}, environment }, () => false, stored)
      assert.deepStrictEqual(storedSecretsOf(added), ["token"])
      const { sources, problems } = sourcesOf(added)
      assert.deepStrictEqual(problems, [])
      const { token } = (yield* resolveConfig(fields, sources)).settings
      assert.strictEqual(Redacted.value(yield* token ?? assert.fail("There is no token.")), "xoxb-1")
      assert.match(sourcesOf(added, new Map()).problems[0]?.message ?? "", /^token \(added\) is not kept any more\.$/u)
      assert.deepStrictEqual(storedSecretsOf({ ...added, line: 3 }), [])
      assert.lengthOf(sourcesOf({ ...added, line: 3 }, new Map()).problems, 1)
    }),
  )

  const wrong: ReadonlyArray<readonly [what: string, entry: string, says: RegExp]> = [
    ["the secret itself", "token: xoxb-1", /^token \(.*, line 3\) must say where the secret is found, and not be/u],
    ["a variable that is not set", "token: { variable: NONE }", /names a variable that is not set\.$/u],
    ["two places", "token: { variable: SALES_TOKEN, file: /x }", /must say where the secret is found/u],
    ["another word", "token: { vault: x }", /must say where the secret is found/u],
    ["one that Rollcall keeps", "token: { stored: true }", /names a secret that Rollcall keeps, which only .* added/u],
  ]
  it.effect.each(wrong)("refuse %s, without quoting it", ([, entry, says]) =>
    Effect.gen(function* () {
      const { problems } = yield* settled(`connections:\n  sales:\n    ${entry}\n`)
      assert.lengthOf(problems, 1)
      assert.match(problems[0]?.message ?? "", says)
      assert.notMatch(JSON.stringify(problems), /xoxb-1|NONE/u)
    }).pipe(Effect.scoped),
  )
})
