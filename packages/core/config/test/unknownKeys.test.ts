// Keys of the file that look like a setting that is misspelt.
import { assert, describe, it } from "@effect/vitest"
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import { configWarnings, editDistance, misspelledKeys, parseConfigFile, suggestion } from "../src/index.ts"

const fields = [
  { name: "token", type: "secret", description: "A token." },
  { name: "strict", type: "boolean", description: "Gaps are errors." },
  { name: "log-level", type: "text", description: "How much." },
] as const satisfies ReadonlyArray<ConfigField>

const fileOf = (text: string) => parseConfigFile(".baton.yaml", new TextEncoder().encode(text))

describe("one edit", () => {
  for (const [one, other, isOne] of [
    ["strct", "strict", true],
    ["sttrict", "strict", true],
    ["strikt", "strict", true],
    ["strcit", "strict", true],
    ["trict", "strict", true],
    ["strict1", "strict", true],
    ["log_level", "log-level", true],
    ["strict", "strict", false],
    ["sctrit", "strict", false],
    ["str", "strict", false],
    ["LOG-LEVEL", "log-level", false],
    ["log_levels", "log-level", false],
    ["", "a", true],
    ["aab", "ab", true],
  ] as const) {
    it(`${isOne ? "leads" : "does not lead"} from "${one}" to "${other}", and back`, () => {
      assert.strictEqual(editDistance(one, other, 1) === 1, isOne)
      assert.strictEqual(editDistance(other, one, 1) === 1, isOne)
    })
  }
})

it.effect("a key that is two edits from a setting is warned of with what was most likely meant", () =>
  Effect.gen(function* () {
    const warned = configWarnings(fields, { flags: {}, environment: {}, file: yield* fileOf("log-lvl: info") })
    assert.deepStrictEqual(warned, [
      '.baton.yaml, line 1: there is no setting "log-lvl"; it is ignored. Did you mean log-level?',
    ])
  }),
)

it("what was meant is what is the fewest edits away, or begins so, and never all that begins so", () => {
  const names = ["token-file", "token", "strict", "log-level", "log-format"]
  assert.strictEqual(suggestion("tokn", names), "Did you mean token? ")
  assert.strictEqual(suggestion("stricd", names), "Did you mean strict? ")
  assert.strictEqual(suggestion("log-for", names), "Did you mean log-format? ")
  assert.strictEqual(suggestion("log", names), "Did you mean log-level or log-format? ")
  assert.strictEqual(suggestion("lo", names), "")
  assert.strictEqual(suggestion("log", [...names, "log-aaaa", "log-bbbb"]), "")
  assert.strictEqual(suggestion("", names), "")
})

describe("an unknown key of the file", () => {
  const keysOf = (text: string) =>
    Effect.map(fileOf(text), (file) => misspelledKeys(fields, file).map(({ key }) => key))

  it.effect("is a problem where a setting is one edit away, the file of a secret included", () =>
    Effect.gen(function* () {
      const [found] = misspelledKeys(fields, yield* fileOf("okta-domain: x\ntoken-fil: /run/token"))
      assert.deepStrictEqual(found?.problem, {
        reason: "Invalid",
        message: '.baton.yaml, line 2: there is no setting "token-fil"; did you mean token-file?',
        hint: "Correct it; if it belongs to another connector, list it under `other-keys`.",
      })
    }),
  )

  it.effect("is none where the file has that setting, lists the key, or the Go connector has it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* keysOf("strikt: yes\nstrict: yes"), [])
      assert.deepStrictEqual(yield* keysOf("strikt: yes\nother-keys: strikt, tokens"), [])
      assert.deepStrictEqual(yield* keysOf("strikt: yes\nother-keys:\n  - strikt"), [])
      assert.deepStrictEqual(yield* keysOf("other-keys: [tokens]\nstrikt: yes"), ["strikt"])
      assert.deepStrictEqual(yield* keysOf("workers: 4"), [])
      assert.deepStrictEqual(yield* keysOf("other-key: [tokens]"), ["other-key"])
      assert.deepStrictEqual(misspelledKeys(fields, undefined), [])
    }),
  )

  it.effect("stays a warning otherwise, but for one that the file lists", () =>
    Effect.gen(function* () {
      const file = yield* fileOf("okta-domain: x\nother-keys: [okta-token]\nokta-token: y")
      assert.deepStrictEqual(configWarnings(fields, { flags: {}, environment: {}, file }), [
        '.baton.yaml, line 1: there is no setting "okta-domain"; it is ignored.',
      ])
    }),
  )
})

it("a variable one edit away from a setting is warned of, wherever the edit is", () => {
  const name = "BATON_DEPTH"
  const letters = Array.from(name)
  const edits = letters.flatMap((letter, at) => [
    letters.toSpliced(at, 1),
    letters.toSpliced(at, 1, "Q"),
    letters.toSpliced(at, 0, "Q"),
    letters.toSpliced(at, 2, letters[at + 1] ?? "", letter),
  ])
  for (const edited of edits.map((edit) => edit.join("")).filter((edit) => edit !== name)) {
    const depth: ConfigField = { name: "depth", type: "integer", description: "How deep." }
    const warnings = configWarnings([depth], { flags: {}, environment: { [edited]: "1" } })
    assert.match(warnings.join(), /Did you mean BATON_DEPTH\?/, edited)
  }
})
