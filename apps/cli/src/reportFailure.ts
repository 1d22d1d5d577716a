// What a person sees when a command fails, and the exit code: one sentence and the next step, never a stack.
import { exitCodes, isFailure } from "@rollcall/connector"
import { hideTokens } from "@rollcall/api-client"
import { Cause, Effect, Option } from "effect"
import { CliError } from "effect/cli"
import { ExitWith } from "./errors.ts"
import { escapeLines } from "@rollcall/access/render"
import { Screen } from "./Screen.ts"

/** Says why the command failed and tells the exit code. Causes are logged where the log level is debug. */
export const reportFailure = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const screen = yield* Screen
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  // The parser has said itself what is wrong.
  if (CliError.isCliError(error)) return exitCodes.usage
  if (error instanceof ExitWith) return error.code
  if (isFailure(error)) {
    yield* screen.err(`error: ${shown(error.message)}\n${error.hint === "" ? "" : `${shown(error.hint)}\n`}`)
    return exitCodes[error.kind]
  }
  const [defect] = Cause.prettyErrors(cause)
  yield* screen.err(
    `error: Rollcall failed because of a bug: ${shown(defect?.message ?? "unknown")}\n` +
      "Run again with --log-level debug for the details, and report it.\n",
  )
  return exitCodes.unexpected
})

/** No token is printed, whatever was typed in the wrong place. */
const shown = (text: string): string => escapeLines(hideTokens(text))
