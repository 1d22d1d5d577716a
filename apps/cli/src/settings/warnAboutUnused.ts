// What was given and is not used, said where a person sees it.
import type { ConfigSources } from "@rollcall/config"
import { appFields, configWarnings } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { builtIn, connectorFields, type ModuleList } from "@rollcall/host"
import { Context, Effect } from "effect"
import { errLines } from "../Screen.ts"

/** The connectors that this run knows. */
export class KnownModules extends Context.Reference<ModuleList>("@rollcall/cli/KnownModules", {
  defaultValue: () => builtIn,
}) {}

/** All settings that any command knows. */
export const knownFields = (modules: ModuleList): ReadonlyArray<ConfigField> => [
  ...appFields,
  ...connectorFields(modules),
]

/** Says, on the standard error, what was given and is not used, but for what was `reported` already. */
export const warnAboutUnused = (sources: ConfigSources, reported: ReadonlySet<string>) =>
  Effect.flatMap(KnownModules, (modules) => warn(configWarnings(knownFields(modules), sources, reported)))

/** Prints warnings, on the standard error. */
export const warn = (warnings: ReadonlyArray<string>) => errLines(warnings.map((warning) => `warning: ${warning}`))
