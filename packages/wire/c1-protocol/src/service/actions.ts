// Actions on C1's wire: what one takes and gives, as C1's form, and its values, as a google.protobuf.Struct holds them. The
// generated code has a Struct as plain JSON.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf"
import { create } from "@bufbuild/protobuf"
import type { ActionDeclaration, ActionField, ActionKind, ActionValue, ActionValues } from "@rollcall/connector"
import { MalformedMessage } from "../decode/decodeRecord.ts"
import type { Field } from "../generated/c1/config/v1/config_pb.ts"
import { BoolFieldSchema, FieldSchema, StringFieldSchema } from "../generated/c1/config/v1/config_pb.ts"
import type { BatonActionSchema } from "../generated/c1/connector/v2/action_pb.ts"
import { ActionType, BatonActionSchemaSchema } from "../generated/c1/connector/v2/action_pb.ts"

const actionTypes: Record<ActionKind, ActionType> = {
  account: ActionType.ACCOUNT,
  accountEnable: ActionType.ACCOUNT_ENABLE,
  accountDisable: ActionType.ACCOUNT_DISABLE,
  accountUpdateProfile: ActionType.ACCOUNT_UPDATE_PROFILE,
  resourceCreate: ActionType.RESOURCE_CREATE,
  resourceDelete: ActionType.RESOURCE_DELETE,
  resourceEnable: ActionType.RESOURCE_ENABLE,
  resourceDisable: ActionType.RESOURCE_DISABLE,
  dynamic: ActionType.DYNAMIC,
}

/** The action as a BatonActionSchema. All its arguments are required, and say so. */
export const actionSchema = (action: ActionDeclaration): BatonActionSchema =>
  create(BatonActionSchemaSchema, {
    name: action.name,
    displayName: action.displayName,
    description: action.description,
    actionType: [actionTypes[action.kind]],
    resourceTypeId: action.resourceType ?? "",
    arguments: action.arguments.map((field) => toField(field, true)),
    returnTypes: action.returns.map((field) => toField(field, false)),
  })

const toField = ({ name, displayName, description, type }: ActionField, isRequired: boolean): Field =>
  create(FieldSchema, {
    name,
    displayName,
    description,
    isRequired,
    field:
      type === "text"
        ? { case: "stringField", value: create(StringFieldSchema) }
        : { case: "boolField", value: create(BoolFieldSchema) },
  })

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
