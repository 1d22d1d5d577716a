// The values that an action takes and gives, as a google.protobuf.Struct holds them. The generated code has a Struct as
// plain JSON.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf"
import type { ActionField, ActionValue, ActionValues } from "@rollcall/connector"

/** The arguments that the action knows. A value that is neither text nor boolean counts as missing, as the action then says. */
export const toActionValues = (
  struct: JsonObject | undefined,
  fields: ReadonlyArray<Pick<ActionField, "name">>,
): ActionValues => {
  const given = new Map(Object.entries(struct ?? {}))
  return Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = given.get(name)
      return isActionValue(value) ? [[name, value] as const] : []
    }),
  )
}

const isActionValue = (value: JsonValue | undefined): value is ActionValue =>
  typeof value === "string" || typeof value === "boolean"

/** The values as a Struct. */
export const fromActionValues = (values: ActionValues): JsonObject => ({ ...values })
