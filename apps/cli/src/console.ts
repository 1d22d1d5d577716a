// `rollcall console`: asks the worker for a way in, and opens it in a browser.
import { askForConsole } from "@rollcall/host/connections"
import { entryFile, openInBrowser, secretMillis } from "@rollcall/pages/server"
import { Effect } from "effect"
import type { Place } from "./connections/asking.ts"
import { folderOf } from "./connections/asking.ts"
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
    if (hasSecret(url)) yield* errLines(["This link lets one browser in, once, within a minute:"])
    yield* out(`${url}\n`)
  })
  /** The secret goes to the browser in a file, since all users of a machine see the arguments of programs. */
  const openByFile = Effect.fnUntraced(function* (first: string, second: string) {
    const path = yield* entryFile({ first, second })
    const meaning = yield* SignalMeaning
    meaning.endsWell = true
    yield* say(
      `If no browser opens, open this file in one: ${path}`,
      "The file is there for a minute; Ctrl-C ends this command as soon as the console is open.",
    )
    yield* openInBrowser(path)
    // The file goes with this command, and nobody says when the browser has read it.
    yield* Effect.sleep(secretMillis)
  })
  if (noOpen) return yield* printLink
  const { url, next } = yield* askForConsole(folder, "file")
  // Where people sign in, the address is no secret.
  yield* (hasSecret(url) ? openByFile(url, next ?? url) : openInBrowser(url)).pipe(
    Effect.catchTag("CannotOpen", ({ message }) =>
      Effect.andThen(say(`No browser could be opened: ${message}.`), printLink),
    ),
  )
})

const hasSecret = (url: string): boolean => new URL(url).searchParams.has("key")
