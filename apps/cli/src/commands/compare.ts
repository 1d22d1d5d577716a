// What differs from the file of the connector that Rollcall replaces.
import { Effect } from "effect"
import { Argument, Flag } from "effect/cli"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { optionalArgument } from "./commonFlags.ts"

/** `rollcall compare` */
export const compareCommand = settingsCommand(
  "compare",
  {
    summary: "Compare a file of baton-slack with one of Rollcall, and explain what differs.",
    description:
      "Compare what another connector, such as baton-slack, and Rollcall stored of the same workspace: resource types, resources, " +
      "entitlements and grants, by their ids and all their values. Each difference that is there on purpose is explained; the rest " +
      "is listed first. A file is named by its path, or as FILE@SYNC.",
    fields: viewFields,
    own: {
      theirs: Argument.String("theirs").pipe(Argument.withDescription("The file of the other connector.")),
      ours: optionalArgument("ours", "The file of Rollcall; the one of --file when unset."),
      exitCode: Flag.Boolean("exit-code").pipe(
        Flag.withDescription("End with 2 where there are differences that are not there on purpose."),
        Flag.withDefault(false),
      ),
    },
    examples: [
      { command: "rollcall compare theirs.c1z sync.c1z", description: "After a sync with both" },
      { command: "rollcall compare theirs.c1z --exit-code --quiet", description: "For a script" },
      { command: "rollcall compare theirs.c1z -o csv > differences.csv", description: "Each difference as a row" },
    ],
  },
  Effect.fnUntraced(function* ({ settings, format, own }) {
    const { showComparison } = yield* Effect.promise(() => import("../views/compare.ts"))
    yield* showComparison({ settings, format, ...own })
  }, Effect.scoped),
)
