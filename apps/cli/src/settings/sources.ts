// Where the settings of one run come from: its flags, its environment, and the file in or named for its folder.
import type { ConfigError, ConfigSources } from "@rollcall/config"
import { configWarnings, findConfigFile } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { Effect } from "effect"
import { allConnectorFields } from "@rollcall/connector-registry"
import { escapeControls } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"
import { allAppFields } from "./commandFields.ts"
import type { GivenFlags } from "./fieldFlags.ts"
import { configFileVariable } from "./fieldFlags.ts"

/** The sources of this run's settings. */
export const readSources = (given: GivenFlags): Effect.Effect<ConfigSources, ConfigError> => {
  const named = given["config"] ?? process.env[configFileVariable]
  return findConfigFile({
    folder: process.cwd(),
    ...(typeof named === "string" && named !== "" ? { named } : {}),
  }).pipe(Effect.map((file) => ({ flags: given, environment: process.env, file })))
}

/** Says, on the standard error, what was given and is not used. */
export const warnAboutUnused = Effect.fnUntraced(function* (sources: ConfigSources, own: ReadonlyArray<ConfigField>) {
  const screen = yield* Screen
  for (const warning of configWarnings([...allAppFields, ...allConnectorFields, ...own], sources)) {
    yield* screen.err(`warning: ${escapeControls(warning)}\n`)
  }
})
