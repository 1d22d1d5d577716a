// What follows from the declarations: help, schema and the documentation's table.
import { assert, describe, it } from "@effect/vitest"
import type { ConfigField } from "@rollcall/connector"
import { appFields, configSchema, flagsOf, goSettings, pickAppFields, settingsTable } from "../src/index.ts"

const token: ConfigField = { name: "token", type: "secret", description: "A token." }
const level: ConfigField = {
  name: "log-level",
  type: "choice",
  choices: ["info", "error"],
  default: "info",
  description: "How much.",
}

describe("help", () => {
  it("names each flag's environment variable and default", () => {
    assert.deepStrictEqual(flagsOf(level), [
      { name: "log-level", short: undefined, description: "How much. (env: BATON_LOG_LEVEL; default: info)" },
    ])
  })

  it("offers a file for every secret and says that flags are seen by others", () => {
    const [own, twin] = flagsOf(token)
    assert.match(own?.description ?? "", /process lists.*env: BATON_TOKEN/)
    assert.strictEqual(twin?.name, "token-file")
    assert.match(twin?.description ?? "", /env: BATON_TOKEN_FILE/)
  })
})

describe("the JSON Schema", () => {
  it("describes every setting and the file of a secret", () => {
    const schema = configSchema([token, level])
    assert.deepStrictEqual(schema["properties"], {
      token: { description: "A token.", type: "string", minLength: 1 },
      "token-file": { description: "A file that holds token.", type: "string", minLength: 1 },
      "log-level": { description: "How much.", type: "string", enum: ["info", "error"], default: "info" },
      "other-keys": {
        description: "Keys that belong to other connectors but look like a misspelt setting.",
        type: ["string", "array"],
        items: { type: "string" },
      },
    })
  })
})

describe("the documentation's table", () => {
  it("has a row for each setting and for the file of a secret", () => {
    const lines = settingsTable([token, level]).split("\n")
    assert.strictEqual(lines.length, 5)
    assert.match(lines[2] ?? "", /`--token`.*`BATON_TOKEN`/)
    assert.match(lines[3] ?? "", /`--token-file`.*`BATON_TOKEN_FILE`/)
    assert.match(lines[4] ?? "", /`BATON_LOG_LEVEL` \| `info` \| How much\. One of `info`, `error`\./)
  })
})

describe("the lists of settings", () => {
  it("name each setting of the Go connector once, and call those of the apps its own", () => {
    const own = new Set<string>(appFields.map((field) => field.name))
    for (const { name, here } of goSettings.filter((setting) => own.has(setting.name))) {
      const isOwn = typeof here === "string" ? here !== "unused" : here.takenByWorker
      assert.isTrue(isOwn, name)
    }
    assert.strictEqual(new Set(goSettings.map((setting) => setting.name)).size, goSettings.length)
  })

  it("give an app the fields that it picks", () => {
    assert.deepStrictEqual(
      pickAppFields("file", "strict").map((field) => field.name),
      ["file", "strict"],
    )
  })
})
