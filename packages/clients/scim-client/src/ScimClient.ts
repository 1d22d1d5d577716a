// SCIM as a service: users and groups of one server, decoded, within its limits. The stack that a call goes through is in
// client/scimCaller.ts, what a failure means in error/, what is particular to a server in dialect/.
import type { ApiTransport, TokenSource } from "@rollcall/api-client"
import { Count, readable, wrongShape } from "@rollcall/api-client"
import { Resilience } from "@rollcall/resilience"
import type { Redacted } from "effect"
import { Context, Effect, Layer, Schema } from "effect"
import { collectionOver } from "./client/collectionOver.ts"
import type { ScimRequest } from "./client/scimCaller.ts"
import { scimCaller } from "./client/scimCaller.ts"
import type { ScimDialect, ScimVersion } from "./dialect/ScimDialect.ts"
import type { GroupChange } from "./patch/groupPatch.ts"
import { groupPatch, groupPatchBody } from "./patch/groupPatch.ts"
import type { UserChange } from "./patch/userPatch.ts"
import { userPatchBody } from "./patch/userPatch.ts"
import type { ScimGroupInput, ScimUserInput } from "./resources/inputs.ts"
import { groupBody, userBody } from "./resources/inputs.ts"
import type { ScimGroup, ScimUser } from "./resources/records.ts"
import { groupOf, Part, ScimGroupRecord, ScimUserRecord, userOf } from "./resources/records.ts"
import type { ScimCollection } from "./ScimCollection.ts"
import type { ScimError } from "./ScimError.ts"

/**
 * Where the current token comes from: a service, because its value can change while the process runs. It is asked for before
 * every attempt of a call. A token that lives in a file comes from the app.
 */
export class ScimToken extends Context.Service<ScimToken, { readonly current: TokenSource }>()(
  "@rollcall/scim-client/ScimToken",
) {
  /** A token that stays as it is. */
  static readonly layer = (token: Redacted.Redacted): Layer.Layer<ScimToken> =>
    Layer.succeed(ScimToken, { current: Effect.succeed(token) })
}

/** How a client of SCIM is set up. */
export interface ScimClientOptions extends ApiTransport {
  /** Up to the version, which is appended: `https://api.slack.com/scim/`. */
  readonly baseUrl: string
  readonly version: ScimVersion
  readonly dialect: ScimDialect
  /** The part of the server's limits to spend, above 0 and at most 1; default half, as other apps share them. */
  readonly share?: number | undefined
  /** How much faster than published the limits run, for a simulator; default 1. `Infinity` turns budgets off. */
  readonly speed?: number | undefined
  /** Runs when the server no longer takes the token. */
  readonly onInvalidAuth?: Effect.Effect<void> | undefined
}

const supported = Schema.optionalKey(readable(Schema.Boolean))

/**
 * What a server says it can do. Slack says `filter.supported: false` on v2 and takes filters all the same.
 * Source: https://datatracker.ietf.org/doc/html/rfc7643#section-5
 */
export const ServiceProviderConfig = Schema.Struct({
  patch: Part({ supported }),
  bulk: Part({ supported, maxOperations: Count, maxPayloadSize: Count }),
  filter: Part({ supported, maxResults: Count }),
  changePassword: Part({ supported }),
  sort: Part({ supported }),
  etag: Part({ supported }),
})
export type ServiceProviderConfig = typeof ServiceProviderConfig.Type

export type ScimUsers = ScimCollection<ScimUser, ScimUserInput, UserChange>

export interface ScimGroups extends ScimCollection<ScimGroup, ScimGroupInput, GroupChange> {
  /** Adds one member and touches no other. The group after it; `undefined` where the server answered without a body. */
  readonly addMember: (group: string, user: string) => Effect.Effect<ScimGroup | undefined, ScimError>
  /** Removes one member and touches no other. The group after it; `undefined` where the server answered without a body. */
  readonly removeMember: (group: string, user: string) => Effect.Effect<ScimGroup | undefined, ScimError>
}

const decodeConfig = Schema.decodeUnknownEffect(ServiceProviderConfig)

/** One server with one token. */
export class ScimClient extends Context.Service<
  ScimClient,
  {
    readonly users: ScimUsers
    readonly groups: ScimGroups
    /** What the server says it can do. Slack answers it with any token. */
    readonly serviceProviderConfig: Effect.Effect<ServiceProviderConfig, ScimError>
  }
>()("@rollcall/scim-client/ScimClient") {
  static readonly layer = (options: ScimClientOptions): Layer.Layer<ScimClient, never, ScimToken | Resilience> =>
    Layer.effect(
      ScimClient,
      Effect.gen(function* () {
        const { version, dialect } = options
        const caller = scimCaller(options, yield* ScimToken, yield* Resilience)
        const users: ScimUsers = collectionOver(caller, dialect, {
          endpoint: "Users",
          record: ScimUserRecord,
          of: userOf,
          unreadableMembers: () => 0,
          body: (input: ScimUserInput) => userBody(version, dialect, input),
          patchBody: (changes: ReadonlyArray<UserChange>) => userPatchBody(version, dialect, changes),
          namedBy: () => [],
        })
        const groups = collectionOver(caller, dialect, {
          endpoint: "Groups",
          record: ScimGroupRecord,
          of: groupOf,
          unreadableMembers: (group) => group.unreadableMembers,
          body: (input: ScimGroupInput) => groupBody(version, input),
          patchBody: (changes: ReadonlyArray<GroupChange>) => groupPatchBody(version, changes),
          namedBy: (change: GroupChange) => ("users" in change ? change.users : []),
        })
        const config: ScimRequest = {
          verb: "GET",
          kind: "ServiceProviderConfig get",
          path: version === "v1" ? "ServiceProviderConfigs" : "ServiceProviderConfig",
        }
        return ScimClient.of({
          users,
          groups: {
            ...groups,
            addMember: (group, user) => groups.patch(group, [groupPatch.addMembers(user)]),
            removeMember: (group, user) => groups.patch(group, [groupPatch.removeMembers(user)]),
          },
          serviceProviderConfig: caller.call(config, (json) =>
            Effect.mapError(decodeConfig(json), ({ message }) => wrongShape(message)),
          ),
        })
      }),
    )
}
