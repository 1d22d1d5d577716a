// Keys of the configuration file that are no settings. One that is a single slip away from a setting, which the file does
// not give otherwise, was most likely meant as that setting, so it ends what relies on the file.
import type { ConfigField } from "@rollcall/connector"
import type { ConfigEntry, ConfigFile } from "./ConfigFile.ts"
import type { ConfigProblem } from "./ConfigError.ts"
import { editDistance } from "./editDistance.ts"
import { goSettings } from "./goSettings.ts"
import { namesOf } from "./settingNames.ts"

/** The key of the file under which keys of other connectors are listed. */
export const otherKeys = "other-keys"

/** The entries of the file that neither we nor the Go connector know, and that it does not list as another connector's. */
export const unknownEntries = (
  known: ReadonlySet<string>,
  { entries }: ConfigFile,
): ReadonlyArray<readonly [key: string, entry: ConfigEntry]> => {
  const listed = entries.get(otherKeys)?.value ?? []
  const names = typeof listed === "string" ? listed.split(",") : listed
  const others = new Set([otherKeys, ...names.map((name) => name.trim()), ...goSettings.map(({ name }) => name)])
  return [...entries].filter(([key]) => !known.has(key) && !others.has(key))
}

/** Keys that are one edit away from a setting which is not in the file; `fields` are all fields that any command knows. */
export const misspelledKeys = (
  fields: ReadonlyArray<ConfigField>,
  file: ConfigFile | undefined,
): ReadonlyArray<{ readonly key: string; readonly problem: ConfigProblem }> => {
  if (file === undefined) return []
  const known = new Set(fields.flatMap(namesOf))
  const missing = [...known, otherKeys].filter((name) => !file.entries.has(name))
  return unknownEntries(known, file).flatMap(([key, { line }]) => {
    const meant = missing.filter((name) => editDistance(key, name, 1) === 1)
    if (meant.length === 0) return []
    const problem: ConfigProblem = {
      reason: "Invalid",
      message: `${file.path}, line ${line}: there is no setting ${JSON.stringify(key)}; did you mean ${meant.join(" or ")}?`,
      hint: `Correct it; if it belongs to another connector, list it under \`${otherKeys}\`.`,
    }
    return [{ key, problem }]
  })
}
