// Enabling and disabling an account through SCIM.
import type { Action, ActionValues, Tenant } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { ScimError } from "@rollcall/scim-client"
import { ScimClient, userPatch } from "@rollcall/scim-client"
import { SlackWebApi } from "@rollcall/slack-api"
import { toConnectorError } from "@rollcall/slack-pro/parts"
import { Effect, Schema } from "effect"
import { disableUserDeclaration, enableUserDeclaration } from "./actions.ts"
import { accountIds } from "./ids.ts"
import { scimToConnectorError } from "./scimToConnectorError.ts"

const userOf = ({ user_id: user }: ActionValues): string => String(user)

const isActive = Effect.fnUntraced(function* (values: ActionValues) {
  // Whatever else was typed, a name or a token, does not belong into an address.
  if (!accountIds.test(userOf(values))) return yield* noAccountId(userOf(values))
  const scim = yield* ScimClient
  const user = yield* Effect.mapError(scim.users.get(userOf(values)), noSuchAccount(userOf(values)))
  return user.active !== false
})

const resultOf = (done: "enabled" | "disabled") => (values: ActionValues) => ({
  success: true,
  message: `User ${userOf(values)} ${done} successfully`,
  user_id: userOf(values),
})

/** Sets `active` to true. */
export const enableUser: Action<ScimClient> = {
  ...enableUserDeclaration,
  isDone: isActive,
  run: Effect.fn("SlackBusinessPlus.enableUser")(function* (values) {
    const scim = yield* ScimClient
    yield* Effect.mapError(scim.users.patch(userOf(values), [userPatch.activate()]), noSuchAccount(userOf(values)))
  }),
  result: resultOf("enabled"),
}

const Info = Schema.Struct({
  user: Schema.Struct({
    id: Schema.String,
    enterprise_user: Schema.optionalKey(Schema.NullOr(Schema.Struct({ id: Schema.optionalKey(Schema.String) }))),
  }),
})

/**
 * The ids of the token's account besides the one that `auth.test` gave: in an organisation it has one of its own there.
 * https://docs.slack.dev/reference/methods/users.info. A token that may not ask does not know them.
 */
const organisationIds = ({ actor }: Tenant) =>
  Effect.gen(function* () {
    const slack = yield* SlackWebApi
    const { user } = yield* slack.call("users.info", { user: actor }, Info)
    return [user.id, ...(user.enterprise_user?.id === undefined ? [] : [user.enterprise_user.id])]
  }).pipe(
    Effect.catchIf(
      (error) => error.category !== "credential" && error.category !== "unavailable",
      () => Effect.succeed([]),
    ),
    Effect.mapError(toConnectorError),
  )

/** Deletes the account in SCIM's sense, which Slack answers by deactivating it. */
export const disableUser: Action<ScimClient | SlackWebApi> = {
  ...disableUserDeclaration,
  isDone: (values) => Effect.map(isActive(values), (active) => !active),
  run: Effect.fn("SlackBusinessPlus.disableUser")(function* (values) {
    const scim = yield* ScimClient
    yield* Effect.mapError(scim.users.delete(userOf(values)), noSuchAccount(userOf(values)))
  }),
  takesAccess: { from: userOf, ownIds: organisationIds },
  result: resultOf("disabled"),
}

const findAnId = "Give Slack's id of the account (U… or W…), as a sync shows it."

const noAccountId = (user: string) =>
  new ConnectorError({ reason: "BadRequest", message: `${user} is no id of an account.`, hint: findAnId })

const noSuchAccount = (user: string) => (error: ScimError) =>
  error.category === "notFound"
    ? new ConnectorError({
        reason: "NotFound",
        message: `SCIM knows no account ${user}.`,
        hint: findAnId,
        cause: error,
      })
    : scimToConnectorError(error)
