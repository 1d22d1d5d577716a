// What the calls of `SlackWebApi` take and give, apart from Slack's own objects.
import type { SlackReasonTag } from "./error/SlackReason.ts"
import type { SlackTeam } from "./objects/SlackTeam.ts"
import type { SlackUser } from "./objects/SlackUser.ts"
import type { SlackUserGroup } from "./objects/SlackUserGroup.ts"

/** An argument of a method. Lists are sent as Slack wants them in a form: separated by commas. */
export type SlackArgument = string | number | boolean | ReadonlyArray<string> | undefined

/** Arguments by Slack's own names. The token is none of them. */
export type SlackArguments = Readonly<Record<string, SlackArgument>>

export interface PageArguments {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export interface UsersListArguments extends PageArguments {
  readonly include_locale?: boolean
  readonly team_id?: string
}

export interface UserGroupsListArguments {
  readonly include_users?: boolean
  readonly include_disabled?: boolean
  readonly include_count?: boolean
  readonly team_id?: string
}

export interface UserGroupsUsersListArguments {
  readonly usergroup: string
  readonly include_disabled?: boolean
  readonly team_id?: string
}

export interface CallOptions {
  /** Reasons to fail with at once, though they could be retried. */
  readonly failFast?: ReadonlyArray<SlackReasonTag>
}

/** A page of `users.list`. It may hold fewer members than asked for, or none, and still have a next. */
export interface UsersList {
  readonly members: ReadonlyArray<SlackUser>
  /** Members that could not be read and were left out. */
  readonly rejected: number
  /** Slack's cursor of the next page; absent at the end. */
  readonly next?: string
  /** The scopes that the token was granted, which tell whether a missing e-mail is empty or hidden. */
  readonly scopes?: ReadonlyArray<string>
}

/** A page of `auth.teams.list`. */
export interface TeamsList {
  readonly teams: ReadonlyArray<SlackTeam>
  readonly rejected: number
  readonly next?: string
}

/** The answer of `usergroups.list`, which is never paged. */
export interface UserGroupsList {
  readonly usergroups: ReadonlyArray<SlackUserGroup>
  readonly rejected: number
}

/** The answer of `usergroups.users.list`, which is never paged: ids of accounts. */
export interface UserGroupsUsersList {
  readonly users: ReadonlyArray<string>
  readonly rejected: number
}
