// What views keep of files that they unpacked.
import { Effect } from "effect"
import { Command } from "effect/cli"
import { UsageError } from "../errors.ts"
import { cacheFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const clearCommand = settingsCommand(
  "clear",
  {
    summary: "Remove all unpacked files that no view is reading.",
    fields: cacheFields,
    listing: false,
    own: {},
    examples: [{ command: "rollcall cache clear" }],
  },
  Effect.fnUntraced(function* ({ settings }) {
    const folder = settings["cache-dir"]
    if (folder === undefined) {
      return yield* new UsageError({
        message: "No cache is named.",
        hint: "Name its folder with --cache-dir or BATON_CACHE_DIR. Without one, views keep nothing.",
      })
    }
    const { emptyCache } = yield* Effect.promise(() => import("../views/clearCache.ts"))
    return yield* emptyCache(folder)
  }),
)

/** `rollcall cache` */
export const cacheCommand = Command.make("cache").pipe(
  Command.withShortDescription("Remove what views keep of files that they unpacked."),
  Command.withDescription(
    "With BATON_CACHE_DIR, views keep unpacked files in that folder, so that the next view of one is quicker. They hold personal data in clear.",
  ),
  Command.withSubcommands([clearCommand]),
)
