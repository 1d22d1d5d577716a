// The worker's command line: a flag for every setting, as the `rollcall` command has it. Read with Node's own parser, since
// a probe and a pod should start at once.
import { parseArgs } from "node:util"
import type { RawValue } from "@rollcall/config"
import { flagsOf, goSettings } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import { UsageError } from "./UsageError.ts"

/** What was typed. */
export interface CommandLine {
  /** Flags by name; `config` names the configuration file. */
  readonly flags: Readonly<Record<string, RawValue>>
  /** What was asked for instead of work. */
  readonly asked?: "help" | "version"
}

/** Reads the arguments. Flags of the Go connector are taken, so that its command lines keep working or are refused for what they ask. */
export const readCommandLine = (
  args: ReadonlyArray<string>,
  fields: ReadonlyArray<ConfigField>,
): Effect.Effect<CommandLine, UsageError> =>
  Effect.gen(function* () {
    const options = optionsOf(fields)
    // Not strict, as its messages quote values.
    const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
    const flags: Record<string, Array<string>> = {}
    for (const token of tokens) {
      if (token.kind === "positional") return yield* misused("There is an argument that is no flag.")
      if (token.kind === "option-terminator") continue
      const option = options[token.name]
      if (option === undefined) return yield* misused(`There is no flag ${token.rawName}.`)
      if (token.name === "help" || token.name === "version") return { flags: {}, asked: token.name }
      const value = token.value ?? (option.type === "boolean" ? "true" : undefined)
      if (value === undefined) return yield* misused(`${token.rawName} needs a value.`)
      ;(flags[token.name] ??= []).push(value)
    }
    return {
      flags: Object.fromEntries(
        Object.entries(flags).map(([name, [one = "", ...more]]) => [name, more.length === 0 ? one : [one, ...more]]),
      ),
    }
  })

interface Option {
  readonly type: "boolean" | "string"
  readonly short?: string
}

const optionsOf = (fields: ReadonlyArray<ConfigField>): Readonly<Record<string, Option>> => ({
  ...Object.fromEntries(
    goSettings
      .filter((setting) => setting.environmentOnly !== true)
      .map(({ name, takesValue }): [string, Option] => [name, { type: takesValue ? "string" : "boolean" }]),
  ),
  ...Object.fromEntries(
    fields.flatMap((field) =>
      flagsOf(field).map(({ name, short }): [string, Option] => [
        name,
        { type: field.type === "boolean" ? "boolean" : "string", ...(short === undefined ? {} : { short }) },
      ]),
    ),
  ),
  config: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
})

const misused = (message: string) => new UsageError({ message, hint: "`rollcall-worker --help` lists the flags." })
