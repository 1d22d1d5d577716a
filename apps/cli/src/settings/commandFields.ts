// The settings of the command itself, beside those of its connectors.
import { appFields, pickAppFields } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"

/** Settings that every command has. */
export const commonFields = [
  ...pickAppFields("log-level", "log-format"),
  {
    name: "quiet",
    short: "q",
    type: "boolean",
    default: false,
    description: "No progress and no warnings; errors and the summary remain.",
  },
] as const satisfies ReadonlyArray<ConfigField>

/** How results are printed. */
export const outputField = {
  name: "output-format",
  short: "o",
  type: "choice",
  choices: ["table", "json", "ndjson", "csv", "markdown"],
  default: "table",
  description: "The form of the results.",
} as const satisfies ConfigField

/** The forms in which results can be printed. */
export type OutputFormat = (typeof outputField.choices)[number]

/** Every setting that is known whatever the connector, the worker's included: one file serves both. */
export const allAppFields: ReadonlyArray<ConfigField> = [
  ...appFields,
  outputField,
  ...commonFields.filter((field) => !appFields.some((known) => known.name === field.name)),
]
