// `rollcall help` and `rollcall version` as help and completions list them. What is run are the flags that they stand for: `asFlags`.
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"

/** `rollcall help` */
export const helpCommand = Command.make(
  "help",
  {
    command: Argument.String("command").pipe(
      Argument.withDescription("The command, with its subcommand where it has some; all of them when left out."),
      Argument.variadic(),
    ),
  },
  () => Effect.void,
).pipe(
  Command.withShortDescription("Show the help of a command, as --help behind it does."),
  Command.withDescription("Show the help of a command, as --help behind it does."),
  Command.withExamples([{ command: "rollcall help sync" }, { command: "rollcall help review start" }]),
)

/** `rollcall version` */
export const versionCommand = Command.make("version", {}, () => Effect.void).pipe(
  Command.withDescription(
    "Print the version, the commit that it was built from, and the version of Node, as --version does.",
  ),
)
