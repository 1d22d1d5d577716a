// Who holds an entitlement, or anything on a resource; each principal once.
import type { ResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import { UsageError } from "../UsageError.ts"
import { viewCommand } from "./viewCommand.ts"
import { filterFlags } from "./viewFlags.ts"

/** `rollcall principals` */
export const principalsCommand = viewCommand(
  "principals",
  {
    summary: "List who holds an entitlement, or anything on a resource.",
    own: filterFlags,
    examples: [
      { command: "rollcall principals -t userGroup -r S0123", description: "The members of a user group" },
      { command: "rollcall principals -e workspaceRole:T0001:owner:assigned", description: "The owners" },
    ],
  },
  (views, request, given) => Effect.flatMap(held(given), (of) => views.showPrincipals(request, of)),
)

const held = ({
  resourceType,
  resource,
  entitlement,
}: {
  readonly resourceType: string | undefined
  readonly resource: string | undefined
  readonly entitlement: string | undefined
}): Effect.Effect<{ readonly resource: ResourceId } | { readonly entitlement: string }, UsageError> => {
  if (entitlement !== undefined && resource === undefined && resourceType === undefined) {
    return Effect.succeed({ entitlement })
  }
  if (entitlement === undefined && resource !== undefined && resourceType !== undefined) {
    return Effect.succeed({ resource: { resourceType, resource } })
  }
  return Effect.fail(
    new UsageError({
      message: "Say of what: either --entitlement, or --resource-type and --resource together.",
      hint: "Such as `rollcall principals -t userGroup -r S0123`.",
    }),
  )
}
