// Questions to whoever sits at the terminal. What is typed for a secret is not shown, and not how long it is.
import { askingTerminal } from "@rollcall/host/asking-terminal"
import { commandServices } from "@rollcall/host/command-line"
import { exitCodes } from "@rollcall/connector"
import type { Redacted } from "effect"
import { Effect, Terminal } from "effect"
import { Prompt, TerminalCapabilities } from "effect/cli"
import { ExitWith } from "../errors.ts"
import { Screen } from "../Screen.ts"

/** What can be asked. Whoever gives no answer ends the command with 130. */
export interface Asking {
  readonly choose: <A>(question: string, choices: ReadonlyArray<Choice<A>>) => Effect.Effect<A, ExitWith>
  /** A secret, or an empty text where it is `optional` and was left out. */
  readonly secret: (
    question: string,
    options: { readonly optional: boolean },
  ) => Effect.Effect<Redacted.Redacted, ExitWith>
}

/** An answer, and how it is shown. */
export interface Choice<A> {
  readonly title: string
  readonly value: A
  readonly description?: string
}

/** Asks at the terminal until the scope ends; absent where nobody sits there. */
export const openAsking = Effect.gen(function* () {
  const screen = yield* Screen
  if (screen.ask === undefined) return undefined
  const terminal = yield* askingTerminal({ display: screen.err, columns: screen.errColumns })
  const ask = <A>(prompt: Prompt.Prompt<A>) =>
    Prompt.run(prompt).pipe(
      Effect.provideService(Terminal.Terminal, terminal),
      Effect.provideService(TerminalCapabilities.TerminalCapabilities, {
        canColor: screen.errColor,
        canAnimate: true,
        canPrompt: true,
      }),
      Effect.provide(commandServices),
      Effect.catch(() =>
        Effect.andThen(
          screen.err("\nNothing was written.\n"),
          Effect.fail(new ExitWith({ code: exitCodes.cancelled })),
        ),
      ),
    )
  return {
    choose: <A>(message: string, choices: ReadonlyArray<Choice<A>>) => ask(Prompt.Select({ message, choices })),
    secret: (message: string, { optional }: { readonly optional: boolean }) =>
      ask(
        Prompt.Hidden({
          message,
          validate: (typed) =>
            typed.trim() === "" && !optional
              ? Effect.fail("It is needed. Ctrl-C ends this, and nothing is written.")
              : Effect.succeed(typed.trim()),
        }),
      ),
  }
})
