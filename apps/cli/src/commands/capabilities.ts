// What a connector can do with each resource type.
import { Effect, Stream } from "effect"
import { Flag } from "effect/cli"
import { connectors } from "../connectors/connectors.ts"
import { safeJson } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"

/** `rollcall capabilities` */
export const capabilitiesCommand = settingsCommand(
  "capabilities",
  {
    summary: "List what a connector can do with each resource type.",
    fields: [],
    own: {
      connector: Flag.Literals(
        "connector",
        connectors.map((entry) => entry.id),
      ).pipe(Flag.withDescription("The connector to ask."), Flag.withDefault(connectors[0].id)),
    },
  },
  Effect.fnUntraced(function* ({ format, own }) {
    const screen = yield* Screen
    const { capabilitiesJson, capabilityListing } = yield* Effect.promise(() => import("../views/capabilities.ts"))
    const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
    const entry = connectors.find((it) => it.id === own.connector) ?? connectors[0]
    const { about } = yield* Effect.promise(entry.load)
    if (format === "json") yield* screen.out(`${safeJson(capabilitiesJson(about), 2)}\n`)
    else yield* printListing(capabilityListing, Stream.fromIterable(about.resourceTypes), format)
  }),
)
