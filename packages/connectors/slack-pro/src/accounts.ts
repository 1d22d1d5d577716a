// An account of Slack as a resource.
import type { Profile, Resource } from "@rollcall/connector"
import type { SlackUser } from "@rollcall/slack-api"
import { accountId, workspaceId } from "./resourceTypes.ts"

/**
 * The account that `users.list` shows. Slack leaves all role flags out for a deactivated account and any text out where
 * it is empty; readers of the file expect every key, so absent flags are `false` and absent texts empty.
 */
export const accountResource = (teamId: string, user: SlackUser): Resource => {
  const email = user.profile?.email ?? ""
  return {
    id: accountId(user.id),
    displayName: user.name ?? "",
    parent: workspaceId(teamId),
    status: user.deleted === true ? "deleted" : "enabled",
    profile: { ...contractProfile(user, email), ...furtherProfile(user) },
    account: {
      accountType: user.is_bot === true ? "service" : "human",
      ...(email === "" ? {} : { emails: [email] }),
      ...(user.has_2fa === true ? { mfaEnabled: true } : {}),
    },
  }
}

/** The keys that the Go connector writes for every account. */
const contractProfile = (user: SlackUser, email: string): Profile => ({
  first_name: user.profile?.first_name ?? "",
  last_name: user.profile?.last_name ?? "",
  login: email,
  workspace: user.profile?.team ?? "",
  user_id: user.id,
  status_text: user.profile?.status_text ?? "",
  status_emoji: user.profile?.status_emoji ?? "",
  is_admin: user.is_admin ?? false,
  is_owner: user.is_owner ?? false,
  is_primary_owner: user.is_primary_owner ?? false,
  is_bot: user.is_bot ?? false,
  is_app_user: user.is_app_user ?? false,
  is_invited_user: user.is_invited_user ?? false,
  is_restricted: user.is_restricted ?? false,
  is_ultra_restricted: user.is_ultra_restricted ?? false,
  is_stranger: user.is_stranger ?? false,
  is_deleted: user.deleted ?? false,
})

/** Keys that only Rollcall writes, each only where Slack gave it. */
const furtherProfile = (user: SlackUser): Profile => {
  const told: Record<string, string | number | null | undefined> = {
    real_name: user.profile?.real_name ?? user.real_name,
    display_name: user.profile?.display_name,
    title: user.profile?.title,
    time_zone: user.tz,
    two_factor_type: user.two_factor_type,
    guest_expires_at: expiry(user.profile?.guest_expiration_ts),
  }
  const profile: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(told)) {
    if (value !== undefined && value !== null && value !== "") profile[key] = value
  }
  return profile
}

/** Slack gives a guest's end in seconds since the epoch, and 0 for a guest who stays. */
const expiry = (seconds: number | null | undefined): string | undefined =>
  seconds === undefined || seconds === null || seconds <= 0 || seconds > latestDate
    ? undefined
    : new Date(seconds * 1000).toISOString()

const latestDate = 8_640_000_000_000
