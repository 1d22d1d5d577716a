// The workspace itself with membership of it, and its roles with who holds them; `team.info` yields what can be held. Slack
// has no call for roles; the flags of an account tell them.
import type { Entitlement, Gap, Grant, Resource, Step } from "@rollcall/connector"
import { entitlementId, grantOf } from "@rollcall/connector"
import type { SlackUser } from "@rollcall/slack-api"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import type { WorkspacePageRequest } from "./workspaces.ts"
import { eachWorkspace } from "./workspaces.ts"
import { toConnectorError } from "./failures.ts"
import {
  accountId,
  userGroupType,
  userType,
  workspaceId,
  workspaceRoleId,
  workspaceRoleType,
  workspaceType,
} from "./resourceTypes.ts"

/** What Rollcall keeps of a workspace. */
export interface Workspace {
  readonly id: string
  readonly name: string
  readonly domain: string
}

/** The workspace as a resource. */
export const workspaceResource = ({ id, name, domain }: Workspace): Resource => ({
  id: workspaceId(id),
  displayName: name,
  profile: { workspace_id: id, workspace_name: name, workspace_domain: domain },
  childResourceTypes: [userType.id, userGroupType.id, workspaceRoleType.id],
})

/** The entitlement of being a member of the workspace. */
export const workspaceMembership = ({ id, name }: Workspace): Entitlement => ({
  id: entitlementId(workspaceId(id), "member"),
  resource: workspaceId(id),
  slug: "member",
  displayName: `${name} workspace member`,
  description: `Member of the ${name} workspace`,
  purpose: "assignment",
  grantableTo: [userType.id],
})

/** Membership of everyone listed, deactivated accounts and bots included; only strangers are none. */
export const workspaceGrants = (teamId: string, user: SlackUser): ReadonlyArray<Grant> =>
  user.is_stranger === true ? [] : [grantOf(workspaceId(teamId), "member", accountId(user.id))]

interface WorkspaceRole {
  /** The last part of the resource id. */
  readonly id: string
  readonly displayName: string
  readonly isHeldBy: (user: SlackUser) => boolean
}

/**
 * Each role is held or not whatever the others are: an owner is also an admin and a member. A single-channel guest has
 * both guest flags, a multi-channel guest only the first.
 * Source: https://docs.slack.dev/reference/objects/user-object
 */
const workspaceRoles: ReadonlyArray<WorkspaceRole> = [
  { id: "primary_owner", displayName: "Primary Owner", isHeldBy: (user) => user.is_primary_owner === true },
  { id: "owner", displayName: "Owner", isHeldBy: (user) => user.is_owner === true },
  { id: "admin", displayName: "Admin", isHeldBy: (user) => user.is_admin === true },
  {
    id: "multi_channel_guest",
    displayName: "Multi Channel Guest",
    isHeldBy: (user) => user.is_restricted === true && user.is_ultra_restricted !== true,
  },
  {
    id: "single_channel_guest",
    displayName: "Single Channel Guest",
    isHeldBy: (user) => user.is_restricted === true && user.is_ultra_restricted === true,
  },
  { id: "invited_member", displayName: "Invited member", isHeldBy: (user) => user.is_invited_user === true },
  { id: "bot", displayName: "Bot", isHeldBy: (user) => user.is_bot === true },
  {
    id: "member",
    displayName: "Member",
    isHeldBy: (user) =>
      user.is_restricted !== true &&
      user.is_ultra_restricted !== true &&
      user.is_invited_user !== true &&
      user.is_bot !== true &&
      user.deleted !== true,
  },
]

/** All roles of a workspace, held or not. */
export const roleResources = (workspace: Workspace): ReadonlyArray<Resource> =>
  workspaceRoles.map((role) => ({
    id: workspaceRoleId(workspace.id, role.id),
    displayName: role.displayName,
    parent: workspaceId(workspace.id),
  }))

/** The entitlement of each role of a workspace. */
export const roleEntitlements = (workspace: Workspace): ReadonlyArray<Entitlement> =>
  workspaceRoles.map((role) => ({
    id: entitlementId(workspaceRoleId(workspace.id, role.id), "assigned"),
    resource: workspaceRoleId(workspace.id, role.id),
    slug: "assigned",
    displayName: `${workspace.name} workspace ${role.displayName} role`,
    description: `Has the ${role.displayName} role in the Slack ${workspace.name} workspace`,
    purpose: "assignment",
    grantableTo: [userType.id],
  }))

/** The roles that an account holds. A stranger, from a workspace that shares no channel, holds none. */
export const roleGrants = (teamId: string, user: SlackUser): ReadonlyArray<Grant> =>
  user.is_stranger === true
    ? []
    : workspaceRoles
        .filter((role) => role.isHeldBy(user))
        .map((role) => grantOf(workspaceRoleId(teamId, role.id), "assigned", accountId(user.id)))

/** Reads `team.info`, https://docs.slack.dev/reference/methods/team.info. */
export const workspaceStep: Step<SlackWebApi> = {
  id: "workspace",
  title: "the workspace",
  produces: [workspaceType.id, workspaceRoleType.id],
  scopes: [
    {
      scope: "team:read",
      purpose: "name and domain of the workspace",
      without: "nothing: name and domain are taken from auth.test instead",
      required: false,
    },
  ],
  page: eachWorkspace(
    Effect.fn("SlackPro.workspace")(function* (request) {
      const workspace = yield* readWorkspace(request).pipe(Effect.mapError(toConnectorError))
      return {
        resources: [workspaceResource(workspace), ...roleResources(workspace)],
        entitlements: [workspaceMembership(workspace), ...roleEntitlements(workspace)],
        gaps: workspace.domain === "" ? [noDomain(workspace)] : [],
      }
    }),
  ),
}

/**
 * Where Slack refuses `team.info`, because `team:read` is missing or the method is restricted, the name is the one that
 * identified the workspace, and the domain stands in the URL that `auth.test` tells; of an organisation's token that URL is
 * the organisation's.
 */
const readWorkspace = Effect.fnUntraced(function* ({ workspace, team }: WorkspacePageRequest) {
  const slack = yield* SlackWebApi
  const { displayName: name } = workspace
  const domain =
    team.team_id === undefined ? Effect.map(slack.authTest, ({ url }) => domainOf(url)) : Effect.succeed("")
  const told = yield* slack.teamInfo({ team: team.team_id }).pipe(
    Effect.catchIf(
      (error) => error.category === "refused",
      () => Effect.map(domain, (itsDomain) => ({ name, domain: itsDomain })),
    ),
  )
  return { id: workspace.id, name: told.name ?? name, domain: told.domain ?? "" } satisfies Workspace
})

const noDomain = ({ name }: Workspace): Gap => ({
  resourceType: workspaceType.id,
  missing: `domain of ${name}`,
  reason: "scope",
  explanation: `Slack did not show the domain of ${name}. Add team:read to the app, and see whether the app may read this workspace.`,
  missingScopes: ["team:read"],
})

/** `https://example.slack.com/` is the workspace with the domain `example`. */
const domainOf = (url: string | null | undefined): string | undefined => {
  const host = url === null || url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname
  return host?.split(".")[0]
}
