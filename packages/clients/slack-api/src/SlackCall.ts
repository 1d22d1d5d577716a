// What the calls of `SlackWebApi` take and give, apart from Slack's own objects. Arguments have the types of Slack's own
// client.
import type { WebClient } from "@slack/web-api"
import type { SlackReasonTag } from "./SlackError.ts"
import type { SlackUser, SlackUserGroup } from "./objects.ts"

/** An argument of a method. Lists are sent as Slack wants them in a form: separated by commas. */
export type SlackArgument = string | number | boolean | ReadonlyArray<string> | undefined

/** Arguments by Slack's own names. The token is none of them. */
export type SlackArguments = Readonly<Record<string, SlackArgument>>

/** The member of `Within` at a path such as `users.list`. */
type MemberAt<Within, Path extends string> = Path extends `${infer First}.${infer Rest}`
  ? First extends keyof Within
    ? MemberAt<Within[First], Rest>
    : never
  : Path extends keyof Within
    ? Within[Path]
    : never

/** The arguments by the types of Slack's client, where text may be a list and anything optional may be `undefined`. */
type Sendable<Arguments> = {
  readonly [Name in keyof Arguments as Exclude<Name, "token">]:
    | Arguments[Name]
    | (string extends Arguments[Name] ? ReadonlyArray<string> : never)
    | (undefined extends Arguments[Name] ? undefined : never)
}

/** The arguments of a method, by the types of `@slack/web-api`; of a method that it does not know, any. */
export type SlackArgumentsOf<Method extends string> = [MemberAt<WebClient, Method>] extends [never]
  ? SlackArguments
  : MemberAt<WebClient, Method> extends (...args: infer Taken) => unknown
    ? Sendable<NonNullable<Taken[0]>>
    : SlackArguments

/** Which workspace a call is about: a token of a whole organisation must say it, any other token's own one is meant. */
export interface TeamArgument {
  readonly team_id?: string | undefined
}

export type UsersListArguments = Pick<SlackArgumentsOf<"users.list">, "cursor" | "limit" | "team_id">
export type UserGroupsListArguments = Pick<
  SlackArgumentsOf<"usergroups.list">,
  "include_users" | "include_count" | "team_id"
>

/** How one call differs from others of its method. */
export interface SlackCallOptions {
  /** Reasons to fail with at once, though they could be retried. */
  readonly failFast?: ReadonlyArray<SlackReasonTag>
}

/** A page of `users.list`. It may hold fewer members than asked for, or none, and still have a next. */
export interface UsersList {
  readonly members: ReadonlyArray<SlackUser>
  /** Members that could not be read and were left out. */
  readonly rejected: number
  /** Ids of those that have one, and in the whole organisation; absent where there is none. */
  readonly rejectedIds?: ReadonlyArray<string>
  /** Slack's cursor of the next page; absent at the end. */
  readonly next?: string
  /** The scopes that the token was granted, which show whether a missing e-mail is empty or hidden. */
  readonly scopes?: ReadonlyArray<string>
}

/** The answer of `usergroups.list`, which is never paged. */
export interface UserGroupsList {
  readonly usergroups: ReadonlyArray<SlackUserGroup>
  /** Groups that could not be read and were left out. */
  readonly rejected: number
  /** Members' ids that could not be read and were left out of their groups. */
  readonly rejectedMembers: number
}
