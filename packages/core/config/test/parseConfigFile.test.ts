// Which files are configuration, and what their errors say.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { findConfigFile, parseConfigFile } from "../src/index.ts"

const parse = (text: string) => parseConfigFile(".baton.yaml", new TextEncoder().encode(text))

describe("the configuration file", () => {
  it.effect("gives each key with its line", () =>
    Effect.gen(function* () {
      const file = yield* parse("# who we are\ntoken: xoxb-1\n\nfile: roll.c1z\n")
      assert.deepStrictEqual(
        [...file.entries],
        [
          ["token", { value: "xoxb-1", line: 2 }],
          ["file", { value: "roll.c1z", line: 4 }],
        ],
      )
    }),
  )

  it.effect("keeps a number's text, so that leading zeros survive", () =>
    Effect.gen(function* () {
      const file = yield* parse("host-id: 007\nstrict: true")
      assert.strictEqual(file.entries.get("host-id")?.value, "007")
      assert.strictEqual(file.entries.get("strict")?.value, "true")
    }),
  )

  it.effect("takes a list in either notation", () =>
    Effect.gen(function* () {
      const file = yield* parse("a: [user, workspace]\nb:\n  - user\n  - workspace")
      assert.deepStrictEqual(file.entries.get("a")?.value, ["user", "workspace"])
      assert.deepStrictEqual(file.entries.get("b")?.value, ["user", "workspace"])
    }),
  )

  it.effect("counts a key without a value as not given", () =>
    Effect.gen(function* () {
      const file = yield* parse("token:\nfile: ''\n")
      assert.strictEqual(file.entries.size, 0)
    }),
  )

  it.effect("may be empty", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* parse("# nothing yet\n")).entries.size, 0)
    }),
  )

  const broken: ReadonlyArray<readonly [title: string, text: string, message: RegExp]> = [
    ["an unclosed quote", 'file: a.c1z\ntoken: "xoxb-secret', /not valid YAML .*line 2/],
    ["a wrong indent", "file: a.c1z\n  token: xoxb-secret\n", /not valid YAML .*line [12]/],
    ["a key given twice", "token: xoxb-secret\ntoken: xoxb-secret\n", /duplicate key.*line 2/],
    ["a list instead of a mapping", "- xoxb-secret\n", /not a mapping .*line 1/],
    ["a single word", "xoxb-secret", /not a mapping .*line 1/],
  ]
  for (const [title, text, message] of broken) {
    it.effect(`with ${title} is an error that names the line and quotes nothing`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parse(text))
        assert.match(error.message, message)
        assert.notInclude(error.message + error.hint, "secret")
        assert.strictEqual(error.kind, "configuration")
      }),
    )
  }

  it.effect("may begin with a byte order mark, and may be JSON", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* parse("\ufefftoken: xoxb-1\n")).entries.get("token")?.value, "xoxb-1")
      const json = yield* parse('\ufeff{"token": "xoxb-1", "task-concurrency": 4, "types": ["user"]}')
      assert.deepStrictEqual(
        [...json.entries.values()].map(({ value }) => value),
        ["xoxb-1", "4", ["user"]],
      )
    }),
  )

  it.effect("may name a value once and use it again, as it was when it was used", () =>
    Effect.gen(function* () {
      const file = yield* parse("a: &x one\nb: *x\nother: { c: &x two }\nd: [*x, three]\n")
      assert.deepStrictEqual(file.entries.get("b")?.value, "one")
      assert.deepStrictEqual(file.entries.get("d")?.value, ["two", "three"])
    }),
  )

  const manyKeys = (line: (index: number) => string) => Array.from({ length: 60_000 }, (_, index) => line(index))
  for (const [title, text] of [
    ["60,000 keys in YAML", manyKeys((index) => `key-${index}: v`).join("\n")],
    ["60,000 keys in JSON", `{${manyKeys((index) => `"key-${index}": "v"`).join(", ")}}`],
  ] as const) {
    it.effect(`with ${title} is refused without comparing each with each`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(parse(text))
        assert.match(error.message, /has more than 1000 keys/)
        assert.strictEqual(error.kind, "configuration")
      }),
    )
  }

  it.effect("with 60,000 values in a list, or 60,000 uses of one value, is read", () =>
    Effect.gen(function* () {
      const list = yield* parse(`types: [${manyKeys((index) => `v${index}`).join(", ")}]`)
      assert.lengthOf(list.entries.get("types")?.value ?? [], 60_000)
      const uses = yield* parse(`x: &x v\ntypes: [${manyKeys(() => "*x").join(", ")}]`)
      assert.lengthOf(uses.entries.get("types")?.value ?? [], 60_000)
    }),
  )

  it.effect("that is not text is an error", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parseConfigFile("x.yaml", new Uint8Array([0xff, 0xfe, 0x00])))
      assert.match(error.message, /x\.yaml is not UTF-8 text/)
    }),
  )
})

describe("finding the configuration file", () => {
  const inFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
    Effect.scoped(Effect.flatMap(scratchFolder("config"), use))

  it.effect("reads .baton.yaml in the folder", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        writeFileSync(join(folder, ".baton.yaml"), "file: roll.c1z")
        const file = yield* findConfigFile({ folder })
        assert.strictEqual(file?.path, ".baton.yaml")
        assert.strictEqual(file?.entries.get("file")?.value, "roll.c1z")
        assert.isTrue(file?.implicit)
        assert.isUndefined((yield* findConfigFile({ folder, named: ".baton.yaml" }))?.implicit)
      }),
    ),
  )

  it.effect("does without .baton.yaml", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        assert.isUndefined(yield* findConfigFile({ folder }))
      }),
    ),
  )

  it.effect("fails when the file that was named is missing", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(findConfigFile({ folder, named: "mine.yaml" }))
        assert.strictEqual(error.reason, "UnreadableFile")
        assert.match(error.message, /mine\.yaml does not exist/)
      }),
    ),
  )

  it.effect("fails at once when a pipe stands there, and when the file is too large", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        execFileSync("mkfifo", [join(folder, ".baton.yaml")])
        assert.match((yield* Effect.flip(findConfigFile({ folder }))).message, /\.baton\.yaml .* is not a file/)
        writeFileSync(join(folder, "large.yaml"), "#".repeat(1_048_577))
        const error = yield* Effect.flip(findConfigFile({ folder, named: "large.yaml" }))
        assert.match(error.message, /large\.yaml is too large/)
      }),
    ),
  )

  it.effect("fails when the path is a folder", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(findConfigFile({ folder, named: "." }))
        assert.match(error.message, /cannot be read/)
      }),
    ),
  )
})
