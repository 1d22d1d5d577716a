// Which workspace of an organisation says what a person may do. Each workspace lists the person with flags of its own, and
// somebody who was deactivated in one may be an admin in another: all flags are taken from one workspace.
import type { SlackUser } from "@rollcall/slack-api"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"

/** From the workspace whose flags are used before all others to the one whose flags are used last. */
const order: ReadonlyArray<(user: SlackUser) => boolean> = [
  (user) => isInUse(user) && user.is_primary_owner === true,
  (user) => isInUse(user) && user.is_owner === true,
  (user) => isInUse(user) && user.is_admin === true,
  (user) => isInUse(user) && user.is_invited_user !== true && user.is_restricted !== true && !isSingleChannel(user),
  (user) => isInUse(user) && user.is_invited_user !== true && !isSingleChannel(user),
  (user) => isInUse(user) && user.is_invited_user !== true,
  // An invitation that is pending is sent as deactivated, too.
  (user) => user.is_stranger !== true && user.is_invited_user === true,
  (user) => user.is_stranger !== true,
]

const isSingleChannel = (user: SlackUser): boolean => user.is_ultra_restricted === true

const isInUse = (user: SlackUser): boolean => user.deleted !== true && user.is_stranger !== true

/**
 * The precedence of what a workspace says of an account: primary owner, owner, admin, member, multi-channel guest,
 * single-channel guest, invited, deactivated, and last a stranger, of whom the workspace knows little; then by workspace id.
 * Nothing where the token opens one workspace.
 */
export const precedenceOf = (
  { workspace, team }: Pick<WorkspacePageRequest, "workspace" | "team">,
  user: SlackUser,
): { readonly precedence?: string } => {
  if (team.team_id === undefined) return {}
  const place = order.findIndex((matches) => matches(user))
  return { precedence: `${place < 0 ? order.length : place}:${workspace.id}` }
}
