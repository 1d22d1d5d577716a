// Lines of talk on the standard error: warnings, notes, summaries, previews.
import { hideTokens } from "@rollcall/api-client"
import { Effect } from "effect"
import { Screen } from "../Screen.ts"
import { escapeControls } from "@rollcall/access/render"

/** Prints the lines; without control characters, and without a token that was given where none belongs. */
export const errLines = Effect.fnUntraced(function* (lines: ReadonlyArray<string>) {
  const screen = yield* Screen
  for (const line of lines) yield* screen.err(`${escapeControls(hideTokens(line))}\n`)
})
