// How the command lines of both apps present help and misuse: a command's own flags first, the settings of the connection in a
// group of their own, wrapped to the terminal's width.
import { hideTokens } from "@rollcall/api-client"
import { namesOf, suggestion } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import type { Effect } from "effect"
import { Context, Layer } from "effect"
import type { HelpDoc } from "effect/cli"
import { CliConfig, CliError, CliOutput, Flag, GlobalFlag } from "effect/cli"
import { helpHint } from "../answers/CommandTable.ts"
import { versionLine } from "../answers/versionLine.ts"
import { isHeading, wrapHelp } from "../answers/wrapHelp.ts"

/** What the presentation depends on. */
export interface PresentationOptions {
  /** Fields whose flags stand in a group of their own, such as those of the connectors. */
  readonly connection: ReadonlyArray<ConfigField>
  /** Fields whose flags stand in a group of their own: how much may change in one go. */
  readonly limits?: ReadonlyArray<ConfigField>
  /** Names of flags that every command has, which stand last. */
  readonly common: ReadonlyArray<string>
  /** Cells of a line, where help goes to a terminal. */
  readonly columns: number | undefined
  readonly colors: boolean
  /** What help shows in place of a text of its own, such as an example of another system. */
  readonly own?: ((text: string) => string) | undefined
  /** Says what is wrong with a command line; the sentences hold no tokens. */
  readonly misused: (sentences: ReadonlyArray<string>, hint: string) => Effect.Effect<void>
}

/** The presentation of a command line. The log level is a setting like any other, so the built-in flag of that name is left out. */
export const presentation = (options: PresentationOptions): Layer.Layer<never> => {
  const standard = CliOutput.defaultFormatter({ colors: options.colors })
  const formatter: CliOutput.Formatter = Object.assign(Object.create(standard), {
    formatHelpDoc: (doc: HelpDoc.HelpDoc) => formatHelp(standard, doc, options),
    formatVersion: versionLine,
  })
  return Layer.mergeAll(
    CliConfig.layer({ builtIns: [GlobalFlag.Help, version, GlobalFlag.Completions] }),
    CliOutput.layer(formatter),
    CliOutput.layerPresenter({
      present: (event) => {
        if (event._tag !== "InvalidInvocation") return CliOutput.defaultPresenter.present(event)
        // The flags of a command that does not exist cannot be known.
        const unknown = event.errors.filter((error) => error._tag === "UnknownSubcommand")
        const told = unknown.length > 0 ? unknown : event.errors
        return options.misused(
          told.map((error) => hideTokens(`${standard.formatCliError(error)}${meantBy(error)}`)),
          helpHint(event.commandPath),
        )
      },
    }),
  )
}

/** What to say behind a value that is none of those which its flag takes. */
const meantBy = (error: CliError.CliError): string => {
  if (error._tag !== "InvalidValue" || error.value === "") return ""
  const choices = /^"[^"]+"(?: \| "[^"]+")+$/u.test(error.expected) ? error.expected.slice(1, -1).split('" | "') : []
  const meant = suggestion(error.value, choices)
  return meant === "" ? "" : `. ${meant.trimEnd()}`
}

/** Whether a failure is one of the parser, which has been presented. */
export const isPresented = (error: unknown): boolean => CliError.isCliError(error)

/** The built-in flag, with the short name that other programs have too. */
const version: GlobalFlag.Action<boolean> = {
  ...GlobalFlag.Version,
  flag: GlobalFlag.Version.flag.pipe(Flag.withAlias("V")),
}

type Formatter = ReturnType<typeof CliOutput.defaultFormatter>

/** Headings behind the flags, of which the first that is there follows the groups. */
const laterHeadings = ["GLOBAL FLAGS", "SUBCOMMANDS", "EXAMPLES"]

const formatHelp = (standard: Formatter, doc: HelpDoc.HelpDoc, options: PresentationOptions): string => {
  const connection = new Set(options.connection.flatMap(namesOf))
  const limits = new Set(options.limits?.flatMap(namesOf))
  const groupOf = ({ name }: HelpDoc.FlagDoc): string => {
    if (options.common.includes(name)) return "COMMON FLAGS"
    if (connection.has(name)) return "CONNECTION FLAGS"
    return limits.has(name) ? "LIMIT FLAGS" : "FLAGS"
  }
  const groups = Map.groupBy(doc.flags, groupOf)
  const { own = (text) => text } = options
  const lines = own(standard.formatHelpDoc({ ...doc, flags: groups.get("FLAGS") ?? [] })).split("\n")
  const at = lines.findIndex((line) => laterHeadings.some((heading) => isHeading(line, heading)))
  const further = ["LIMIT FLAGS", "CONNECTION FLAGS", "COMMON FLAGS"].flatMap((title) => {
    const flags = groups.get(title) ?? []
    return flags.length === 0 ? [] : sectionOf(standard, title, flags)
  })
  lines.splice(at < 0 ? lines.length : at, 0, ...further)
  return wrapHelp(lines, options.columns, CliOutput.displayWidth).join("\n")
}

const sectionOf = (
  standard: Formatter,
  title: string,
  flags: ReadonlyArray<HelpDoc.FlagDoc>,
): ReadonlyArray<string> => {
  const lines = standard.formatHelpDoc({ description: "", usage: "", annotations: Context.empty(), flags }).split("\n")
  const at = lines.findIndex((line) => isHeading(line, "FLAGS"))
  return [(lines[at] ?? "").replace("FLAGS", title), ...lines.slice(at + 1), ""]
}
