// An action as C1's form: what it takes and what it gives.
import { create } from "@bufbuild/protobuf"
import type { ActionDeclaration, ActionField, ActionKind } from "@rollcall/connector"
import { BoolFieldSchema, type Field, FieldSchema, StringFieldSchema } from "../generated/c1/config/v1/config_pb.ts"
import { ActionType, type BatonActionSchema, BatonActionSchemaSchema } from "../generated/c1/connector/v2/action_pb.ts"

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
