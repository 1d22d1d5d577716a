// What a connector can do with each resource type.
import { Effect, Option, Stream } from "effect"
import { Flag } from "effect/cli"
import { allConnectorFields, entryNamed, plainest, selectConnector } from "@rollcall/host"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorFlag } from "./connectorFlag.ts"

/** `rollcall capabilities` */
export const capabilitiesCommand = settingsCommand(
  "capabilities",
  {
    summary: "List what a connector can do with each resource type.",
    connectorFields: allConnectorFields,
    fields: [],
    ignored: {
      // It may lead any command, as it does in scripts for the Go connector.
      file: Flag.String("file").pipe(
        Flag.withAlias("f"),
        Flag.optional,
        Flag.map(Option.getOrUndefined),
        Flag.withHidden,
      ),
    },
    own: {
      connector: connectorFlag("The connector to ask; when unset, the one that the settings choose."),
    },
  },
  Effect.fnUntraced(function* ({ connectorSettings, format, quiet, own }) {
    const screen = yield* Screen
    const { capabilitiesToJson } = yield* Effect.promise(() => import("@rollcall/c1-protocol/service"))
    const { capabilityListing } = yield* Effect.promise(() => import("../views/capabilities.ts"))
    const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
    const named = own.connector === undefined ? undefined : entryNamed(own.connector)
    const chosen =
      named ?? (yield* Effect.option(selectConnector(connectorSettings)).pipe(Effect.map(Option.getOrUndefined)))
    if (chosen === undefined && !quiet) {
      yield* screen.err(
        `note: No token chooses a connector, so this is ${plainest.displayName}; --connector names another.\n`,
      )
    }
    const entry = chosen ?? plainest
    const { about } = yield* Effect.promise(entry.load)
    if (format === "json") yield* screen.out(`${safeJson(capabilitiesToJson(about), 2)}\n`)
    else yield* printListing(capabilityListing, Stream.fromIterable(about.resourceTypes), format)
  }),
)
