// The flags of `rollcall-worker health`. An exec probe runs every few seconds, so they are read with Node's own parser, which is
// there already; all else of the worker is read by the parser of the `rollcall` command.
import { parseArgs } from "node:util"
import { flagsOf } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import { UsageError } from "../settings/UsageError.ts"

/** Flags by name as they were typed, the last one where a flag is typed several times; `config` names the configuration file. */
export const readProbeFlags = (
  args: ReadonlyArray<string>,
  fields: ReadonlyArray<ConfigField>,
): Effect.Effect<Readonly<Record<string, string>>, UsageError> =>
  Effect.gen(function* () {
    const names = new Set(["config", ...fields.flatMap(flagsOf).map(({ name }) => name)])
    const options = Object.fromEntries([...names].map((name) => [name, { type: "string" as const }]))
    // Not strict, as its messages quote values.
    const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
    const flags: Record<string, string> = {}
    for (const token of tokens) {
      if (token.kind === "positional") return yield* misused("There is an argument that is not a flag.")
      if (token.kind === "option-terminator") continue
      if (!names.has(token.name)) return yield* misused(`There is no flag ${token.rawName}.`)
      if (token.value === undefined) return yield* misused(`${token.rawName} needs a value.`)
      flags[token.name] = token.value
    }
    return flags
  })

const misused = (message: string) =>
  new UsageError({ message, hint: "docs/worker.md describes the flags of `rollcall-worker health`." })
