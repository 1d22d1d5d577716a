// The commands that list records of a file: resource types, resources, entitlements, grants and principals. What shows them is
// loaded when it is needed.
import { Effect } from "effect"
import type { Command } from "effect/cli"
import { Flag } from "effect/cli"
import { UsageError } from "../errors.ts"
import { heldViewFields, recordViewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import type { AskedThing } from "../views/named.ts"
import type { ViewRequest } from "../views/viewRequest.ts"
import type * as Views from "../views/showRecords.ts"
import { syncIdFlag, filterFlags, optionalText } from "./commonFlags.ts"
import { columnFlags, type columnsOf, queryFlags, textQueryFlags, subject } from "./listFlags.ts"

/** Makes a command of the name; `show` is given the views, what to read and how, and the command's own flags. */
const viewCommand = <const Name extends string, const Own extends Command.Command.Config, E, R>(
  name: Name,
  options: {
    readonly summary: string
    readonly own: Own
    readonly columns: keyof typeof columnsOf
    readonly examples?: ReadonlyArray<Command.Command.Example>
  },
  show: (
    views: typeof Views,
    request: ViewRequest,
    own: Command.Command.Config.InferValue<Own>,
  ) => Effect.Effect<void, E, R>,
) =>
  settingsCommand(
    name,
    {
      ...options,
      fields: options.columns === "grants" ? heldViewFields : recordViewFields,
      own: { syncId: syncIdFlag, own: options.own, columns: columnFlags(options.columns) },
    },
    ({ settings, format, own }) =>
      Effect.promise(() => import("../views/showRecords.ts")).pipe(
        Effect.flatMap((views) => show(views, { settings, format, syncId: own.syncId, columns: own.columns }, own.own)),
        Effect.scoped,
      ),
  )

/** `rollcall resource-types` */
export const resourceTypesCommand = viewCommand(
  "resource-types",
  { summary: "List the resource types of a file.", columns: "resource-types", own: {} },
  (views, request) => views.showResourceTypes(request),
)

/** `rollcall resources` */
export const resourcesCommand = viewCommand(
  "resources",
  {
    summary: "List the resources of a file: accounts, groups, roles.",
    columns: "resources",
    own: { resourceType: filterFlags.resourceType, query: queryFlags },
    examples: [
      { command: "rollcall resources --kind admin", description: "The owners and admins" },
      { command: "rollcall resources --kind guest --sort name", description: "The guests" },
      { command: "rollcall resources -t user -o csv --bom > accounts.csv" },
    ],
  },
  (views, request, { resourceType, query }) => views.showResources(request, resourceType, query),
)

/** `rollcall entitlements` */
export const entitlementsCommand = viewCommand(
  "entitlements",
  {
    summary: "List the entitlements of a file.",
    columns: "entitlements",
    own: { resourceType: filterFlags.resourceType, resource: filterFlags.resource, query: textQueryFlags },
    examples: [{ command: 'rollcall entitlements -r "IT Admins"', description: "What there is of one group" }],
  },
  (views, request, { query, ...asked }) => views.showEntitlements(request, asked, query),
)

/** `rollcall grants` */
export const grantsCommand = viewCommand(
  "grants",
  {
    summary: "List who holds what, and through what.",
    columns: "grants",
    own: {
      name: subject("A resource or an entitlement, by id or name: only grants of it."),
      ...filterFlags,
      principal: optionalText(
        "principal",
        undefined,
        "id or name",
        "Only what this account holds: its id, its e-mail address or its name.",
      ),
      noBase: Flag.Boolean("no-base").pipe(
        Flag.withDescription(
          "Leave out what every account has for as long as it is in the system, such as to be in the workspace.",
        ),
        Flag.withDefault(false),
      ),
      query: queryFlags,
    },
    examples: [
      { command: 'rollcall grants "IT Admins"', description: "Who is in a group, and through what" },
      { command: "rollcall grants --status disabled --no-base", description: "What disabled accounts still hold" },
      { command: "rollcall grants -t userGroup --columns email,resource,through -o ndjson" },
    ],
  },
  (views, request, { query, ...asked }) =>
    asked.resource !== undefined && asked.entitlement !== undefined
      ? Effect.fail(eitherOr)
      : Effect.andThen(refuseTwice(asked), views.showGrants(request, asked, query)),
)

const eitherOr = new UsageError({
  message: "--entitlement and --resource exclude each other: an entitlement is on one resource already.",
  hint: "Leave one of them out.",
})

/** What a list is about is named once. */
const refuseTwice = (asked: AskedThing): Effect.Effect<void, UsageError> =>
  asked.name !== undefined && (asked.resource !== undefined || asked.entitlement !== undefined)
    ? Effect.fail(
        new UsageError({
          message: `"${asked.name}" is given next to --${asked.resource === undefined ? "entitlement" : "resource"}, and the list can be about one of them only.`,
          hint: "Leave one of them out.",
        }),
      )
    : Effect.void

/** `rollcall principals` */
export const principalsCommand = viewCommand(
  "principals",
  {
    summary: "List who holds an entitlement, or anything on a resource.",
    columns: "resources",
    own: {
      name: subject("The resource or the entitlement, by id or name."),
      ...filterFlags,
      query: queryFlags,
    },
    examples: [
      { command: 'rollcall principals "IT Admins"', description: "The members of a group" },
      { command: "rollcall principals -t userGroup -r S0123" },
      { command: "rollcall principals -e workspaceRole:T0001:owner:assigned", description: "The owners" },
    ],
  },
  (views, request, { query, ...asked }) => {
    const given = [asked.name, asked.resource, asked.entitlement].filter((it) => it !== undefined)
    const isClear = given.length === 1 && (asked.entitlement === undefined || asked.resourceType === undefined)
    return isClear ? views.showPrincipals(request, asked, query) : Effect.fail(sayOfWhat)
  },
)

const sayOfWhat = new UsageError({
  message: "Say of what: the name or id of a resource or an entitlement, or one of --resource and --entitlement.",
  hint: 'Such as `rollcall principals "IT Admins"` or `rollcall principals -t userGroup -r S0123`.',
})
