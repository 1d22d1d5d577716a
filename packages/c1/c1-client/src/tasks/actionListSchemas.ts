// An action_list_schemas task: what the connector can do besides granting. Actions of a single resource type are not
// known to the core, so a list for one type is empty.
import type { Task_ActionListSchemasTask } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "@rollcall/c1-protocol/service"
import { listActionSchemasResponse } from "@rollcall/c1-protocol/service"
import type { TaskSetup } from "./TaskSetup.ts"

/** Lists the actions. */
export const actionListSchemas = ({ connector }: TaskSetup, task: Task_ActionListSchemasTask): TaskSuccess => ({
  response: listActionSchemasResponse(task.resourceTypeId === "" ? (connector.actions ?? []) : []),
})
