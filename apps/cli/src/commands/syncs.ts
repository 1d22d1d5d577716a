// The syncs of a file.
import { Effect } from "effect"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall syncs` */
export const syncsCommand = settingsCommand(
  "syncs",
  { summary: "List the syncs of a file.", fields: viewFields, own: {} },
  Effect.fnUntraced(function* ({ settings, format }) {
    const { showSyncs } = yield* Effect.promise(() => import("../views/stats.ts"))
    yield* showSyncs({ settings, format })
  }),
)
