// Reads the whole system and writes it to a file.
import { Effect, Result } from "effect"
import { allConnectorFields } from "../connectors/connectors.ts"
import { selectConnector } from "../connectors/selectConnector.ts"
import { escapeControls, safeJson } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"
import { ignoredFlags } from "../settings/fieldFlags.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { requestFields, storeFields } from "./syncFields.ts"

/** `rollcall sync` */
export const syncCommand = settingsCommand(
  "sync",
  {
    summary: "Read a workspace and write it to a file.",
    description:
      "Read who is in a workspace and what they may do, and write it to a c1z file. A run that was stopped is " +
      "continued by the next one. Progress and the summary go to the standard error; -o json prints the summary as JSON.",
    connectorFields: allConnectorFields,
    fields: [...storeFields, ...requestFields],
    own: {},
    ignored: ignoredFlags(),
    examples: [
      { command: "BATON_TOKEN_FILE=token.txt rollcall sync", description: "Sync to sync.c1z" },
      { command: "rollcall sync --sync-resource-types user,userGroup -f people.c1z" },
    ],
  },
  Effect.fnUntraced(function* ({ settings, connectorSettings, format, quiet }) {
    const screen = yield* Screen
    const entry = yield* selectConnector(connectorSettings)
    const { gapsAreErrors } = yield* Effect.promise(() => import("../sync/strict.ts"))
    const { summaryJson, summaryLines } = yield* Effect.promise(() => import("../sync/summary.ts"))
    const { syncToFile } = yield* Effect.promise(() => import("../sync/syncToFile.ts"))
    const loaded = yield* Effect.promise(entry.load)
    const open = yield* loaded.open(connectorSettings)
    const types = settings["sync-resource-types"]
    const finished = yield* syncToFile(
      open,
      settings,
      {
        ...(types === undefined ? {} : { resourceTypes: types }),
        skipEntitlementsAndGrants: settings["skip-entitlements-and-grants"],
      },
      { showProgress: !quiet },
    ).pipe(Effect.onInterrupt(() => screen.err(`${stopped}\n`)))

    const [line, ...details] = summaryLines(finished)
    for (const text of quiet ? [line ?? ""] : [line ?? "", ...details]) yield* screen.err(`${escapeControls(text)}\n`)
    const print =
      format === "json" || format === "ndjson"
        ? screen.out(`${safeJson(summaryJson(finished), format === "json" ? 2 : undefined)}\n`)
        : Effect.void
    // Gaps decide the exit code even where nobody reads the summary.
    const verdict = settings.strict ? yield* Effect.result(gapsAreErrors(finished)) : Result.void
    yield* Result.isFailure(verdict) ? Effect.andThen(Effect.ignore(print), Effect.fail(verdict.failure)) : print
  }, Effect.scoped),
)

const stopped =
  "Stopped. What was read is kept beside the output: run the same command again and it continues where it stopped."
