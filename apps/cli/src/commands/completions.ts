// Prints the completion script of a shell. `rollcall --completions bash` does the same.
import { Effect } from "effect"
import { Argument, Command, Completions } from "effect/cli"
import { Screen } from "../Screen.ts"

const shells = ["bash", "zsh", "fish", "powershell"] as const

/** `rollcall completions SHELL`, for the command whose tree this one is part of. */
export const completionsCommand = (root: () => Promise<Command.Command.Any>) =>
  Command.make(
    "completions",
    { shell: Argument.Literals("shell", shells).pipe(Argument.withDescription("The shell to complete in.")) },
    Effect.fnUntraced(function* ({ shell }) {
      const screen = yield* Screen
      const command = yield* Effect.promise(root)
      yield* screen.out(`${Completions.generate(command.name, shell, Completions.fromCommand(command))}\n`)
    }),
  ).pipe(
    Command.withDescription("Print a shell's completion script."),
    Command.withExamples([
      { command: "rollcall completions bash > ~/.local/share/bash-completion/completions/rollcall" },
    ]),
  )
