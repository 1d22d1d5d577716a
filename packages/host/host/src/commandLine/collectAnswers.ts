// What the build writes down of a command line so that its bundle answers without the parser: see `answers/answer.ts`.
import { Console, Effect } from "effect"
import { Command, Completions } from "effect/cli"
import type { Answers } from "../answers/answer.ts"
import { shells } from "../answers/answer.ts"
import type { CommandTable } from "../answers/CommandTable.ts"
import { hiddenFlags } from "./fieldFlags.ts"
import type { PresentationOptions } from "./presentation.ts"
import { presentation } from "./presentation.ts"

/** The commands below this one, and their flags. */
export const tableOf = (command: Command.Command.Any): CommandTable =>
  tableOfDescriptor(Completions.fromCommand(command))

const tableOfDescriptor = (it: Completions.CommandDescriptor): CommandTable => ({
  name: it.name,
  flags: it.flags.map((flag) => ({
    names: [flag.name, ...negationOf(flag), ...flag.aliases],
    takesValue: flag.type._tag !== "Boolean" && flag.optionalValue !== true,
  })),
  takesArguments: it.arguments.length > 0,
  subcommands: it.subcommands.map(tableOfDescriptor),
})

const negationOf = ({ name, type, negation }: Completions.FlagDescriptor): ReadonlyArray<string> =>
  type._tag === "Boolean" && negation !== false ? [negation ?? `no-${name}`] : []

/** What help depends on that is not the terminal. */
export interface AnswerOptions extends Pick<PresentationOptions, "connection" | "common" | "limits"> {
  readonly version: string
  readonly leading: ReadonlyArray<string>
}

/** All answers of an app. Fails where help cannot be shown. */
export const collectAnswers = Effect.fnUntraced(function* <Name extends string, Input, Context, E, R>(
  command: Command.Command<Name, Input, Context, E, R>,
  { version, leading, ...groups }: AnswerOptions,
) {
  const app = tableOf(command)
  const shown = presentation({ ...groups, columns: undefined, colors: true, misused: () => Effect.void })
  const run = Command.runWith(command, { version })
  const help: Record<string, string> = {}
  for (const path of pathsOf(app)) {
    const caught: Console.Console = Object.assign(Object.create(console), {
      log: (text: string) => void (help[path.join(" ")] = text),
    })
    yield* run([...path.slice(1), "--help"]).pipe(Effect.provide(shown), Effect.provideService(Console.Console, caught))
  }
  const descriptor = Completions.fromCommand(command)
  const completions = Object.fromEntries(
    shells.map((shell) => [shell, Completions.generate(command.name, shell, descriptor)]),
  )
  return { table: { version, app, leading, hidden: hiddenFlags }, help, completions } satisfies Answers
})

const pathsOf = ({ name, subcommands }: CommandTable): ReadonlyArray<ReadonlyArray<string>> => [
  [name],
  ...subcommands.flatMap(pathsOf).map((path) => [name, ...path]),
]
