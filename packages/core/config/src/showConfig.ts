// What `config show` tells: each setting with its value and origin, secrets only as set or not.
import type { ConfigField } from "@rollcall/connector"
import type { Origin } from "./sources.ts"
import { describeOrigin } from "./sources.ts"
import { variableOf } from "./describeField.ts"

/** One setting as it may be shown to anyone. */
export interface ShownSetting {
  readonly name: string
  readonly environment: string
  /** `null` when unset; a secret that is set shows as `(hidden)`. */
  readonly value: string | number | boolean | ReadonlyArray<string> | null
  readonly origin: string
}

/** The settings as they may be shown, in the fields' order. */
export const showConfig = (
  fields: ReadonlyArray<ConfigField>,
  config: { readonly settings: object; readonly origins: Readonly<Record<string, Origin>> },
): ReadonlyArray<ShownSetting> =>
  fields.map((field) => ({
    name: field.name,
    environment: variableOf(field),
    value: shownValue(field, Reflect.get(config.settings, field.name)),
    origin: describeOrigin(config.origins[field.name] ?? { from: "unset" }),
  }))

const shownValue = (field: ConfigField, value: unknown): ShownSetting["value"] => {
  if (value === undefined) return null
  if (field.type === "secret") return "(hidden)"
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value
  return Array.isArray(value) ? value.map(String) : null
}
