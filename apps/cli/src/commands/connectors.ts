// The connectors that a run knows, and where each comes from.
import { type ModuleList } from "@rollcall/host"
import { variableOf } from "@rollcall/config"
import type { ConnectorModule } from "@rollcall/connector-module"
import { Effect, Stream } from "effect"
import type { Listing } from "@rollcall/access/render"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorOptions } from "./connectorOptions.ts"

interface Shown {
  readonly module: ConnectorModule
  readonly source: string
}

const selectedBy = ({ fields, selectedBy: name }: ConnectorModule) =>
  variableOf(fields.find((field) => field.name === name) ?? { name })

const listing: Listing<Shown> = {
  name: "connectors",
  columns: [
    { title: "id", value: ({ module }) => module.id },
    { title: "name", value: ({ module }) => module.displayName },
    { title: "selected by", value: ({ module }) => selectedBy(module) },
    { title: "from", value: ({ source }) => source },
  ],
  json: ({ module, source }) =>
    Effect.succeed({ id: module.id, displayName: module.displayName, selectedBy: selectedBy(module), source }),
}

/** `rollcall connectors` */
export const connectorsCommand = (modules: ModuleList) =>
  settingsCommand(
    "connectors",
    {
      summary: "List the connectors that there are, and where each comes from.",
      description:
        "List the connectors that there are, and where each comes from. --connector takes the id of one, the name of an " +
        "installed package, or a path that begins with ./ or /.",
      connectorFields: connectorOptions(modules),
      fields: [],
      own: {},
    },
    Effect.fnUntraced(function* ({ format }) {
      const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
      const shown = modules.all.map((module) => ({
        module,
        source: modules.sources?.get(module) ?? "part of Rollcall",
      }))
      yield* printListing(listing, Stream.fromIterable(shown), format)
    }),
  )
