// An action of the connector in C1's words, from which C1 makes its forms.
import { create } from "@bufbuild/protobuf"
import type { BatonActionSchema, Field } from "@rollcall/c1-protocol/messages"
import { ActionType, BatonActionSchemaSchema, FieldSchema } from "@rollcall/c1-protocol/messages"
import type { Action, ActionField, ActionKind } from "@rollcall/connector"

const types: Readonly<Record<ActionKind, ActionType>> = {
  accountEnable: ActionType.ACCOUNT_ENABLE,
  accountDisable: ActionType.ACCOUNT_DISABLE,
}

/** The schema of an action. All its arguments are required. */
export const actionSchema = (action: Action): BatonActionSchema =>
  create(BatonActionSchemaSchema, {
    name: action.name,
    displayName: action.displayName,
    description: action.description,
    actionType: [types[action.kind]],
    arguments: action.arguments.map((field) => fieldOf(field, true)),
    returnTypes: action.returns.map((field) => fieldOf(field, false)),
  })

const fieldOf = ({ name, displayName, description, type }: ActionField, isRequired: boolean): Field =>
  create(FieldSchema, {
    name,
    displayName,
    description,
    isRequired,
    field: type === "text" ? { case: "stringField", value: {} } : { case: "boolField", value: {} },
  })
