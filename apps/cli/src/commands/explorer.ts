// A synced file in a browser. What reads and serves it is loaded when it is needed.
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { optionalText, syncIdFlag, wholeNumber } from "./commonFlags.ts"

/** `rollcall explorer` */
export const explorerCommand = settingsCommand(
  "explorer",
  {
    summary: "Look through a synced file in a browser.",
    description:
      "Look through a synced file in a browser: people, groups and roles, what each person holds and through what, what changed, and " +
      "what could not be seen. Nothing can be changed. A server on 127.0.0.1 answers this browser alone, until Ctrl-C or until " +
      "no page was asked for in 30 minutes.",
    fields: viewFields,
    listing: false,
    own: {
      syncId: syncIdFlag,
      privileged: optionalText(
        "privileged",
        undefined,
        "pattern",
        "Further entitlements that make an account privileged, by id: * is any text.",
      ),
      port: wholeNumber("port", { to: 65_535, fallback: 0 }, "The port on 127.0.0.1; 0 takes a free one."),
      noOpen: Flag.Boolean("no-open").pipe(
        Flag.withDescription("Print a link that lets one browser in, within a minute, instead of opening one."),
        Flag.withDefault(false),
      ),
    },
    examples: [
      { command: "rollcall explorer" },
      {
        command: "rollcall explorer -f sync.c1z --archive history --no-open --port 8070",
        description: "With a link, and the syncs of an archive to compare",
      },
    ],
  },
  Effect.fnUntraced(function* ({ settings, quiet, own }) {
    const { runExplorer } = yield* Effect.promise(() => import("../views/explorer.ts"))
    yield* runExplorer({ settings, quiet, ...own })
  }, Effect.scoped),
)
