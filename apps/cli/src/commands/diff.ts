// What changed between two syncs.
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { forceFlag, optionalArgument, optionalPath, privilegedFlag } from "./commonFlags.ts"

/** `rollcall diff` */
export const diffCommand = settingsCommand(
  "diff",
  {
    summary: "Show what changed between two syncs.",
    description:
      "Show which accounts, groups, roles and memberships came, went and changed between two syncs of one workspace, grouped by " +
      "what a reader looks for first. A sync is named by its id or the beginning of it, latest, previous, a date, a file, or " +
      "FILE@SYNC. What either of them does not show is told as unknown, and never as removed or changed.",
    fields: viewFields,
    formats: ["table", "json", "ndjson", "csv", "markdown", "html"],
    own: {
      before: optionalArgument("before", "The earlier sync; previous when unset."),
      after: optionalArgument("after", "The later sync; latest when unset."),
      exitCode: Flag.Boolean("exit-code").pipe(
        Flag.withDescription("End with 2 where there are differences, or something is not known."),
        Flag.withDefault(false),
      ),
      privileged: privilegedFlag,
      out: optionalPath("out", "The file for -o html."),
      force: forceFlag,
    },
    examples: [
      { command: "rollcall diff", description: "Since the sync before" },
      { command: "rollcall diff 2026-07-01 2026-10-01 -o csv > quarter.csv", description: "Over a quarter" },
      { command: "rollcall diff january.c1z sync.c1z@latest --exit-code", description: "Of two files, for a script" },
      { command: "rollcall diff -o html --out changes.html", description: "A page to open in a browser" },
    ],
  },
  Effect.fnUntraced(function* ({ settings, format, quiet, own }) {
    const { showDiff } = yield* Effect.promise(() => import("../views/diff.ts"))
    yield* showDiff({ settings, format, quiet, ...own })
  }, Effect.scoped),
)
