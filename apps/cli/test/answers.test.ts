// What a bundle answers by itself is what the command would have said.
import { assert, describe, it } from "@effect/vitest"
import type { CommandTable } from "@rollcall/host/answers"
import { answer, answerFiles } from "@rollcall/host/answers"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { collect } from "../src/answers.ts"
import { runInProcess } from "./inProcess.ts"

const written = Effect.gen(function* () {
  const folder = yield* scratchFolder("answers")
  const answers = yield* Effect.promise(collect)
  for (const [name, text] of Object.entries(answerFiles(answers))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const url = pathToFileURL(`${folder}/`)
  const ask = (args: ReadonlyArray<string>, columns?: number, colors = false) => answer(url, args, { columns, colors })
  return { answers, ask }
})

const pathsOf = ({ subcommands }: CommandTable): ReadonlyArray<ReadonlyArray<string>> => [
  [],
  ...subcommands.flatMap((sub) => pathsOf(sub).map((path) => [sub.name, ...path])),
]

describe("an answer of the build is what the command says:", () => {
  for (const [columns, colors] of [
    [60, false],
    [80, true],
    [200, false],
    [undefined, false],
  ] as const) {
    it.live(`help of every command, ${columns ?? "any number of"} columns wide${colors ? ", coloured" : ""}`, () =>
      Effect.gen(function* () {
        const { answers, ask } = yield* written
        const paths = pathsOf(answers.table.app)
        assert.isAbove(paths.length, 45)
        for (const path of paths) {
          const args = [...path, "--help"]
          assert.deepStrictEqual(
            ask(args, columns, colors),
            yield* runInProcess(args, { columns, colors }),
            args.join(" "),
          )
        }
      }),
    )
  }

  it.live("the version and the completions of every shell, both ways", () =>
    Effect.gen(function* () {
      const { ask } = yield* written
      const shells = ["bash", "zsh", "fish", "powershell"].flatMap((shell) => [
        `completions ${shell}`,
        `--completions ${shell}`,
      ])
      for (const line of [
        "--version",
        "-v",
        "sync --version",
        "-V",
        "sync -V",
        "version",
        "help",
        "help help",
        "help version",
        "help grants",
        "help review start",
        "--help --version",
        "sync -h --quiet",
        ...shells,
      ]) {
        const args = line.split(" ")
        assert.deepStrictEqual(ask(args, 80, true), yield* runInProcess(args, { columns: 80, colors: true }), line)
      }
    }),
  )

  it.live("a command or a flag that does not exist", () =>
    Effect.gen(function* () {
      const { ask } = yield* written
      const lines = [
        "nonsense",
        "nonsense --help",
        "snyc -f a.c1z",
        "grnts --version",
        "review strat",
        "help reveiw start",
        "version --frobnicate",
        "review nonsense folder --help",
        "actions run disable_usr --user-id U1",
        "--frobnicate",
        "--hlep",
        "--frobnicate sync",
        "sync --frobnicate --help",
        "sync --strickt --fil a.c1z",
        "sync --strict=yes --quite",
        "stats -x",
        "stats -qx -f a.c1z",
        "stats --no-quite",
        "grants xoxb-1-secret --xoxb-1-secret",
        "config shwo",
        "completions bash --frobnicate",
      ]
      for (const line of lines) {
        const args = line.split(" ")
        const answered = ask(args)
        assert.strictEqual(answered?.code, 64, line)
        assert.deepStrictEqual(answered, yield* runInProcess(args), line)
        assert.notInclude(answered?.err, "secret")
      }
    }),
  )

  it.live("and there is none where the command has to look at what was typed", () =>
    Effect.gen(function* () {
      const { ask } = yield* written
      const lines = [
        "",
        "sync",
        "sync --strict true",
        "sync --grant-principal U1 --frobnicate",
        "-f a.c1z --help",
        "--version -f a.c1z",
        "capabilities -f a.c1z --help",
        "--token x --frobnicate",
        "sync --frobnicate -f",
        "sync -f --help",
        "sync --help=no",
        "sync --quiet no --help",
        "--completions",
        "--completions tcsh",
        "completions tcsh",
        "completions bash zsh",
        "stats -- --help",
        "grünts",
      ]
      for (const line of lines) assert.isUndefined(ask(line.split(" ").filter((word) => word !== "")), line)
    }),
  )
})
