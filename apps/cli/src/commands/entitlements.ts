// What can be held on the things that a sync shows.
import { viewCommand } from "./viewCommand.ts"
import { filterFlags } from "./viewFlags.ts"

/** `rollcall entitlements` */
export const entitlementsCommand = viewCommand(
  "entitlements",
  { summary: "List the entitlements of a file.", own: { resourceType: filterFlags.resourceType } },
  (views, request, filter) => views.showEntitlements(request, filter),
)
