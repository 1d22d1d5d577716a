// What was given and is not used, said where a person sees it.
import type { ConfigSources } from "@rollcall/config"
import { appFields, configWarnings } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { allConnectorFields } from "@rollcall/host"
import { errLines } from "../render/errLines.ts"

/** All settings that any command knows. */
export const knownFields: ReadonlyArray<ConfigField> = [...appFields, ...allConnectorFields]

/** Says, on the standard error, what was given and is not used, but for what was `told` already. */
export const warnAboutUnused = (sources: ConfigSources, told: ReadonlySet<string>) =>
  warn(configWarnings(knownFields, sources, told))

/** Prints warnings, on the standard error. */
export const warn = (warnings: ReadonlyArray<string>) => errLines(warnings.map((warning) => `warning: ${warning}`))
