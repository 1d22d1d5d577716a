// What a configuration says that Rollcall does not use: keys of the file that no setting bears, and the settings of
// the Go connector that have no effect here. Neither is an error: the file may serve other connectors too.
import type { ConfigField } from "@rollcall/connector"
import type { ConfigSources } from "./sources.ts"
import { findGiven, describeOrigin } from "./sources.ts"
import { goSettings } from "./goSettings.ts"
import { namesOf } from "./settingNames.ts"
import { unknownEntries } from "./unknownKeys.ts"

/**
 * Warnings about what was given and is not used, one sentence each. `fields` are all fields that any command knows; `reported`
 * are settings that were reported already.
 */
export const configWarnings = (
  fields: ReadonlyArray<ConfigField>,
  sources: ConfigSources,
  reported: ReadonlySet<string> = new Set(),
): ReadonlyArray<string> => {
  const known = new Set(fields.flatMap(namesOf))
  return [...unknownKeys(known, sources, reported), ...settingsOfGo(known, sources, reported)]
}

const unknownKeys = (
  known: ReadonlySet<string>,
  { file }: ConfigSources,
  reported: ReadonlySet<string>,
): ReadonlyArray<string> => {
  if (file === undefined) return []
  return unknownEntries(known, file)
    .filter(([key]) => !reported.has(key))
    .map(([key, { line }]) => {
      const meant = key.trim().toLowerCase().replaceAll("_", "-")
      const suggestion = known.has(meant) ? ` Did you mean ${meant}?` : ""
      return `${file.path}, line ${line}: there is no setting ${JSON.stringify(key)}; it is ignored.${suggestion}`
    })
}

const settingsOfGo = (
  known: ReadonlySet<string>,
  sources: ConfigSources,
  reported: ReadonlySet<string>,
): ReadonlyArray<string> => {
  const given = goSettings
    .filter(({ name }) => !known.has(name) && !reported.has(name))
    .flatMap(({ name, environmentOnly }) => {
      const places = environmentOnly === true ? { flags: {}, environment: sources.environment } : sources
      const found = findGiven(name, places)
      return found === undefined ? [] : describeOrigin(found.origin)
    })
  if (given.length === 0) return []
  const words = given.length === 1 ? "This setting of the Go connector has" : "These settings of the Go connector have"
  return [`${words} no effect here: ${given.join(", ")}.`]
}
