// What a setting is called: its environment variable, and the twin that names a secret's file; and what a person reads about
// it, in help and in the tables of the documentation.
import type { ConfigField } from "@rollcall/connector"
import type { GoSetting, Outcome } from "./goSettings.ts"
import { goSettings } from "./goSettings.ts"

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

/** Every environment variable by which a field can be given: its own and, for a secret, that of its file. */
export const variablesOf = (field: ConfigField): ReadonlyArray<string> =>
  field.type === "secret" ? [variableOf(field), fileVariableOf(field)] : [variableOf(field)]

/** A flag to show in help. */
export interface FlagDescription {
  /** Without dashes. */
  readonly name: string
  readonly short?: string | undefined
  readonly description: string
}

/** The flags that a field stands for: its own and, for a secret, the one that names a file. */
export const flagsOf = (field: ConfigField): ReadonlyArray<FlagDescription> => {
  const own: FlagDescription = {
    name: field.name,
    short: field.short,
    description: describe(field, [
      ...(field.type === "secret" ? ["seen by others in process lists when given as a flag"] : []),
      `env: ${variableOf(field)}`,
    ]),
  }
  if (field.type !== "secret") return [own]
  const twin = secretFileName(field.name)
  return [
    own,
    { name: twin, description: `A file that holds the value of ${field.name}. (env: ${fileVariableOf(field)})` },
  ]
}

const describe = (field: ConfigField, notes: ReadonlyArray<string>): string => {
  const all = [
    ...notes,
    ...(field.default === undefined ? [] : [`default: ${field.default}`]),
    ...(field.needs === undefined ? [] : [`needs ${field.needs}`]),
  ]
  return `${field.description} (${all.join("; ")})`
}

/** The documentation's table of settings, in Markdown. */
export const settingsTable = (fields: ReadonlyArray<ConfigField>): string =>
  [
    "| setting | environment | default | meaning |",
    "|---|---|---|---|",
    ...fields.flatMap((field) => [
      row(flagName(field.name, field.short), variableOf(field), field.default ?? "", meaning(field)),
      ...(field.type === "secret"
        ? [
            row(
              flagName(secretFileName(field.name)),
              fileVariableOf(field),
              "",
              `A file that holds \`${field.name}\`, read again when it changes.`,
            ),
          ]
        : []),
    ]),
  ].join("\n")

const meaning = (field: ConfigField): string =>
  [
    field.description,
    ...(field.choices === undefined ? [] : [`One of ${field.choices.map((it) => `\`${it}\``).join(", ")}.`]),
    ...(field.needs === undefined ? [] : [`Needs \`${field.needs}\`.`]),
    ...(field.type === "secret" ? ["As a flag it shows in process lists: prefer the variable or a file."] : []),
  ].join(" ")

const flagName = (name: string, short?: string): string => (short === undefined ? `--${name}` : `--${name}, -${short}`)

const row = (flag: string, variable: string, fallback: string | number | boolean, text: string): string =>
  `| \`${flag}\` | \`${variable}\` | ${fallback === "" ? "" : `\`${fallback}\``} | ${text.replaceAll("|", "\\|")} |`

/** What becomes of each flag, in Markdown. */
export const goFlagsTable = (): string =>
  [
    "| flag of `baton-slack` | what happens |",
    "|---|---|",
    ...goSettings
      .filter(({ environmentOnly }) => environmentOnly !== true)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ name, here }) => `| \`--${name}\` | ${outcomeOf(here)} |`),
  ].join("\n")

const outcomeOf = (here: GoSetting["here"]): string => {
  if (typeof here === "string") return outcomes[here]
  const refused = here.takenByWorker === true ? "refused by `rollcall sync`" : "refused"
  return `${refused}, as it asks to ${here.asksTo}. ${here.instead}`
}

const outcomes: Readonly<Record<Outcome, string>> = {
  same: "the same setting",
  worker: "the same setting of the worker; `rollcall sync` takes it without effect",
  workerOnly: "the same setting of the worker; an unknown flag of `rollcall sync`",
  unused: "accepted without effect, and named in a warning",
}
