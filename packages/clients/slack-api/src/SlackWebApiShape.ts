// What the service `SlackWebApi` offers.
import type { Effect, Schema } from "effect"
import type { SlackMethodName } from "./methods.ts"
import type { SlackIdentity } from "./objects/SlackIdentity.ts"
import type { SlackTeam } from "./objects/SlackTeam.ts"
import type {
  SlackCallOptions,
  SlackArgumentsOf,
  UserGroupsList,
  UserGroupsListArguments,
  UsersList,
  UsersListArguments,
} from "./SlackCall.ts"
import type { SlackError } from "./SlackError.ts"

/** Every call fails with a `SlackError` after the retries that its reason allows. */
export interface SlackWebApiShape {
  /** Who the token is, and the scopes it was granted. Needs no scope. See `rememberIdentity` of the options. */
  readonly authTest: Effect.Effect<SlackIdentity, SlackError>
  /** Has `authTest` ask Slack again, as another API of Slack's no longer takes the token. */
  readonly forgetIdentity: Effect.Effect<void>
  /** The token's workspace, or another one of its organisation. */
  readonly teamInfo: (args?: { readonly team?: string | undefined }) => Effect.Effect<SlackTeam, SlackError>
  /** One page of all accounts: people, guests, bots, the deactivated and USLACKBOT. Give a `limit`: see usersPage. */
  readonly usersList: (args: UsersListArguments, options?: SlackCallOptions) => Effect.Effect<UsersList, SlackError>
  /** All user groups in one answer, with their members where `include_users` is true. */
  readonly userGroupsList: (args?: UserGroupsListArguments) => Effect.Effect<UserGroupsList, SlackError>
  /** Any method, its body decoded by `schema`. Of a method outside the table, the careful assumptions hold. */
  readonly call: <S extends Schema.ConstraintDecoder<unknown>, Method extends SlackMethodName | (string & {})>(
    method: Method,
    args: SlackArgumentsOf<Method>,
    schema: S,
    options?: SlackCallOptions,
  ) => Effect.Effect<S["Type"], SlackError>
}
