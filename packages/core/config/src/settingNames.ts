// The names that follow from a setting's name: its environment variable, and the twin that names a secret's file.
import type { ConfigField } from "@rollcall/connector"

/** The environment variable of a setting whose variables begin so: `ACME_BASE_URL` for `base-url` and `ACME_`. */
export const variableName = (setting: string, prefix: string): string =>
  `${prefix}${setting.toUpperCase().replaceAll("-", "_")}`

/** The environment variable of a setting of Rollcall: `base-url` is read from `BATON_BASE_URL`. */
export const environmentName = (setting: string): string => variableName(setting, "BATON_")

/** The environment variable of a field. */
export const variableOf = ({ name, variable }: Pick<ConfigField, "name" | "variable">): string =>
  variable ?? environmentName(name)

/** The environment variable that names the file of a secret. */
export const fileVariableOf = (field: Pick<ConfigField, "name" | "variable">): string => `${variableOf(field)}_FILE`

/** The variable that names the configuration file. */
export const configFileVariable: string = environmentName("config-path")

/** The setting that names the file which holds a secret: `token-file` for `token`. */
export const secretFileName = (secret: string): string => `${secret}-file`

/** Every name under which a field can be given in a file: its own and, for a secret, that of its file. */
export const namesOf = (field: ConfigField): ReadonlyArray<string> =>
  field.type === "secret" ? [field.name, secretFileName(field.name)] : [field.name]
