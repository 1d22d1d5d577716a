// Runs the explorer: makes the file ready, serves it, and lets one browser in.
import type { Answer, ComparedSync, Serving } from "@rollcall/explorer"
import { idleMillis, openExplorer, serve } from "@rollcall/explorer"
import { entryFile, openInBrowser } from "@rollcall/pages/server"
import { Deferred, Effect } from "effect"
import { withLiveLines } from "../Screen.ts"
import { errLines, Screen } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { readOptions } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import { SignalMeaning } from "../SignalMeaning.ts"
import { archivedSyncs } from "./archivedSyncs.ts"
import { findSync } from "./findSync.ts"

/** What the command was asked for. */
export interface ExplorerCommand {
  readonly settings: ViewSettings
  readonly quiet: boolean
  readonly syncId: string | undefined
  readonly privileged: string | undefined
  readonly port: number
  readonly noOpen: boolean
}

/** Serves the file until the explorer is stopped or nobody uses it any more. */
export const runExplorer = Effect.fnUntraced(function* (asked: ExplorerCommand) {
  const { settings, quiet, syncId, privileged, port, noOpen } = asked
  const { file, sync } = yield* findSync(settings, syncId)
  const copies = settings.archive === undefined ? [] : yield* comparable(settings)
  const say = (...lines: ReadonlyArray<string>) => (quiet ? Effect.void : errLines(lines))
  const ready = yield* Deferred.make<Answer>()
  // First, so that nobody waits for a large file to hear that the port is taken. Nobody is let in yet.
  const serving = yield* serve((path, query) => Effect.flatMap(Deferred.await(ready), (it) => it(path, query)), port)
  let progress = `Unpacking ${file}…`
  const opening = openExplorer({
    ...readOptions(settings),
    file,
    syncId: sync,
    meanings: (yield* KnownModules).all,
    privileged: privileged === undefined ? [] : [privileged],
    copies,
    onProgress: (bytes, all) => {
      progress = `Unpacking ${file}: ${all === undefined ? `${Math.round(bytes / 1e6)} MB` : `${Math.floor((100 * bytes) / all)} %`}`
    },
    onUnpacked: () => {
      progress = `Indexing ${file}…`
    },
  })
  const { errIsTerminal } = yield* Screen
  if (!errIsTerminal) yield* say(`Unpacking and indexing ${file}…`)
  const answer = yield* withLiveLines(opening, () => [progress], { shown: !quiet })
  yield* Deferred.succeed(ready, answer)
  const meaning = yield* SignalMeaning
  meaning.endsWell = true
  yield* say(
    `The explorer runs at ${serving.url} until Ctrl-C, or until no page was asked for in ${idleMillis / 60_000} minutes.`,
  )
  yield* noOpen ? printLink(serving) : openBrowser(serving, say)
  yield* serving.idle
  yield* say("No page was asked for, so the explorer has ended.")
})

type Say = (...lines: ReadonlyArray<string>) => Effect.Effect<void, never, Screen>

/** The link is the result of the command, so it goes where results go, also with `--quiet`. */
const printLink = Effect.fnUntraced(function* ({ issue }: Serving) {
  const { out } = yield* Screen
  const link = yield* issue("link")
  yield* errLines(["This link lets one browser in, once, within a minute:"])
  yield* out(`${link}\n`)
})

const openBrowser = Effect.fnUntraced(function* (serving: Serving, say: Say) {
  const path = yield* entryFile({ first: yield* serving.issue("file"), second: serving.start })
  yield* say(`If no browser opens, open this file in one within a minute: ${path}`)
  yield* openInBrowser(path).pipe(
    Effect.catchTag("CannotOpen", ({ message }) =>
      Effect.andThen(say(`No browser could be opened: ${message}.`), printLink(serving)),
    ),
  )
})

/** The full syncs of the archive. */
const comparable = (settings: ViewSettings) =>
  Effect.map(archivedSyncs(settings), (copies): ReadonlyArray<ComparedSync> =>
    copies.filter(({ type }) => type === "full"),
  )
