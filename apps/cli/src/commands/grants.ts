// Who holds what.
import type { GrantFilter } from "@rollcall/access"
import { Effect } from "effect"
import { UsageError } from "../UsageError.ts"
import { viewCommand } from "./viewCommand.ts"
import { filterFlags } from "./viewFlags.ts"

/** `rollcall grants` */
export const grantsCommand = viewCommand(
  "grants",
  {
    summary: "List the grants of a file.",
    own: filterFlags,
    examples: [
      { command: "rollcall grants -t userGroup", description: "Everybody in any user group" },
      { command: "rollcall grants -e workspaceRole:T0001:owner:assigned -o json" },
    ],
  },
  (views, request, given) => Effect.flatMap(grantFilter(given), (filter) => views.showGrants(request, filter)),
)

interface Given {
  readonly resourceType: string | undefined
  readonly resource: string | undefined
  readonly entitlement: string | undefined
}

const grantFilter = ({ resourceType, resource, entitlement }: Given): Effect.Effect<GrantFilter, UsageError> => {
  if (resource !== undefined && resourceType === undefined) return Effect.fail(needsType)
  if (resource !== undefined && entitlement !== undefined) return Effect.fail(eitherOr)
  return Effect.succeed({
    entitlement,
    resourceType,
    resource: resource === undefined || resourceType === undefined ? undefined : { resourceType, resource },
  })
}

const needsType = new UsageError({
  message: "A resource is named by its type and its id: --resource needs --resource-type.",
  hint: "Add -t, such as `rollcall grants -t userGroup -r S0123`.",
})

const eitherOr = new UsageError({
  message: "--entitlement and --resource exclude each other: an entitlement is on one resource already.",
  hint: "Leave one of them out.",
})
