// The things that a sync shows: accounts, groups, roles, workspaces.
import { viewCommand } from "./viewCommand.ts"
import { filterFlags } from "./viewFlags.ts"

/** `rollcall resources` */
export const resourcesCommand = viewCommand(
  "resources",
  {
    summary: "List the resources of a file.",
    own: { resourceType: filterFlags.resourceType },
    examples: [{ command: "rollcall resources -t user -o csv > accounts.csv" }],
  },
  (views, request, filter) => views.showResources(request, filter),
)
