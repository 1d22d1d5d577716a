// The connections of a worker that serves several: how they are, and pausing, resuming and syncing one. The worker does it; what asks it
// is loaded when it is needed.
import { pickAppFields } from "@rollcall/config"
import type { ConnectionRequest } from "@rollcall/host/connections"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { settingsCommand } from "../settings/settingsCommand.ts"

const fields = pickAppFields("connections", "c1z-temp-dir")

const nameArgument = Argument.String("name").pipe(
  Argument.withDescription("The connection, as `rollcall connections list` shows it."),
)

const listCommand = settingsCommand(
  "list",
  {
    summary: "List the connections of the worker that runs on this machine, and how each is.",
    description:
      "List the connections of the worker that runs on this machine, and how each is. Where none runs, list those of the file, which is " +
      "checked; the code is then 78 if one of them is wrong.",
    fields,
    own: {},
    examples: [{ command: "rollcall connections list --connections connections.yaml" }],
  },
  Effect.fnUntraced(function* ({ settings, format }) {
    const { listConnections } = yield* Effect.promise(() => import("../connections.ts"))
    yield* listConnections(settings, format)
  }),
)

const requestCommand = (request: ConnectionRequest, summary: string, description: string) =>
  settingsCommand(
    request,
    {
      summary,
      description,
      fields,
      own: { name: nameArgument },
      examples: [{ command: `rollcall connections ${request} sales` }],
    },
    Effect.fnUntraced(function* ({ settings, format, own }) {
      const { askFor } = yield* Effect.promise(() => import("../connections.ts"))
      yield* askFor(settings, { name: own.name, request }, format)
    }),
  )

/** The command with its steps. */
export const connectionsCommand = Command.make("connections").pipe(
  Command.withDescription(
    "Look at the connections of a worker that serves several, pause and resume one, or have it sync now.",
  ),
  Command.withSubcommands([
    listCommand,
    requestCommand(
      "pause",
      "Pause a connection.",
      "Pause a connection: it begins no sync and takes no task until it is resumed, also after a restart. What runs is brought to its end, and access for a time still ends.",
    ),
    requestCommand(
      "resume",
      "Resume a connection that is paused.",
      "Resume a connection that is paused. A sync that was due meanwhile begins at once.",
    ),
    requestCommand(
      "sync-now",
      "Have a connection sync now.",
      "Have a connection sync now, besides its schedule. A sync that runs is followed by another.",
    ),
  ]),
)
