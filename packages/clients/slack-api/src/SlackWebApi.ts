// Slack's Web API as a service: the methods that connectors read, decoded, within Slack's limits. The stack that a call
// goes through is in webApi/slackCaller.ts, what a failure means in error/.
import type { DecodedList, ListInReply } from "@rollcall/api-client"
import { Id, listDecoder, wrongShape } from "@rollcall/api-client"
import { Resilience } from "@rollcall/resilience"
import { Clock, Context, Duration, Effect, Layer, Option, Redacted, Schema, Semaphore } from "effect"
import type { SlackMethodName } from "./methods.ts"
import type { SlackIdentity } from "./objects.ts"
import { SlackIdentityBody, SlackTeam, SlackUser, SlackUserGroupRecord, withReadableMembers } from "./objects.ts"
import type {
  SlackArgumentsOf,
  SlackCallOptions,
  UserGroupsList,
  UserGroupsListArguments,
  UsersList,
  UsersListArguments,
} from "./SlackCall.ts"
import type { SlackError, SlackReason, SlackReasonTag } from "./SlackError.ts"
import { SlackToken } from "./SlackToken.ts"
import type { SlackCaller, SlackWebApiOptions } from "./webApi/slackCaller.ts"
import { slackCaller } from "./webApi/slackCaller.ts"

/** Slack's Web API with one token. */
export class SlackWebApi extends Context.Service<SlackWebApi, SlackWebApiShape>()("@rollcall/slack-api/SlackWebApi") {
  static readonly layer = (
    options: SlackWebApiOptions = {},
  ): Layer.Layer<SlackWebApi, never, SlackToken | Resilience> =>
    Layer.effect(
      SlackWebApi,
      Effect.gen(function* () {
        const token = yield* SlackToken
        const caller = slackCaller(options, token, yield* Resilience)
        if (options.rememberIdentity === undefined) return { ...slackMethodsOver(caller), forgetIdentity: Effect.void }
        const memory = rememberedIdentity(token, options.rememberIdentity)
        const watched: SlackCaller = (...call) => Effect.tapError(caller(...call), memory.forgetAfter)
        const methods = slackMethodsOver(watched)
        return { ...methods, authTest: memory.ask(methods.authTest), forgetIdentity: memory.forget }
      }),
    )
}

/** Refusals after which the token may be another one, or may do less, than was known. */
const ofTheToken: ReadonlyArray<SlackReasonTag> = ["InvalidAuth", "TokenRevoked", "AccountInactive", "MissingScope"]

const monotonicMillis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos) / 1e6)

/**
 * The answer of `auth.test`, kept so long for one value of the token: a program that lives long asks who its token is with every
 * task, and the answer changes with the token alone. What says that the token is no longer what it was has it asked again at once.
 * Failures are not kept, and those who ask at once share a call.
 */
const rememberedIdentity = (token: SlackToken["Service"], keepFor: Duration.Input) => {
  const millis = Duration.toMillis(Duration.fromInputUnsafe(keepFor))
  const mutex = Semaphore.makeUnsafe(1)
  let kept: { readonly token: string; readonly identity: SlackIdentity; readonly since: number } | undefined
  let failed: { readonly error: SlackError; readonly at: number } | undefined

  const askSince = Effect.fnUntraced(function* (began: number, authTest: Effect.Effect<SlackIdentity, SlackError>) {
    // Who waited for a call that failed has its answer: a Slack that is silent keeps nobody waiting twice.
    if (failed !== undefined && failed.at > began) return yield* failed.error
    // A token that cannot be read is reported by the call, as a failed call.
    const current = yield* Effect.option(Effect.map(token.current, Redacted.value))
    const now = yield* monotonicMillis
    const value = current._tag === "Some" ? current.value : undefined
    if (kept !== undefined && kept.token === value && now - kept.since < millis) return kept.identity
    kept = undefined
    const identity = yield* Effect.tapError(authTest, (error) =>
      Effect.map(monotonicMillis, (at) => void (failed = { error, at })),
    )
    if (value !== undefined) kept = { token: value, identity, since: now }
    return identity
  })

  return {
    /** The answer that is kept for the token as it is now, or a new one. */
    ask: (authTest: Effect.Effect<SlackIdentity, SlackError>): Effect.Effect<SlackIdentity, SlackError> =>
      Effect.flatMap(monotonicMillis, (began) => mutex.withPermit(askSince(began, authTest))),
    forget: Effect.sync(() => {
      kept = undefined
    }),
    /** Forgets the answer where a call of any method was refused for what the token is. */
    forgetAfter: ({ reason }: SlackError): Effect.Effect<void> =>
      Effect.sync(() => {
        if (ofTheToken.includes(reason._tag)) kept = undefined
      }),
  }
}

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

const Unread = Schema.Array(Schema.Unknown)
const UsersBody = Schema.Struct({
  /** Read in pieces, so that it is empty here. */
  members: Unread,
  response_metadata: Schema.optionalKey(
    Schema.NullOr(Schema.Struct({ next_cursor: Schema.optionalKey(Schema.NullOr(Schema.String)) })),
  ),
})

