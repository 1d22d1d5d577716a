// The client against a whole Slack: real HTTP for the calls, and in process on a virtual clock for the limits.
import { Resilience } from "@rollcall/resilience"
import { makeSimulator, startSimulator } from "@rollcall/slack-simulator"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Layer, Redacted, Schema } from "effect"
import { SlackTeam, SlackToken, SlackUser, SlackWebApi, type SlackWebApiOptions, usersPage } from "../src/index.ts"
import { leapingClock } from "@rollcall/test-kit/virtual-time"

const client = (token: string, options: SlackWebApiOptions) =>
  SlackWebApi.layer(options).pipe(
    Layer.provideMerge(Layer.mergeAll(SlackToken.layer(Redacted.make(token)), Resilience.layer)),
  )

const allMembers = Effect.gen(function* () {
  const members: Array<SlackUser> = []
  let next: string | undefined
  do {
    const page = yield* usersPage(next)
    members.push(...page.members)
    next = page.next
  } while (next !== undefined)
  return members
})

describe("a simulated Slack", () => {
  it.live("answers every method over HTTP", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator({ users: 1200, userGroups: 3, seed: 7, rateLimits: "off" })
      yield* Effect.gen(function* () {
        const api = yield* SlackWebApi
        yield* api.call("api.test", {}, Schema.Unknown)
        const who = yield* api.authTest
        assert.strictEqual(who.team_id, slack.teamId)
        assert.include(who.scopes ?? [], "users:read")
        assert.strictEqual((yield* api.teamInfo()).id, slack.teamId)
        const Teams = Schema.Struct({ teams: Schema.Array(SlackTeam) })
        const { teams } = yield* api.call("auth.teams.list", {}, Teams)
        assert.deepStrictEqual(
          teams.map(({ id }) => id),
          [slack.teamId],
        )
        const members = yield* allMembers
        assert.lengthOf(members, 1201)
        assert.strictEqual(new Set(members.map(({ id }) => id)).size, 1201)
        const first = members[0]?.id ?? ""
        const { user } = yield* api.call("users.info", { user: first }, Schema.Struct({ user: SlackUser }))
        assert.deepStrictEqual(user, members[0])
        const { usergroups } = yield* api.userGroupsList({ include_users: true })
        const group = usergroups.find(({ users }) => users !== undefined && users !== null && users.length > 0)
        const Members = Schema.Struct({ users: Schema.Array(Schema.String) })
        const { users } = yield* api.call("usergroups.users.list", { usergroup: group?.id ?? "" }, Members)
        assert.deepStrictEqual(users, group?.users)
      }).pipe(Effect.provide(client(slack.botToken, { baseUrl: slack.webApiUrl, speed: Number.POSITIVE_INFINITY })))
    }),
  )

  it.effect("is read within its published limits: 10,000 accounts take 11 calls and 30 s of its clock", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({ users: 10_000, userGroups: 0, rateLimits: "published" })
      const options = { baseUrl: slack.webApiUrl, fetch: slack.fetch, timeout: Duration.infinity }
      const [members, state] = yield* Effect.all([allMembers, Resilience.use(({ state: all }) => all)]).pipe(
        Effect.provide(client(slack.botToken, options)),
      )
      assert.lengthOf(members, 10_001)
      assert.strictEqual(yield* Clock.currentTimeMillis, 30_000)
      assert.deepInclude(state[0], { key: "users.list", calls: 11, throttled: 0 })
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )

  it.effect("that throttles is waited for, and the page is asked for again from its own cursor", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({
        users: 3000,
        userGroups: 0,
        rateLimits: "off",
        faults: [
          { method: "users.list", call: 2, times: 3, fault: { kind: "rateLimited", retryAfter: 30 } },
          { method: "users.list", call: 6, fault: { kind: "rateLimitedInside" } },
        ],
      })
      const options = { baseUrl: slack.webApiUrl, fetch: slack.fetch, timeout: Duration.infinity }
      const members = yield* allMembers.pipe(Effect.provide(client(slack.botToken, options)))
      assert.strictEqual(new Set(members.map(({ id }) => id)).size, 3001)
      assert.deepStrictEqual(slack.calls(), { "users.list": 8 })
      assert.isAtLeast(yield* Clock.currentTimeMillis, 120_000)
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )

  it.effect("that never stops throttling is given up after eight retries", () =>
    Effect.gen(function* () {
      const slack = yield* makeSimulator({
        users: 10,
        faults: [{ method: "*", times: "always", fault: { kind: "rateLimited", retryAfter: 30 } }],
      })
      const options = { baseUrl: slack.webApiUrl, fetch: slack.fetch, timeout: Duration.infinity }
      const error = yield* Effect.flip(allMembers).pipe(Effect.provide(client(slack.botToken, options)))
      assert.deepInclude(error, { attempts: 9, waitedMillis: 240_000, category: "unavailable" })
      assert.include(error.message, "Gave up after 9 attempts, with 240 s of waiting.")
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )
})
