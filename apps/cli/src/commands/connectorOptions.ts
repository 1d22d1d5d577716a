// The settings of a command that uses a connector: which one, and those of the connectors that are known.
import { pickAppFields } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { connectorFields, type ModuleList } from "@rollcall/host"

/** `--connector` */
export const connectorField = pickAppFields("connector")

/** `--connector`, and the settings of the connectors. */
export const connectorOptions = (modules: ModuleList): ReadonlyArray<ConfigField> => [
  ...connectorField,
  ...connectorFields(modules),
]
