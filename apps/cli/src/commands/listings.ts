// The commands that list records of a file: resource types, resources, entitlements, grants and principals. What shows them is
// loaded when it is needed.
import type { GrantFilter, HeldThing } from "@rollcall/access"
import { Effect } from "effect"
import type { Command } from "effect/cli"
import { UsageError } from "../errors.ts"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import type * as Views from "../views/showRecords.ts"
import { syncIdFlag, filterFlags } from "./commonFlags.ts"

/** Makes a command of the name; `show` is given the views, what to read and how, and the command's own flags. */
const viewCommand = <const Name extends string, const Own extends Command.Command.Config, E, R>(
  name: Name,
  options: { readonly summary: string; readonly own: Own; readonly examples?: ReadonlyArray<Command.Command.Example> },
  show: (
    views: typeof Views,
    request: Views.ViewRequest,
    own: Command.Command.Config.InferValue<Own>,
  ) => Effect.Effect<void, E, R>,
) =>
  settingsCommand(
    name,
    { ...options, fields: viewFields, own: { syncId: syncIdFlag, own: options.own } },
    ({ settings, format, own }) =>
      Effect.promise(() => import("../views/showRecords.ts")).pipe(
        Effect.flatMap((views) => show(views, { settings, format, syncId: own.syncId }, own.own)),
        Effect.scoped,
      ),
  )

/** `rollcall resource-types` */
export const resourceTypesCommand = viewCommand(
  "resource-types",
  { summary: "List the resource types of a file.", own: {} },
  (views, request) => views.showResourceTypes(request),
)

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

/** `rollcall entitlements` */
export const entitlementsCommand = viewCommand(
  "entitlements",
  { summary: "List the entitlements of a file.", own: { resourceType: filterFlags.resourceType } },
  (views, request, filter) => views.showEntitlements(request, filter),
)

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
  (views, request, given) => Effect.flatMap(heldThing(given), (of) => views.showPrincipals(request, of)),
)

const heldThing = ({ resourceType, resource, entitlement }: Given): Effect.Effect<HeldThing, UsageError> => {
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
