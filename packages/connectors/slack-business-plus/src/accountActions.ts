// Enabling and disabling an account through SCIM.
import type { Action, ActionValues } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { ScimError } from "@rollcall/scim-client"
import { ScimClient, userPatch } from "@rollcall/scim-client"
import type { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import { disableUserDeclaration, enableUserDeclaration } from "./actions.ts"
import { accountIds, otherIdsOf, underEitherId } from "./findAccounts.ts"
import { scimToConnectorError } from "./scimToConnectorError.ts"

const userOf = ({ user_id: user }: ActionValues): string => String(user)

const isActive = Effect.fnUntraced(function* (values: ActionValues) {
  // Whatever else was typed, a name or a token, does not belong into an address.
  if (!accountIds.test(userOf(values))) return yield* noAccountId(userOf(values))
  const user = yield* onAccount(values, ({ users }, id) => users.get(id))
  return user.active !== false
})

/** Asks SCIM about the account, which it may list under another id than the one that was given. */
const onAccount = Effect.fnUntraced(function* <A>(
  values: ActionValues,
  ask: (scim: ScimClient["Service"], id: string) => Effect.Effect<A, ScimError>,
) {
  const scim = yield* ScimClient
  return yield* underEitherId(userOf(values), (id) => Effect.mapError(ask(scim, id), noSuchAccount(userOf(values))))
})

const resultOf = (values: ActionValues, done: "enabled" | "disabled") => ({
  success: true,
  message: `User ${userOf(values)} ${done} successfully`,
  user_id: userOf(values),
})

/** Sets `active` to true. */
export const enableUser: Action<ScimClient | SlackWebApi> = {
  ...enableUserDeclaration,
  isDone: isActive,
  run: Effect.fn("SlackBusinessPlus.enableUser")((values) =>
    onAccount(values, ({ users }, id) => Effect.asVoid(users.patch(id, [userPatch.activate()]))),
  ),
  result: (values) => resultOf(values, "enabled"),
}

/** Deletes the account in SCIM's sense, which Slack answers by deactivating it. */
export const disableUser: Action<ScimClient | SlackWebApi> = {
  ...disableUserDeclaration,
  isDone: (values) => Effect.map(isActive(values), (active) => !active),
  run: Effect.fn("SlackBusinessPlus.disableUser")((values) =>
    onAccount(values, ({ users }, id) => Effect.asVoid(users.delete(id))),
  ),
  takesAccess: { from: userOf, ownIds: ({ actor }) => (actor === undefined ? Effect.succeed([]) : otherIdsOf(actor)) },
  result: (values) => resultOf(values, "disabled"),
}

const findAnId = "Give Slack's id of the account (U… or W…), as a sync shows it."

const noAccountId = (user: string) =>
  new ConnectorError({
    reason: { _tag: "BadRequest" },
    message: `${user} is not the id of an account.`,
    hint: findAnId,
  })

const noSuchAccount = (user: string) => (error: ScimError) =>
  error.category === "notFound"
    ? new ConnectorError({
        reason: { _tag: "NotFound" },
        message: `SCIM knows no account ${user}.`,
        hint: findAnId,
        cause: error,
      })
    : scimToConnectorError(error)
