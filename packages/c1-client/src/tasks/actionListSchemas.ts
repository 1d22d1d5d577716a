// An action_list_schemas task: what the connector can do besides granting. Actions of a single resource type are not
// known to the core, so a list for one type is empty.
import { create } from "@bufbuild/protobuf"
import type { Task_ActionListSchemasTask } from "@rollcall/c1-protocol/messages"
import { ListActionSchemasResponseSchema } from "@rollcall/c1-protocol/messages"
import { actionSchema } from "./actionSchema.ts"
import type { TaskSuccess } from "./TaskResult.ts"
import { packed } from "./TaskResult.ts"
import type { TaskSetup } from "./TaskSetup.ts"

/** Lists the actions by name, so that equal lists are equal messages. */
export const actionListSchemas = ({ connector }: TaskSetup, task: Task_ActionListSchemasTask): TaskSuccess => {
  const actions = task.resourceTypeId === "" ? (connector.actions ?? []) : []
  const schemas = actions.map(actionSchema).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { response: packed(ListActionSchemasResponseSchema, create(ListActionSchemasResponseSchema, { schemas })) }
}
