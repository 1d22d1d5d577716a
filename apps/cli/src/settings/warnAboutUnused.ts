// What was given and is not used, said where a person sees it.
import type { ConfigSources } from "@rollcall/config"
import { appFields, configWarnings } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import { allConnectorFields } from "@rollcall/connector-registry"
import { Effect } from "effect"
import { escapeControls } from "../render/escapeControls.ts"
import { Screen } from "../Screen.ts"

/** Says, on the standard error, what was given and is not used. */
export const warnAboutUnused = Effect.fnUntraced(function* (sources: ConfigSources, own: ReadonlyArray<ConfigField>) {
  yield* warn(configWarnings([...appFields, ...allConnectorFields, ...own], sources))
})

/** Prints warnings, on the standard error. */
export const warn = Effect.fnUntraced(function* (warnings: ReadonlyArray<string>) {
  const screen = yield* Screen
  for (const warning of warnings) yield* screen.err(`warning: ${escapeControls(warning)}\n`)
})
