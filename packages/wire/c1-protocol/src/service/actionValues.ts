// The values that an action takes and gives, as a google.protobuf.Struct holds them. The generated code has a Struct as
// plain JSON.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf"
import type { ActionField, ActionValue, ActionValues } from "@rollcall/connector"
import { MalformedMessage } from "../decode/MalformedMessage.ts"

/** The arguments that the action knows; a null counts as missing. Says where one is of another type than the action takes. */
export const toActionValues = (
  struct: JsonObject | undefined,
  fields: ReadonlyArray<Pick<ActionField, "name" | "type">>,
): ActionValues | MalformedMessage => {
  const given = new Map(Object.entries(struct ?? {}))
  const values: Array<readonly [string, ActionValue]> = []
  for (const { name, type } of fields) {
    const value = given.get(name) ?? undefined
    if (value === undefined) continue
    const expected = type === "text" ? "string" : "boolean"
    if (typeof value !== expected || !isActionValue(value)) {
      return new MalformedMessage(`its argument ${name} is ${kindOf(value)} and must be a ${expected}`)
    }
    values.push([name, value])
  }
  return Object.fromEntries(values)
}

const isActionValue = (value: JsonValue): value is ActionValue =>
  typeof value === "string" || typeof value === "boolean"

const kindOf = (value: JsonValue): string => {
  if (Array.isArray(value)) return "a list"
  return typeof value === "object" ? "an object" : `a ${typeof value}`
}

/** The values as a Struct. */
export const fromActionValues = (values: ActionValues): JsonObject => ({ ...values })
