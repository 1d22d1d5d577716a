// Whose data the tokens open. Two tokens must open the same workspace; one of a whole organisation is for GovSlack alone,
// where SCIM needs it, and then opens several workspaces.
import { largestPageOf, type SlackIdentity, SlackWebApi, type SlackWebApiShape } from "@rollcall/slack-api"
import { Context, Effect, Schema } from "effect"
import { ConnectorError, type Tenant } from "@rollcall/connector"
import { holderOf, identity, toConnectorError, workspaceTenant } from "@rollcall/slack-pro/parts"

/**
 * The Web API as the holder of the Business+ token, which is a user token with the scope `admin`. Beside it the connector uses
 * `SlackWebApi`, with the token that reads accounts and groups; where there is one token, both are the same.
 */
export class AdminWebApi extends Context.Service<AdminWebApi, SlackWebApiShape>()(
  "@rollcall/slack-business-plus/AdminWebApi",
) {}

/** What decides how the tokens are looked at. */
export interface TokenUse {
  readonly gov: boolean
  /** The Business+ token serves the Web API too. */
  readonly oneToken: boolean
}

/** One call of `auth.test` for each token. */
export const identifyTokens = Effect.fn("SlackBusinessPlus.identify")(function* ({ gov, oneToken }: TokenUse) {
  const reader = yield* naming(oneToken ? adminVariable : readerVariable, identity)
  const asked = Effect.mapError((yield* AdminWebApi).authTest, toConnectorError)
  const admin = oneToken ? reader : yield* naming(adminVariable, asked)
  if (admin.bot_id) return yield* botForAdmin(!reader.bot_id)
  if (!belongTogether(reader, admin)) return yield* strangers(reader, admin)
  if (!gov && admin.is_enterprise_install === true) return yield* workspaceTenant(admin)
  const tenant =
    gov && reader.is_enterprise_install === true ? yield* organisation(reader) : yield* workspaceTenant(reader)
  const scopes = [...new Set([...(reader.scopes ?? []), ...(admin.scopes ?? [])])]
  return {
    ...tenant,
    reader: reader.user_id,
    ...holderOf(admin),
    ...(scopes.length === 0 ? {} : { scopes }),
    // In an organisation an account has an id of its own there, and SCIM may name it by that.
    ...(gov || reader.enterprise_id || admin.enterprise_id ? { hasAliases: true } : {}),
  } satisfies Tenant
})

const readerVariable = "BATON_TOKEN"
const adminVariable = "BATON_BUSINESS_PLUS_TOKEN"

/** Says, where Slack refuses one of two tokens, which of them it is. */
const naming = <R>(variable: string, identified: Effect.Effect<SlackIdentity, ConnectorError, R>) =>
  Effect.mapError(identified, (error) =>
    error.reason._tag === "CredentialRejected" || error.reason._tag === "Refused"
      ? new ConnectorError({
          reason: error.reason,
          message: `${error.message} It is the token of ${variable}.`,
          hint: error.hint,
          cause: error,
        })
      : error,
  )

const botForAdmin = (swapped: boolean) =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: swapped
      ? `The two tokens are swapped: ${adminVariable} has the bot token, and ${readerVariable} has the user token.`
      : `${adminVariable} has a bot token, which SCIM does not accept.`,
    hint: swapped
      ? `Give the user token (xoxp-…) in ${adminVariable} and the bot token (xoxb-…) in ${readerVariable}.`
      : "Give the app's user token (xoxp-…), made by an owner or admin, with the scope admin.",
  })

/** A token of a whole organisation belongs to each of its workspaces. */
const belongTogether = (a: SlackIdentity, b: SlackIdentity): boolean =>
  a.is_enterprise_install === true || b.is_enterprise_install === true
    ? a.enterprise_id === b.enterprise_id
    : a.team_id === b.team_id

const strangers = (reader: SlackIdentity, admin: SlackIdentity) =>
  new ConnectorError({
    reason: { _tag: "Refused", by: "settings" },
    message: `The two tokens open different workspaces: ${readerVariable} ${nameOf(reader)}, ${adminVariable} ${nameOf(admin)}.`,
    hint: "Use two tokens of one installation of the app.",
  })

const nameOf = ({ team, team_id: id, enterprise_id: enterprise }: SlackIdentity): string =>
  `${team ?? "an organisation"} (${id ?? enterprise ?? "without id"})`

const Teams = Schema.Struct({
  teams: Schema.Array(
    Schema.Struct({ id: Schema.NonEmptyString, name: Schema.optionalKey(Schema.NullOr(Schema.String)) }),
  ),
  response_metadata: Schema.optionalKey(
    Schema.NullOr(Schema.Struct({ next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)) })),
  ),
})

/** The organisation with the workspaces for which the app is approved, https://docs.slack.dev/reference/methods/auth.teams.list. */
const organisation = Effect.fnUntraced(function* (token: SlackIdentity) {
  const slack = yield* SlackWebApi
  const names = new Map<string, string>()
  const seen = new Set<string>()
  let cursor: string | undefined
  do {
    const page = yield* Effect.mapError(
      slack.call("auth.teams.list", { limit: largestPageOf("auth.teams.list"), cursor }, Teams),
      toConnectorError,
    )
    for (const team of page.teams) names.set(team.id, team.name ?? team.id)
    const next = page.response_metadata?.next_cursor
    cursor = next === null || next === "" ? undefined : next
    if (cursor !== undefined && seen.has(cursor)) return yield* circle
    if (cursor !== undefined) seen.add(cursor)
  } while (cursor !== undefined)
  if (names.size === 0) return yield* noWorkspaces
  const id = token.enterprise_id ?? token.team_id
  // Slack promises no order, and cursors count the workspaces.
  const parts = [...names].map(([team, displayName]) => ({ id: team, displayName }))
  parts.sort((a, b) => (a.id < b.id ? -1 : 1))
  return id ? ({ id, displayName: token.team ?? id, parts } satisfies Tenant) : yield* noWorkspaces
})

const circle = new ConnectorError({
  reason: { _tag: "UnexpectedReply" },
  message:
    "Reading the workspaces of the organisation does not end: Slack returned a cursor that it had returned before.",
  hint: "Try again; if it happens again, report it to Slack.",
})

const noWorkspaces = new ConnectorError({
  reason: { _tag: "Refused", by: "settings" },
  message: "The app is approved for no workspace of the organisation.",
  hint: "Ask an administrator of the organisation to add the app to the workspaces that are to be synced.",
})
