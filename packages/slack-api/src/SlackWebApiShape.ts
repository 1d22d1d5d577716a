// What the service `SlackWebApi` offers.
import type { Effect, Schema } from "effect"
import type { SlackMethodName } from "./methods.ts"
import type { SlackBot } from "./objects/SlackBot.ts"
import type { SlackIdentity } from "./objects/SlackIdentity.ts"
import type { SlackTeam } from "./objects/SlackTeam.ts"
import type { SlackUser } from "./objects/SlackUser.ts"
import type {
  CallOptions,
  PageArguments,
  SlackArguments,
  TeamsList,
  UserGroupsList,
  UserGroupsListArguments,
  UserGroupsUsersList,
  UserGroupsUsersListArguments,
  UsersList,
  UsersListArguments,
} from "./SlackCall.ts"
import type { SlackError } from "./SlackError.ts"

/** Every call fails with a `SlackError` after the retries that its reason allows. */
export interface SlackWebApiShape {
  /** Who the token is, and the scopes it was granted. Needs no scope. */
  readonly authTest: Effect.Effect<SlackIdentity, SlackError>
  /** The workspaces that the token opens: one, unless it belongs to a whole organisation. */
  readonly authTeamsList: (args?: PageArguments) => Effect.Effect<TeamsList, SlackError>
  /** The token's workspace, or the one with the id `team`. */
  readonly teamInfo: (args?: { readonly team?: string }) => Effect.Effect<SlackTeam, SlackError>
  /** One page of all accounts: people, guests, bots, the deactivated and USLACKBOT. Give a `limit`: see usersPage. */
  readonly usersList: (args: UsersListArguments, options?: CallOptions) => Effect.Effect<UsersList, SlackError>
  readonly usersInfo: (user: string) => Effect.Effect<SlackUser, SlackError>
  /** All user groups in one answer, with their members where `include_users` is true. */
  readonly userGroupsList: (args?: UserGroupsListArguments) => Effect.Effect<UserGroupsList, SlackError>
  readonly userGroupsUsersList: (args: UserGroupsUsersListArguments) => Effect.Effect<UserGroupsUsersList, SlackError>
  /** A bot by its `B…` id. */
  readonly botsInfo: (bot: string) => Effect.Effect<SlackBot, SlackError>
  /** Whether Slack answers at all. */
  readonly apiTest: Effect.Effect<void, SlackError>
  /** Any method, its body decoded by `schema`. Of a method outside the table, the careful assumptions hold. */
  readonly call: <S extends Schema.ConstraintDecoder<unknown>>(
    method: SlackMethodName | (string & {}),
    args: SlackArguments,
    schema: S,
    options?: CallOptions,
  ) => Effect.Effect<S["Type"], SlackError>
}
