// What a file holds, at a glance: its syncs, and how much one of them has.
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { syncIdFlag } from "./commonFlags.ts"
import { columnFlags } from "./listFlags.ts"

const checkFlag = Flag.Boolean("check").pipe(
  Flag.withDescription("Read and check the whole file, and count its records, also where its beginning says how many."),
  Flag.withDefault(false),
)

/** `rollcall stats` */
export const statsCommand = settingsCommand(
  "stats",
  {
    summary: "Show how many records a file holds, and what is missing from it.",
    fields: viewFields,
    own: { syncId: syncIdFlag, check: checkFlag },
  },
  Effect.fnUntraced(function* ({ settings, format, own }) {
    const { showStats } = yield* Effect.promise(() => import("../views/stats.ts"))
    yield* showStats({ settings, format, ...own })
  }, Effect.scoped),
)

/** `rollcall syncs` */
export const syncsCommand = settingsCommand(
  "syncs",
  {
    summary: "List the syncs of a file.",
    fields: viewFields,
    own: { columns: columnFlags("syncs"), check: checkFlag },
  },
  Effect.fnUntraced(function* ({ settings, format, own }) {
    const { showSyncs } = yield* Effect.promise(() => import("../views/stats.ts"))
    yield* showSyncs({ settings, format, ...own })
  }),
)
