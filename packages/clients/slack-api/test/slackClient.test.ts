// What Slack's own client is to this package: the arguments that it sends, the types of arguments and replies.
import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import {
  type AuthTestResponse,
  type TeamInfoResponse,
  type UsergroupsListResponse,
  type UsersListResponse,
  WebClient,
} from "@slack/web-api"
import { Effect, Schema } from "effect"
import {
  type SlackArguments,
  type SlackArgumentsOf,
  type SlackIdentity,
  type SlackTeam,
  type SlackUser,
  type SlackUserGroup,
  SlackWebApi,
} from "../src/index.ts"
import { clientLayer, testToken } from "./slackServer.ts"

interface Sent {
  readonly url: string
  readonly method: string | undefined
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** A `fetch` that keeps what it is given, and answers that all is well. */
const keeping = () => {
  const sent: Array<Sent> = []
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    const { "user-agent": _, ...headers } = Object.fromEntries(new Headers(init.headers))
    sent.push({ url: new Request(url).url, method: init.method, body: init.body, headers })
    return new Response('{"ok":true}')
  }
  return { sent, fetch }
}

describe("a request", () => {
  const requests: ReadonlyArray<readonly [method: string, args: SlackArguments]> = [
    ["auth.test", {}],
    ["users.list", { limit: 999, cursor: "dXNlcjpV==", team_id: undefined }],
    ["usergroups.list", { include_users: true, include_disabled: false }],
    ["users.lookupByEmail", { email: "ada+lovelace@example.com" }],
    ["chat.postMessage", { channel: "C1", text: "Größe 50 % & mehr: (*'~!) \u{1F600}\n" }],
    ["conversations.list", { types: "public_channel,private_channel", cursor: "" }],
  ]
  it.effect.each(requests)("of %s is, byte for byte, the one that Slack's own client sends", ([method, args]) =>
    Effect.gen(function* () {
      const theirs = keeping()
      yield* Effect.promise(() => new WebClient(testToken, { fetch: theirs.fetch }).apiCall(method, { ...args }))
      const ours = keeping()
      const call = SlackWebApi.use((api) => api.call<typeof Schema.Unknown, string>(method, args, Schema.Unknown))
      yield* Effect.provide(call, clientLayer({ fetch: ours.fetch }))
      assert.deepStrictEqual(ours.sent, theirs.sent)
    }),
  )
})

describe("the types of Slack's client", () => {
  it("say which arguments a method takes, apart from the token", () => {
    expectTypeOf<SlackArgumentsOf<"users.info">>().toHaveProperty("user")
    expectTypeOf<SlackArgumentsOf<"users.info">>().not.toHaveProperty("token")
    expectTypeOf<SlackArgumentsOf<"admin.roles.listAssignments">>().toHaveProperty("role_ids")
    expectTypeOf<SlackArgumentsOf<"something.new">>().toEqualTypeOf<SlackArguments>()
    expectTypeOf<{ usr: "U1" }>().not.toExtend<SlackArgumentsOf<"users.info">>()
    expectTypeOf<{ limit: "all" }>().not.toExtend<SlackArgumentsOf<"users.list">>()
    expectTypeOf<{ types: ReadonlyArray<string>; cursor: undefined }>().toExtend<
      SlackArgumentsOf<"conversations.list">
    >()
  })

  it("know every field that is read, but for two of accounts and the scopes, which stand in a header", () => {
    type Member = NonNullable<UsersListResponse["members"]>[number]
    type Lacking<Ours, Theirs> = Exclude<keyof Ours, keyof Theirs>
    expectTypeOf<Lacking<SlackUser, Member>>().toEqualTypeOf<"is_stranger" | "is_connector_bot">()
    expectTypeOf<
      Lacking<SlackUserGroup, NonNullable<UsergroupsListResponse["usergroups"]>[number]>
    >().toEqualTypeOf<never>()
    expectTypeOf<Lacking<SlackTeam, NonNullable<TeamInfoResponse["team"]>>>().toEqualTypeOf<never>()
    expectTypeOf<Lacking<SlackIdentity, AuthTestResponse>>().toEqualTypeOf<"scopes">()
  })
})
