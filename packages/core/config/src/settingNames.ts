// The names that follow from a setting's name: its environment variable, and the twin that names a secret's file.
import type { ConfigField } from "@rollcall/connector"

/** The environment variable of a setting: `base-url` is read from `BATON_BASE_URL`. */
export const environmentName = (setting: string): string => `BATON_${setting.toUpperCase().replaceAll("-", "_")}`

/** The variable that names the configuration file. */
export const configFileVariable: string = environmentName("config-path")

/** The setting that names the file which holds a secret: `token-file` for `token`. */
export const secretFileName = (secret: string): string => `${secret}-file`

/** Every name under which a field can be given in a file: its own and, for a secret, that of its file. */
export const namesOf = (field: ConfigField): ReadonlyArray<string> =>
  field.type === "secret" ? [field.name, secretFileName(field.name)] : [field.name]
