// `rollcall console`: asks the worker for a way in, and opens it in a browser.
import { askForConsole } from "@rollcall/host/connections"
import { entryFile, openInBrowser, secretMillis } from "@rollcall/pages/server"
import { Effect } from "effect"
import type { Place } from "./connections.ts"
import { folderOf } from "./connections.ts"
import { errLines, Screen } from "./Screen.ts"
import { SignalMeaning } from "./SignalMeaning.ts"

/** Opens the console, or prints a link to it. */
export const openConsole = Effect.fn("Console.open")(function* (
  place: Place,
  { quiet, noOpen }: { readonly quiet: boolean; readonly noOpen: boolean },
) {
  const folder = yield* folderOf(place)
  const say = (...lines: ReadonlyArray<string>) => (quiet ? Effect.void : errLines(lines))
  /** The link is the result of the command, so it goes where results go, also with `--quiet`. */
  const printLink = Effect.gen(function* () {
    const { out } = yield* Screen
    const { url } = yield* askForConsole(folder, "link")
    yield* errLines(["This link lets one browser in, once, within a minute:"])
    yield* out(`${url}\n`)
  })
  if (noOpen) return yield* printLink
  const { url, next } = yield* askForConsole(folder, "file")
  const path = yield* entryFile({ first: url, second: next ?? url })
  const meaning = yield* SignalMeaning
  meaning.endsWell = true
  yield* say(
    `If no browser opens, open this file in one: ${path}`,
    "The file is there for a minute; Ctrl-C ends this command as soon as the console is open.",
  )
  yield* openInBrowser(path).pipe(
    // The file goes with this command, and nobody says when the browser has read it.
    Effect.andThen(Effect.sleep(secretMillis)),
    Effect.catchTag("CannotOpen", ({ message }) =>
      Effect.andThen(say(`No browser could be opened: ${message}.`), printLink),
    ),
  )
})
