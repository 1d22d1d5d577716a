// What a connector can do with each resource type.
import { Effect, Option, Stream } from "effect"
import { Flag } from "effect/cli"
import type { ModuleList } from "@rollcall/host"
import { defaultModule, selectModule } from "@rollcall/host"
import { safeJson } from "@rollcall/access/render"
import { Screen } from "../Screen.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorOptions } from "./commonFlags.ts"

/** `rollcall capabilities` */
export const capabilitiesCommand = (modules: ModuleList) =>
  settingsCommand(
    "capabilities",
    {
      summary: "List what a connector can do with each resource type.",
      connectorFields: connectorOptions(modules),
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
      own: {},
    },
    Effect.fnUntraced(function* ({ connectorSettings, format, quiet }) {
      const screen = yield* Screen
      const { capabilitiesToJson } = yield* Effect.promise(() => import("@rollcall/c1-protocol/service"))
      const { capabilityListing } = yield* Effect.promise(() => import("../views/capabilities.ts"))
      const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
      const chosen =
        modules.named ?? Option.getOrUndefined(yield* Effect.option(selectModule(modules, connectorSettings)))
      if (chosen === undefined && !quiet) {
        yield* screen.err(
          `note: No token selects a connector, so this is ${defaultModule(modules).displayName}; --connector names another.\n`,
        )
      }
      const module = chosen ?? defaultModule(modules)
      const { about } = yield* Effect.promise(module.load)
      if (format === "json") yield* screen.out(`${safeJson(capabilitiesToJson(about), 2)}\n`)
      else yield* printListing(capabilityListing, Stream.fromIterable(about.resourceTypes), format)
    }),
  )
