// The dated copies that an archive has.
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { archivedFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const keepCommand = settingsCommand(
  "keep",
  {
    summary: "Keep a copy, whatever BATON_ARCHIVE_KEEP says.",
    fields: archivedFields,
    listing: false,
    own: {
      sync: Argument.String("sync").pipe(
        Argument.withDescription("The sync: its id or the beginning of it, latest, previous, or a date."),
      ),
    },
    examples: [{ command: "rollcall history keep 2026-10-01 --archive history" }],
  },
  Effect.fnUntraced(function* ({ settings, own }) {
    const { keepSync } = yield* Effect.promise(() => import("../views/keepSync.ts"))
    yield* keepSync(settings, own.sync)
  }),
)

/** `rollcall history` */
export const historyCommand = settingsCommand(
  "history",
  {
    summary: "List the dated copies that `rollcall sync --archive` keeps.",
    fields: archivedFields,
    own: {},
    examples: [{ command: "rollcall history --archive history" }],
  },
  Effect.fnUntraced(function* ({ settings, format }) {
    const { showHistory } = yield* Effect.promise(() => import("../views/history.ts"))
    yield* showHistory(settings, format)
  }),
).pipe(Command.withSubcommands([keepCommand]))
