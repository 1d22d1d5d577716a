// What a connector can do with each resource type.
import { Effect, Option, Stream } from "effect"
import { Flag } from "effect/cli"
import { allConnectorFields, connectors, entryNamed, plainest, selectConnector } from "@rollcall/connector-registry"
import { safeJson } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall capabilities` */
export const capabilitiesCommand = settingsCommand(
  "capabilities",
  {
    summary: "List what a connector can do with each resource type.",
    connectorFields: allConnectorFields,
    fields: [],
    own: {
      connector: Flag.Literals(
        "connector",
        connectors.map((entry) => entry.id),
      ).pipe(
        Flag.withDescription("The connector to ask; when unset, the one that the settings choose."),
        Flag.optional,
        Flag.map(Option.getOrUndefined),
      ),
    },
  },
  Effect.fnUntraced(function* ({ connectorSettings, format, own }) {
    const screen = yield* Screen
    const { capabilitiesToJson } = yield* Effect.promise(() => import("@rollcall/c1-protocol/service"))
    const { capabilityListing } = yield* Effect.promise(() => import("../views/capabilities.ts"))
    const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
    const chosen = yield* Effect.orElseSucceed(selectConnector(connectorSettings), () => plainest)
    const entry = own.connector === undefined ? chosen : (entryNamed(own.connector) ?? chosen)
    const { about } = yield* Effect.promise(entry.load)
    if (format === "json") yield* screen.out(`${safeJson(capabilitiesToJson(about), 2)}\n`)
    else yield* printListing(capabilityListing, Stream.fromIterable(about.resourceTypes), format)
  }),
)
