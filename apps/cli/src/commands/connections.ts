// The connections of a worker that serves several: how they are, pausing, resuming and syncing one, and adding and removing some. The worker
// does it; what asks it, over a socket or over the database that workers share, is loaded when it is needed.
import { pickAppFields, secretFileName } from "@rollcall/config"
import { UsageError } from "../errors.ts"
import type { ConnectionRequest } from "@rollcall/host/connections"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { optionalText } from "./commonFlags.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

const fields = pickAppFields("connections", "c1z-temp-dir", "database-url")

const nameArgument = Argument.String("name").pipe(
  Argument.withDescription("The connection, as `rollcall connections list` shows it."),
)

const listCommand = settingsCommand(
  "list",
  {
    summary: "List the connections of the worker that runs on this machine, and how each is.",
    description:
      "List the connections of the worker that runs on this machine, and how each is. Where none runs, list those of the file, which is " +
      "checked, and those that were added, with how they are where workers elsewhere share a database; the code is then 78 if one of " +
      "the file is wrong.",
    fields,
    own: {},
    examples: [{ command: "rollcall connections list --connections connections.yaml" }],
  },
  Effect.fnUntraced(function* ({ settings, format }) {
    const { listConnections } = yield* Effect.promise(() => import("../connections/asking.ts"))
    yield* listConnections(settings, format)
  }),
)

/** A flag that may be given several times, as `name=value` each. */
const pairs = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description), Flag.atLeast(0))

/** What such a flag was given. */
const pairsOf = (flag: string, texts: ReadonlyArray<string>) =>
  Effect.forEach(texts, (text) => {
    const at = text.indexOf("=")
    return at > 0
      ? Effect.succeed([text.slice(0, at), text.slice(at + 1)] as const)
      : // It is not quoted, as it may be a secret.
        Effect.fail(new UsageError({ message: `--${flag} needs a name, = and a value.`, hint: "Give name=value." }))
  })

const addCommand = settingsCommand(
  "add",
  {
    summary: "Add a connection.",
    description:
      "Add a connection beside those of the file. The worker takes it up at once and keeps it over restarts; where none runs, one that starts " +
      "takes it up. A secret is never given, but where it is found. What cannot be used is refused, and nothing is added.",
    fields,
    own: {
      name: Argument.String("name").pipe(
        Argument.withDescription("Its name: lower-case letters, digits and hyphens, at most 40."),
      ),
      module: optionalText("module", undefined, "connector", "Its connector, as `rollcall connectors` lists it."),
      set: pairs("set", "setting=value", "A setting, as in the file of connections; may be given several times."),
      secretFile: pairs(
        "secret-file",
        "secret=path",
        "The file that holds a secret, such as token=/run/secrets/token.",
      ),
      secretVariable: pairs("secret-variable", "secret=NAME", "The variable of the worker that holds a secret."),
      label: pairs("label", "label=text", "A label for people, such as team=Sales."),
    },
    examples: [
      {
        command:
          "rollcall connections add ops --module slack-pro --secret-file token=ops.token --set every=6h --label team=Ops",
      },
    ],
  },
  Effect.fnUntraced(function* ({ settings, format, own }) {
    const given: ReadonlyArray<readonly [string, string | Readonly<Record<string, string>>]> = [
      ...(own.module === undefined ? [] : [["connector", own.module] as const]),
      ...(yield* pairsOf("set", own.set)),
      ...(yield* pairsOf("secret-file", own.secretFile)).map(
        ([secret, path]) => [secretFileName(secret), path] as const,
      ),
      ...(yield* pairsOf("secret-variable", own.secretVariable)).map(
        ([secret, variable]) => [secret, { variable }] as const,
      ),
    ]
    const names = given.map(([name]) => name)
    const twice = names.find((name, at) => names.indexOf(name) !== at)
    if (twice !== undefined) {
      return yield* new UsageError({ message: `${twice} is given twice.`, hint: "Give each setting once." })
    }
    const labels = Object.fromEntries(yield* pairsOf("label", own.label))
    const { addedConnection } = yield* Effect.promise(() => import("../connections/asking.ts"))
    yield* addedConnection(settings, { name: own.name, labels, settings: Object.fromEntries(given) }, format)
  }),
)

const removeCommand = settingsCommand(
  "remove",
  {
    summary: "Remove a connection that was added.",
    description:
      "Remove a connection that was added by command. One of the file is removed in the file. It is refused while access that the connection " +
      "granted for a time is not over, as nothing would end it. What the connection has written stays.",
    fields,
    own: { name: nameArgument },
    listing: false,
    examples: [{ command: "rollcall connections remove ops" }],
  },
  Effect.fnUntraced(function* ({ settings, own }) {
    const { removedConnection } = yield* Effect.promise(() => import("../connections/asking.ts"))
    yield* removedConnection(settings, own.name)
  }),
)

const requestCommand = (request: Exclude<ConnectionRequest, "add" | "remove">, summary: string, description: string) =>
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
      const { askFor } = yield* Effect.promise(() => import("../connections/asking.ts"))
      yield* askFor(settings, { name: own.name, request }, format)
    }),
  )

/** The command with its steps. */
export const connectionsCommand = Command.make("connections").pipe(
  Command.withDescription(
    "Look at the connections of a worker that serves several, add and remove some, pause and resume one, or have it sync now.",
  ),
  Command.withSubcommands([
    listCommand,
    addCommand,
    removeCommand,
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
