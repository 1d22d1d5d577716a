// The values that an action takes and gives, as a google.protobuf.Struct holds them. The generated code has a Struct as
// plain JSON.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf"
import type { ActionValue, ActionValues } from "@rollcall/connector"
import { MalformedMessage } from "../decode/MalformedMessage.ts"

/** The values of a Struct. Null is a value that was not given; a number, a list or an object is one that no action takes. */
export const toActionValues = (struct: JsonObject | undefined): ActionValues | MalformedMessage => {
  const given = Object.entries(struct ?? {}).filter(([, value]) => value !== null)
  const odd = given.find(([, value]) => !isActionValue(value))
  if (odd !== undefined) return new MalformedMessage(`the argument ${odd[0]} is neither a text nor a boolean`)
  // `Object.fromEntries` makes own members even of a key such as `__proto__`.
  return Object.fromEntries(given.filter((entry): entry is [string, ActionValue] => isActionValue(entry[1])))
}

const isActionValue = (value: JsonValue): value is ActionValue =>
  typeof value === "string" || typeof value === "boolean"

/** The values as a Struct. */
export const fromActionValues = (values: ActionValues): JsonObject => ({ ...values })
