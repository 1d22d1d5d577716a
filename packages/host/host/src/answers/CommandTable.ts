// The commands and flags of an app as data, which the build writes down: enough to find out, without the parser, what a command line asks
// for that nothing has to run for, and what in it does not exist. It imports next to nothing, as it stands in for all that it saves loading.
import { closest } from "@rollcall/config/edit-distance"

/** A command, or the app itself. */
export interface CommandTable {
  readonly name: string
  readonly flags: ReadonlyArray<FlagEntry>
  readonly takesArguments: boolean
  readonly subcommands: ReadonlyArray<CommandTable>
}

/** A flag that help shows. */
export interface FlagEntry {
  /** Its name, its negation and its aliases, without dashes. */
  readonly names: ReadonlyArray<string>
  readonly takesValue: boolean
}

/** Names of flags, without dashes, that the table does not have. */
export interface FurtherFlags {
  /** Some command takes them though no help shows them. */
  readonly hidden: ReadonlyArray<string>
  /** They may stand before a command that takes them. */
  readonly leading: ReadonlyArray<string>
}

/** What a command line asks for instead of a run. */
export type Asked = "help" | "version" | { readonly completions: string }

/** What a command line says. */
export interface TypedLine {
  /** The names of the command, the app's first. */
  readonly path: ReadonlyArray<string>
  readonly arguments: ReadonlyArray<string>
  readonly asked?: Asked | undefined
  /**
   * A sentence for each thing that does not exist, with what may have been meant. A command stands alone, since the flags that it would
   * have cannot be known.
   */
  readonly unknown: ReadonlyArray<string>
}

/** Where to look what there is. */
export const helpHint = (path: ReadonlyArray<string>): string => `\`${path.join(" ")} --help\` lists what there is.`

/** Flags that every command has. */
const globals: ReadonlyArray<FlagEntry> = [
  { names: ["help", "h"], takesValue: false },
  { names: ["version", "v", "V"], takesValue: false },
  { names: ["completions"], takesValue: true },
]

/** A word that a switch would take for its value. */
const literal = /^(?:true|yes|on|1|y|t|false|no|off|0|n|f)$/iu

const isWord = (text: string): boolean => !text.startsWith("-") || text === "-" || /^-(?:\d|\.\d)/u.test(text)

/** The words up to `--`, with `-abc` taken apart. */
const wordsOf = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = args.indexOf("--")
  return (end < 0 ? args : args.slice(0, end)).flatMap((it) => {
    if (isWord(it) || it.startsWith("--")) return [it]
    const [letters = "", ...value] = it.slice(1).split("=")
    const flags = Array.from(letters, (letter) => `-${letter}`)
    return value.length === 0 ? flags : [...flags.slice(0, -1), `${flags.at(-1) ?? "-"}=${value.join("=")}`]
  })
}

const entryOf = (flags: ReadonlyArray<FlagEntry>, typed: string): FlagEntry | undefined => {
  const isLong = typed.startsWith("--")
  const name = typed.slice(isLong ? 2 : 1)
  return flags.find(({ names }) => names.includes(name))
}

/**
 * Reads the arguments of an app. Gives nothing where it cannot be certain what the parser would make of them, such as a flag without its
 * value.
 */
export const readTyped = (
  app: CommandTable,
  args: ReadonlyArray<string>,
  { hidden, leading }: FurtherFlags,
): TypedLine | undefined => {
  let command = app
  const path = [app.name]
  const positional: Array<string> = []
  const unknown: Array<string> = []
  const asked: Array<Asked> = []
  let last: { readonly entry: FlagEntry; readonly isGlobal: boolean } | undefined
  for (const typed of wordsOf(args)) {
    if (isWord(typed)) {
      if (last?.entry.takesValue === true) {
        if (last.isGlobal) asked.push({ completions: typed })
        last = undefined
        continue
      }
      // Only the parser knows whether it is the value of the switch.
      if (last !== undefined && literal.test(typed)) return undefined
      last = undefined
      const sub = positional.length > 0 ? undefined : command.subcommands.find(({ name }) => name === typed)
      if (sub !== undefined) {
        command = sub
        path.push(sub.name)
        continue
      }
      if (positional.length === 0 && !command.takesArguments && command.subcommands.length > 0) {
        return { path, arguments: [], unknown: [unknownCommand(typed, path, command)], asked: asked[0] }
      }
      positional.push(typed)
      continue
    }
    if (last?.entry.takesValue === true) return undefined
    const [flag, value] = splitAtEquals(typed)
    const own = entryOf(command.flags, flag)
    const entry = own ?? entryOf(globals, flag)
    if (entry !== undefined) {
      const isGlobal = own === undefined
      if (isGlobal && value !== undefined) return undefined
      if (isGlobal && !entry.takesValue) asked.push(entry.names.includes("help") ? "help" : "version")
      last = value === undefined ? { entry, isGlobal } : undefined
      continue
    }
    const name = flag.replace(/^--?(?:no-)?/u, "")
    if (hidden.includes(name) || (command === app && leading.includes(name))) return undefined
    last = undefined
    unknown.push(unknownFlag(flag, path, command))
  }
  if (last?.entry.takesValue === true) return undefined
  return { path, arguments: positional, unknown, asked: firstOf(asked) }
}

/** Help before the version, and that before completions. */
const firstOf = (asked: ReadonlyArray<Asked>): Asked | undefined =>
  asked.find((it) => it === "help") ?? asked.find((it) => it === "version") ?? asked.at(-1)

const splitAtEquals = (text: string): readonly [string, string?] => {
  const at = text.indexOf("=")
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

const unknownCommand = (typed: string, path: ReadonlyArray<string>, { subcommands }: CommandTable): string => {
  const names = subcommands.map(({ name }) => name)
  return `Unknown subcommand "${typed}" for "${path.join(" ")}"${meant(typed, names)}`
}

const unknownFlag = (typed: string, path: ReadonlyArray<string>, { flags }: CommandTable): string => {
  const names = [...flags, ...globals].flatMap((it) => it.names)
  const shown = names.map((name) => (name.length === 1 ? `-${name}` : `--${name}`))
  return `Unrecognized flag: ${typed} in command ${path.join(" ")}${meant(typed, shown)}`
}

const meant = (typed: string, names: ReadonlyArray<string>): string => {
  const shown = new Map(names.map((name) => [name.replace(/^-+/u, ""), name]))
  const found = closest(typed.replace(/^-+/u, ""), [...shown.keys()])
  return found.length === 0 ? "" : `\n\n  Did you mean this?${found.map((name) => `\n    ${shown.get(name)}`).join("")}`
}
