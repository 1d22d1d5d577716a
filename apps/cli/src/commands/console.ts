// The console of a worker in a browser. The worker serves it; what asks for the way in is loaded when it is needed.
import { pickAppFields } from "@rollcall/config"
import { Effect } from "effect"
import { Flag } from "effect/cli"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall console` */
export const consoleCommand = settingsCommand(
  "console",
  {
    summary: "Open the console of the worker that runs on this machine.",
    description:
      "Open the console of the worker that runs on this machine in a browser: how its connections are, and adding, pausing and syncing them. " +
      "The worker serves it where BATON_CONSOLE_PORT is set.",
    fields: pickAppFields("connections", "c1z-temp-dir"),
    listing: false,
    own: {
      noOpen: Flag.Boolean("no-open").pipe(
        Flag.withDescription("Print a link that lets one browser in, within a minute, instead of opening one."),
        Flag.withDefault(false),
      ),
    },
    examples: [{ command: "rollcall console --connections connections.yaml" }],
  },
  Effect.fnUntraced(function* ({ settings, quiet, own }) {
    const { openConsole } = yield* Effect.promise(() => import("../console.ts"))
    yield* openConsole(settings, { quiet, noOpen: own.noOpen })
  }, Effect.scoped),
)
