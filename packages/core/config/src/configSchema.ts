// A JSON Schema of the configuration file, for editors and for checks before a deployment.
import type { ConfigField, ConfigFieldType } from "@rollcall/connector"
import { secretFileName } from "./describeField.ts"
import { otherKeys } from "./unusedSettings.ts"

/** A JSON Schema (draft 2020-12) of a file with these settings. Unknown keys are allowed: other connectors read it too. */
export const configSchema = (fields: ReadonlyArray<ConfigField>): Record<string, unknown> => {
  const needs = fields.flatMap((field) => (field.needs === undefined ? [] : [[field.name, [field.needs]]]))
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Rollcall configuration",
    type: "object",
    properties: { ...Object.fromEntries(fields.flatMap(properties)), [otherKeys]: otherKeysSchema },
    ...(needs.length === 0 ? {} : { dependentRequired: Object.fromEntries(needs) }),
  }
}

const otherKeysSchema = {
  description: "Keys that belong to other connectors but look like a misspelt setting.",
  type: ["string", "array"],
  items: { type: "string" },
}

const properties = (field: ConfigField): ReadonlyArray<readonly [string, unknown]> => {
  const own = [
    field.name,
    {
      description: field.description,
      ...types[field.type],
      ...(field.choices === undefined ? {} : { enum: [...field.choices, ...Object.keys(field.aliases ?? {})] }),
      ...(field.minimum === undefined ? {} : { minimum: field.minimum }),
      ...(field.maximum === undefined ? {} : { maximum: field.maximum }),
      ...(field.default === undefined ? {} : { default: field.default }),
    },
  ] as const
  if (field.type !== "secret") return [own]
  const twin = { description: `A file that holds ${field.name}.`, type: "string", minLength: 1 }
  return [own, [secretFileName(field.name), twin]]
}

const types: Record<ConfigFieldType, object> = {
  text: { type: ["string", "number"] },
  secret: { type: "string", minLength: 1 },
  boolean: { enum: [true, false, 0, 1, "true", "false", "yes", "no", "1", "0", "t", "f"] },
  integer: { type: "integer" },
  number: { type: "number" },
  url: { type: "string", format: "uri" },
  path: { type: "string", minLength: 1 },
  list: { type: ["string", "array"], items: { type: "string" }, minItems: 1 },
  choice: { type: "string" },
  date: { type: "string", format: "date" },
}
