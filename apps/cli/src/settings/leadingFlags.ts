// Flags that stand before the command, where scripts for the Go programs put them: `baton -f sync.c1z grants`. The parser
// wants them behind it.
import { flagsOf, goSettings, failOnProblems, findOtherRequests, readSources } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"
import type { GivenFlags } from "@rollcall/host/command-line"
import { knownFields, warn } from "./knownModules.ts"

/** What was typed, with the flags of settings that stand before the command taken apart. */
export interface LeadingFlags {
  /** By name; of one that was typed several times, all values. */
  readonly flags: GivenFlags
  /** The arguments with these flags moved to the end. */
  readonly args: ReadonlyArray<string>
  /** Whether nothing but them was typed. */
  readonly noCommand: boolean
}

/** Takes the arguments apart. */
export const readLeadingFlags = (args: ReadonlyArray<string>, modules: ModuleList): LeadingFlags => {
  const leading = leadingOf(modules)
  const flags: Record<string, ReadonlyArray<string>> = {}
  let length = 0
  while (length < args.length) {
    const [typed, value] = splitAtEquals(args[length] ?? "")
    const flag = leading.get(typed)
    if (flag === undefined) break
    const next = flag.takesValue ? args[length + 1] : "true"
    flags[flag.name] = [...(flags[flag.name] ?? []), value ?? next ?? ""]
    length += flag.takesValue && value === undefined ? 2 : 1
  }
  return {
    flags: Object.fromEntries(
      Object.entries(flags).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
    ),
    args: [...args.slice(length), ...args.slice(0, length)],
    noCommand: length >= args.length,
  }
}

const splitAtEquals = (text: string): readonly [string, string?] => {
  const at = text.indexOf("=")
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

interface Leading {
  readonly name: string
  readonly takesValue: boolean
}

const namesOfField = (field: ConfigField): ReadonlyArray<readonly [string, Leading]> =>
  flagsOf(field).flatMap(({ name, short }) => {
    const flag: Leading = { name, takesValue: field.type !== "boolean" }
    return [[`--${name}`, flag] as const, ...(short === undefined ? [] : [[`-${short}`, flag] as const])]
  })

const leadingOf = (modules: ModuleList): ReadonlyMap<string, Leading> =>
  new Map([
    ...goSettings
      .filter(({ environmentOnly }) => environmentOnly !== true)
      .map(({ name, takesValue }) => [`--${name}`, { name, takesValue }] as const),
    ...knownFields(modules).flatMap(namesOfField),
    ...["config", "profile"].map((name) => [`--${name}`, { name, takesValue: true }] as const),
  ])

/** The names of these flags, without dashes. */
export const leadingNames = (modules: ModuleList): ReadonlyArray<string> =>
  [...leadingOf(modules).keys()].map((it) => it.replace(/^-+/u, ""))

/** Fails where settings ask for something or flags were typed; otherwise help is what was asked for. */
export const refuseWithoutCommand = Effect.fnUntraced(function* ({ flags }: LeadingFlags) {
  const others = findOtherRequests(yield* readSources(flags), { forWorker: true })
  yield* failOnProblems(others.problems)
  yield* warn(others.warnings)
  if (Object.keys(flags).length > 0) {
    return yield* new UsageError({
      message: "No command is given.",
      hint: "`rollcall sync` syncs with these flags; `rollcall --help` lists the commands.",
    })
  }
})
