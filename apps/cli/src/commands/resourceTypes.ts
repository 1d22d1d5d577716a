// The kinds of things that a sync shows.
import { viewCommand } from "./viewCommand.ts"

/** `rollcall resource-types` */
export const resourceTypesCommand = viewCommand(
  "resource-types",
  { summary: "List the resource types of a file.", own: {} },
  (views, request) => views.showResourceTypes(request),
)