/** The end of a list is no metadata, no cursor, a null cursor or an empty one. */
const nextOf = (body: typeof UsersBody.Type): { readonly next?: string } => {
  const cursor = body.response_metadata?.next_cursor
  return cursor === undefined || cursor === null || cursor === "" ? {} : { next: cursor }
}

const decoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownEffect(schema)
  return (body: unknown): Effect.Effect<S["Type"], SlackReason> =>
    Effect.mapError(decode(body), ({ message }) => wrongShape(message))
}

/** Records that can be read. Where none can, Slack sends something else than it documents, and not an empty list. */
const someReadable = <A>(list: DecodedList<A>): Effect.Effect<DecodedList<A>, SlackReason> =>
  list.records.length === 0 && list.problem !== undefined
    ? Effect.fail(wrongShape(`of ${list.rejected} records none can be read: ${list.problem}`))
    : Effect.succeed(list)

const decodeIds = Schema.decodeUnknownOption(
  Schema.Struct({ id: Id, enterprise_user: Schema.optionalKey(Schema.Unknown) }),
)
const decodeOtherId = Schema.decodeUnknownOption(Schema.Struct({ id: Id }))

/** The ids of members that could not be read: such a member is there all the same. */
const idsOfUnreadable = (values: ReadonlyArray<unknown>, members: ReadonlyArray<SlackUser>): ReadonlyArray<string> => {
  const readable = new Set(members.map(({ id }) => id))
  return values.flatMap((value) => {
    const ids = Option.getOrUndefined(decodeIds(value))
    if (ids === undefined || readable.has(ids.id)) return []
    return [ids.id, ...Option.toArray(decodeOtherId(ids.enterprise_user)).map(({ id }) => id)]
  })
}

const decodeIdentity = decoder(SlackIdentityBody)
const decodeTeam = decoder(Schema.Struct({ team: SlackTeam }))
const decodeUsersBody = decoder(UsersBody)
const decodeUsers = listDecoder(SlackUser)
const decodeUserGroupsBody = decoder(Schema.Struct({ usergroups: Unread }))
const decodeUserGroups = listDecoder(SlackUserGroupRecord)

/** Members of a page, and the ids of those that could not be read. */
interface ReadMembers extends DecodedList<SlackUser> {
  readonly rejectedIds: ReadonlyArray<string>
}

const membersInPieces: ListInReply<ReadMembers> = {
  name: "members",
  decode: (entries) => {
    const list = decodeUsers(entries)
    return { ...list, rejectedIds: list.rejected === 0 ? [] : idsOfUnreadable(entries, list.records) }
  },
}

const decodeUsersPage = Effect.fnUntraced(function* (body: unknown, pieces: ReadonlyArray<ReadMembers>) {
  const list = yield* decodeUsersBody(body)
  const members = pieces.flatMap(({ records }) => records)
  const known = new Set(members.map(({ id }) => id))
  const rejectedIds = pieces.flatMap((piece) => piece.rejectedIds).filter((id) => !known.has(id))
  const { records, rejected } = yield* someReadable({
    records: members,
    rejected: pieces.reduce((sum, piece) => sum + piece.rejected, 0),
    problem: pieces.find(({ problem }) => problem !== undefined)?.problem,
  })
  return { members: records, rejected, ...(rejectedIds.length === 0 ? {} : { rejectedIds }), ...nextOf(list) }
})

const decodeUserGroupsList = (body: unknown) =>
  Effect.flatMap(decodeUserGroupsBody(body), ({ usergroups }) => someReadable(decodeUserGroups(usergroups)))

/** The methods over one caller. */
const slackMethodsOver = (caller: SlackCaller): Omit<SlackWebApiShape, "forgetIdentity"> => ({
  authTest: Effect.gen(function* () {
    const { body, scopes } = yield* caller("auth.test", {}, decodeIdentity)
    return { ...body, ...(scopes === undefined ? {} : { scopes }) }
  }),
  teamInfo: (args = {}) => Effect.map(caller("team.info", { ...args }, decodeTeam), ({ body }) => body.team),
  usersList: Effect.fnUntraced(function* (args, options) {
    const { body, ...headers } = yield* caller("users.list", { ...args }, decodeUsersPage, options, membersInPieces)
    return { ...body, ...headers }
  }),
  userGroupsList: Effect.fnUntraced(function* (args = {}) {
    const { body } = yield* caller("usergroups.list", { ...args }, decodeUserGroupsList)
    const { records, rejected } = body
    const groups = records.map(withReadableMembers)
    return {
      usergroups: groups.map(({ group }) => group),
      rejected,
      rejectedMembers: groups.reduce((sum, group) => sum + group.rejected, 0),
    }
  }),
  call: (method, args, schema, options) =>
    Effect.map(caller(method, args, decoder(schema), options), ({ body }) => body),
})
