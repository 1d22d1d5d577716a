// What a configuration says that Rollcall does not use: keys of the file that no setting bears, and the settings of
// the Go connector that have no effect here. Neither is an error: the file may serve other connectors too.
import type { ConfigField } from "@rollcall/connector"
import { ignoredSettings } from "./ignoredSettings.ts"
import type { ConfigSources } from "./resolveConfig.ts"
import { environmentName, namesOf } from "./settingNames.ts"

/** Warnings about what was given and is not used, one sentence each. `fields` are all fields that any command knows. */
export const configWarnings = (fields: ReadonlyArray<ConfigField>, sources: ConfigSources): ReadonlyArray<string> => {
  const known = new Set(fields.flatMap(namesOf))
  return [...unknownKeys(known, sources), ...settingsOfGo(known, sources)]
}

const unknownKeys = (known: ReadonlySet<string>, { file }: ConfigSources): ReadonlyArray<string> => {
  if (file === undefined) return []
  const ignored = new Set(ignoredSettings.map((it) => it.name))
  return [...file.entries]
    .filter(([key]) => !known.has(key) && !ignored.has(key))
    .map(([key, { line }]) => {
      const meant = key.trim().toLowerCase().replaceAll("_", "-")
      const suggestion = known.has(meant) ? ` Did you mean ${meant}?` : ""
      return `${file.path}, line ${line}: there is no setting ${JSON.stringify(key)}; it is ignored.${suggestion}`
    })
}

const settingsOfGo = (known: ReadonlySet<string>, sources: ConfigSources): ReadonlyArray<string> => {
  const given = ignoredSettings
    .filter((it) => !known.has(it.name))
    .flatMap(({ name, environmentOnly }) => {
      const variable = environmentName(name)
      const entry = sources.file?.entries.get(name)
      if (environmentOnly !== true && sources.flags[name] !== undefined) return `--${name}`
      if ((sources.environment[variable] ?? "") !== "") return variable
      return entry === undefined || environmentOnly === true
        ? []
        : `${name} (${sources.file?.path ?? ""}, line ${entry.line})`
    })
  if (given.length === 0) return []
  const words = given.length === 1 ? "This setting of the Go connector has" : "These settings of the Go connector have"
  return [`${words} no effect here: ${given.join(", ")}.`]
}
