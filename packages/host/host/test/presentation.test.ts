// Help as a person sees it: a command's own flags first, those of the connection in a group, no line wider than the terminal.
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CliOutput, Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import { fieldFlags, presentation } from "../src/commandLine/index.ts"

const connection = [
  {
    name: "token",
    type: "secret",
    description: "The token that opens the shop, which its owner makes on the page of the shop.",
  },
] as const
const own = [{ name: "depth", type: "integer", description: "How deep to look." }] as const

const help = (columns: number | undefined, args: ReadonlyArray<string> = ["--help"]) =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const command = Command.make("shop", fieldFlags([...connection, ...own]), () => Effect.void).pipe(
      Command.withDescription(
        "Look at the shop, at all that is in it, and at who may open which of its doors and drawers.",
      ),
      Command.withExamples([
        { command: "shop --depth 3 --token-file a-very-long-name-of-a-file-that-is-not-broken.txt" },
      ]),
    )
    const options = { connection, common: ["config"], columns, colors: false }
    const misused = (sentences: ReadonlyArray<string>, hint: string) =>
      Effect.sync(() => void told.push(...sentences, hint))
    yield* Command.runWith(command, { version: "1" })(args).pipe(
      Effect.provide(presentation({ ...options, misused })),
      Effect.provide(NodeServices.layer),
      Effect.ignore,
    )
    return { lines: (yield* TestConsole.logLines).map(String).join("\n").split("\n"), told }
  })

describe("help", () => {
  it.effect("has the command's own flags first, then those of the connection, then those of every command", () =>
    Effect.gen(function* () {
      const { lines } = yield* help(undefined)
      const headings = lines.filter((line) => /^[A-Z]/u.test(line))
      assert.deepStrictEqual(headings, [
        "DESCRIPTION",
        "USAGE",
        "FLAGS",
        "CONNECTION FLAGS",
        "COMMON FLAGS",
        "GLOBAL FLAGS",
        "EXAMPLES",
      ])
      const groupOf = (flag: string) => {
        const at = lines.findIndex((line) => line.startsWith(`  ${flag}`))
        return lines.slice(0, at).findLast((line) => /^[A-Z]/u.test(line))
      }
      assert.deepStrictEqual(["--depth", "--token ", "--token-file", "--config"].map(groupOf), [
        "FLAGS",
        "CONNECTION FLAGS",
        "CONNECTION FLAGS",
        "COMMON FLAGS",
      ])
    }),
  )

  for (const columns of [60, 80, 100]) {
    it.effect(`is ${columns} cells wide at most on such a terminal, and loses no word`, () =>
      Effect.gen(function* () {
        const { lines } = yield* help(columns)
        const { lines: whole } = yield* help(undefined)
        const examples = lines.indexOf("EXAMPLES")
        for (const line of lines.slice(0, examples)) assert.isAtMost(CliOutput.displayWidth(line), columns, line)
        assert.include(lines.join("\n"), "a-very-long-name-of-a-file-that-is-not-broken.txt")
        const words = (text: ReadonlyArray<string>) => text.join(" ").split(/\s+/u)
        assert.deepStrictEqual(words(lines), words(whole).slice(words(whole).length - words(lines).length))
      }),
    )
  }

  it.effect("is offered where a command line cannot be read, with what was meant", () =>
    Effect.gen(function* () {
      const { told } = yield* help(undefined, ["--dept=3"])
      assert.match(told.join("\n"), /--dept[^]*--depth[^]*`shop --help`/)
    }),
  )
})
