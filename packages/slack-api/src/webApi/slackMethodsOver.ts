// The typed methods of `SlackWebApi` over a caller: arguments in, decoded answer out.
import { Effect, Schema } from "effect"
import { excerpt } from "../error/excerpt.ts"
import { listDecoder } from "../objects/decodeList.ts"
import { SlackBot } from "../objects/SlackBot.ts"
import { SlackIdentityBody } from "../objects/SlackIdentity.ts"
import { SlackTeam } from "../objects/SlackTeam.ts"
import { SlackUser } from "../objects/SlackUser.ts"
import { SlackUserGroup } from "../objects/SlackUserGroup.ts"
import type { CallOptions, SlackArguments } from "../SlackCall.ts"
import { SlackError } from "../SlackError.ts"
import type { SlackWebApiShape } from "../SlackWebApiShape.ts"
import type { SlackCaller } from "./slackCaller.ts"

const Next = Schema.optionalKey(
  Schema.NullOr(Schema.Struct({ next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)) })),
)
const Unread = Schema.Array(Schema.Unknown)

const bodies = {
  "auth.teams.list": Schema.Struct({ teams: Unread, response_metadata: Next }),
  "team.info": Schema.Struct({ team: SlackTeam }),
  "users.list": Schema.Struct({ members: Unread, response_metadata: Next }),
  "users.info": Schema.Struct({ user: SlackUser }),
  "usergroups.list": Schema.Struct({ usergroups: Unread }),
  "usergroups.users.list": Schema.Struct({ users: Unread }),
  "bots.info": Schema.Struct({ bot: SlackBot }),
}

const decodeUsers = listDecoder(SlackUser)
const decodeUserGroups = listDecoder(SlackUserGroup)
const decodeTeams = listDecoder(SlackTeam)
const decodeIds = listDecoder(Schema.String)

/** The end of a list is no metadata, no cursor, a null cursor or an empty one. */
const nextOf = (body: { readonly response_metadata?: typeof Next.Type }): { readonly next?: string } => {
  const cursor = body.response_metadata?.next_cursor
  return cursor === undefined || cursor === null || cursor === "" ? {} : { next: cursor }
}

const longestDetail = 300

const decoder = <S extends Schema.ConstraintDecoder<unknown>>(method: string, schema: S) => {
  const decode = Schema.decodeUnknownEffect(schema)
  return (body: unknown): Effect.Effect<S["Type"], SlackError> =>
    decode(body).pipe(
      Effect.mapError(
        // The message of a schema tells paths and expectations, not values.
        ({ message }) =>
          new SlackError({
            method,
            status: 200,
            reason: { _tag: "UnexpectedReply", problem: "shape", detail: excerpt(message, longestDetail) },
          }),
      ),
    )
}

/** The methods, each compiled once. */
export const slackMethodsOver = (caller: SlackCaller): SlackWebApiShape => {
  const answer = <M extends keyof typeof bodies>(method: M) => {
    const decode = decoder(method, bodies[method])
    return (args: SlackArguments, options?: CallOptions): Effect.Effect<(typeof bodies)[M]["Type"], SlackError> =>
      Effect.flatMap(caller(method, args, options), ({ body }) => decode(body))
  }
  const authTeamsList = answer("auth.teams.list")
  const teamInfo = answer("team.info")
  const usersInfo = answer("users.info")
  const userGroupsList = answer("usergroups.list")
  const userGroupsUsersList = answer("usergroups.users.list")
  const botsInfo = answer("bots.info")
  const decodeIdentity = decoder("auth.test", SlackIdentityBody)
  const decodeUsersList = decoder("users.list", bodies["users.list"])

  return {
    authTest: Effect.flatMap(caller("auth.test", {}), ({ body, scopes }) =>
      Effect.map(decodeIdentity(body), (identity) => ({ ...identity, ...(scopes === undefined ? {} : { scopes }) })),
    ),
    authTeamsList: (args = {}) =>
      Effect.map(authTeamsList({ ...args }), (body) => {
        const { records, rejected } = decodeTeams(body.teams)
        return { teams: records, rejected, ...nextOf(body) }
      }),
    teamInfo: (args = {}) => Effect.map(teamInfo({ ...args }), ({ team }) => team),
    usersList: (args, options) =>
      Effect.flatMap(caller("users.list", { ...args }, options), ({ body: undecoded, ...headers }) =>
        Effect.map(decodeUsersList(undecoded), (body) => {
          const { records, rejected } = decodeUsers(body.members)
          return { members: records, rejected, ...nextOf(body), ...headers }
        }),
      ),
    usersInfo: (user) => Effect.map(usersInfo({ user }), (body) => body.user),
    userGroupsList: (args = {}) =>
      Effect.map(userGroupsList({ ...args }), (body) => {
        const { records, rejected } = decodeUserGroups(body.usergroups)
        return { usergroups: records, rejected }
      }),
    userGroupsUsersList: (args) =>
      Effect.map(userGroupsUsersList({ ...args }), (body) => {
        const { records, rejected } = decodeIds(body.users)
        return { users: records, rejected }
      }),
    botsInfo: (bot) => Effect.map(botsInfo({ bot }), (body) => body.bot),
    apiTest: Effect.asVoid(caller("api.test", {})),
    call: (method, args, schema, options) =>
      Effect.flatMap(caller(method, args, options), ({ body }) => decoder(method, schema)(body)),
  }
}
