// The client against a whole Slack: real HTTP for the calls, and in process on a virtual clock for the limits.
import { assert, describe, it } from "@effect/vitest"
import { Resilience } from "@rollcall/resilience"
import { makeSimulator, type SimulatorOptions, startSimulator } from "@rollcall/slack-simulator"
import { Clock, Duration, Effect, Layer, Redacted, Stream } from "effect"
import {
  groupPatch,
  ScimClient,
  type ScimClientOptions,
  scimFilter,
  ScimToken,
  slackDialect,
  userPatch,
} from "../src/index.ts"
import { leapingClock } from "@rollcall/test-kit/virtual-time"
import { quickRetries } from "./scimServer.ts"

const businessPlus = {
  plan: "business-plus",
  users: 60,
  userGroups: 4,
  idpGroups: 6,
  seed: 7,
  rateLimits: "off",
} as const satisfies SimulatorOptions

type Version = ScimClientOptions["version"]

interface Slack {
  readonly scimUrl: string
  readonly userToken: string
}

const clientOf = ({ scimUrl, userToken }: Slack, version: Version, options: Partial<ScimClientOptions> = {}) =>
  ScimClient.layer({
    baseUrl: scimUrl,
    version,
    dialect: slackDialect,
    speed: Number.POSITIVE_INFINITY,
    retry: quickRetries,
    ...options,
  }).pipe(Layer.provideMerge(Layer.mergeAll(ScimToken.layer(Redacted.make(userToken)), Resilience.layer)))

/** A client of a simulated Slack over HTTP; the effect is told of both. */
const withSlack = <A, E>(
  version: Version,
  use: (
    client: ScimClient["Service"],
    slack: Effect.Success<ReturnType<typeof startSimulator>>,
  ) => Effect.Effect<A, E, ScimClient>,
  options: SimulatorOptions = {},
) =>
  Effect.gen(function* () {
    const slack = yield* startSimulator({ ...businessPlus, ...options })
    return yield* Effect.flatMap(ScimClient, (client) => use(client, slack)).pipe(
      Effect.provide(clientOf(slack, version)),
    )
  })

const everyone = (client: ScimClient["Service"], count: number) => Stream.runCollect(client.users.list({ count }))

const idsOf = (resources: ReadonlyArray<{ readonly id: string }>) => resources.map(({ id }) => id)

/** A group, and someone who is a member of another and may become one of this. */
const groupAndStranger = Effect.fnUntraced(function* ({ users, groups }: ScimClient["Service"]) {
  const all = yield* Stream.runCollect(groups.list())
  const group = all.toSorted((a, b) => a.members.length - b.members.length).find(({ members }) => members.length >= 3)
  const members = idsOf(group?.members ?? [])
  const elsewhere = new Set(all.flatMap((other) => idsOf(other.members)).filter((id) => !members.includes(id)))
  const person = (yield* Stream.runCollect(users.list())).findLast(
    ({ id, active, guest }) => elsewhere.has(id) && active === true && guest === undefined,
  )
  if (group === undefined || person === undefined) return yield* Effect.die("No such group or person.")
  return { group, person }
})

describe.each(["v1", "v2"] as const)("a simulated Slack's SCIM %s", (version) => {
  it.live("lists everyone, whatever the size of a page", () =>
    withSlack(version, (client, slack) =>
      Effect.gen(function* () {
        const whole = yield* everyone(client, 1000)
        const paged = yield* everyone(client, 7)
        assert.isAbove(whole.length, 50)
        assert.deepStrictEqual(idsOf(paged), idsOf(whole))
        assert.strictEqual(new Set(idsOf(whole)).size, whole.length)
        assert.isTrue(whole.some(({ active }) => active === false))
        assert.strictEqual(slack.calls()["scim.users.list"], 1 + Math.ceil((whole.length - 1) / 6))
      }),
    ),
  )

  it.live("lists every group with its members inline, as it shows each alone", () =>
    withSlack(version, ({ groups }) =>
      Effect.gen(function* () {
        const list = yield* Stream.runCollect(groups.list())
        assert.isAtLeast(list.length, 6)
        const largest = list.toSorted((a, b) => b.members.length - a.members.length)[0]
        assert.isDefined(largest)
        if (largest === undefined) return
        assert.isAbove(largest.members.length, 0)
        assert.deepStrictEqual(yield* groups.get(largest.id), largest)
      }),
    ),
  )

  it.live("finds one account by its name, and none by a name that nobody has", () =>
    withSlack(version, (client) =>
      Effect.gen(function* () {
        const ada = (yield* everyone(client, 1000)).find(({ userName }) => userName !== undefined)
        const find = (name: string) =>
          Stream.runCollect(client.users.list({ filter: scimFilter.equals("userName", name) }))
        assert.deepStrictEqual(idsOf(yield* find(ada?.userName ?? "")), [ada?.id])
        assert.deepStrictEqual(yield* find("nobody.has.this"), [])
      }),
    ),
  )

  it.live("finds nobody also where it answers that with 404", () =>
    withSlack(
      version,
      ({ users }) =>
        Effect.gen(function* () {
          const found = yield* Stream.runCollect(users.list({ filter: scimFilter.equals("userName", "nobody") }))
          assert.deepStrictEqual(found, [])
        }),
      { scimNoMatch: 404 },
    ),
  )

  it.live("adds one member and removes one, and touches no other", () =>
    withSlack(version, (client, slack) =>
      Effect.gen(function* () {
        const { groups } = client
        const { group, person } = yield* groupAndStranger(client)
        const before = idsOf(group.members)
        const added = yield* groups.addMember(group.id, person.id)
        // v1 answers 204, v2 with the group.
        assert.strictEqual(added === undefined, version === "v1")
        assert.sameMembers(idsOf((yield* groups.get(group.id)).members), [...before, person.id])
        yield* groups.addMember(group.id, person.id)
        assert.lengthOf((yield* groups.get(group.id)).members, before.length + 1)
        yield* groups.removeMember(group.id, person.id)
        assert.sameMembers(idsOf((yield* groups.get(group.id)).members), before)
        yield* groups.removeMember(group.id, person.id)
        assert.sameMembers(idsOf((yield* groups.get(group.id)).members), before)
        assert.strictEqual(slack.calls()["scim.groups.patch"], 4)
      }),
    ),
  )

  it.live("empties a group only where that is asked for", () =>
    withSlack(version, (client) =>
      Effect.gen(function* () {
        const { group } = yield* groupAndStranger(client)
        yield* client.groups.patch(group.id, [groupPatch.removeAllMembers()])
        assert.deepStrictEqual((yield* client.groups.get(group.id)).members, [])
      }),
    ),
  )

  it.live("creates, renames, overwrites and deletes a group", () =>
    withSlack(version, (client) =>
      Effect.gen(function* () {
        const { groups } = client
        const { person } = yield* groupAndStranger(client)
        const created = yield* groups.create({ displayName: "Crew", members: [{ id: person.id }] })
        assert.deepStrictEqual([created.displayName, idsOf(created.members)], ["Crew", [person.id]])
        yield* groups.patch(created.id, [groupPatch.rename("Staff")])
        assert.strictEqual((yield* groups.get(created.id)).displayName, "Staff")
        yield* groups.replace(created.id, { displayName: "All" })
        const overwritten = yield* groups.get(created.id)
        assert.deepStrictEqual([overwritten.displayName, overwritten.members], ["All", []])
        yield* groups.delete(created.id)
        const error = yield* Effect.flip(groups.get(created.id))
        assert.deepInclude(error, { category: "notFound", code: "no_such_group", status: 404 })
      }),
    ),
  )

  it.live("creates, changes and overwrites a user", () =>
    withSlack(version, ({ users }) =>
      Effect.gen(function* () {
        const ada = {
          userName: "ada",
          displayName: "Ada",
          givenName: "Ada",
          familyName: "Byron",
          emails: [{ value: "ada@example.com", primary: true }],
          enterprise: { department: "Engines", managerId: "U9" },
        }
        const created = yield* users.create(ada)
        assert.deepInclude(created, ada)
        const again = yield* Effect.flip(users.create(ada))
        assert.deepInclude(again, { category: "refused", code: "username_taken", isUncertain: false })
        yield* users.patch(created.id, [
          userPatch.set("title", "Countess"),
          userPatch.set("department", "Poetry"),
          userPatch.clear("displayName"),
        ])
        const changed = yield* users.get(created.id)
        assert.deepInclude(changed, { title: "Countess", familyName: "Byron" })
        assert.deepStrictEqual(changed.enterprise, { department: "Poetry", managerId: "U9" })
        assert.isUndefined(changed.displayName)
        yield* users.replace(created.id, { ...ada, active: true, title: "Analyst" })
        assert.deepInclude(yield* users.get(created.id), { title: "Analyst", displayName: "Ada" })
      }),
    ),
  )

  it.live("deactivates in place of deleting, as often as it is asked to", () =>
    withSlack(
      version,
      (client) =>
        Effect.gen(function* () {
          const { person } = yield* groupAndStranger(client)
          yield* client.users.delete(person.id)
          yield* client.users.delete(person.id)
          assert.isFalse((yield* client.users.get(person.id)).active)
          yield* client.users.patch(person.id, [userPatch.activate()])
          assert.isTrue((yield* client.users.get(person.id)).active)
        }),
      { activeDelayMillis: 0 },
    ),
  )

  it.live("shows a deactivation late", () =>
    withSlack(
      version,
      (client) =>
        Effect.gen(function* () {
          const { person } = yield* groupAndStranger(client)
          yield* client.users.delete(person.id)
          assert.isTrue((yield* client.users.get(person.id)).active)
        }),
      { activeDelayMillis: 60_000 },
    ),
  )

  it.live("refuses what an admin's token may not do to an owner, in Slack's own word", () =>
    withSlack(
      version,
      (client) =>
        Effect.gen(function* () {
          const refusals = []
          for (const user of yield* everyone(client, 1000)) {
            const result = yield* Effect.result(client.users.patch(user.id, [userPatch.set("title", "x")]))
            if (result._tag === "Failure" && result.failure.code === "cannot_modify_owner")
              refusals.push(result.failure)
          }
          assert.isNotEmpty(refusals)
          assert.deepInclude(refusals[0], { category: "refused", kind: "refused", status: 403, isUncertain: false })
        }),
      { userTokenRank: "admin" },
    ),
  )

  it.live("on Pro is refused for its plan", () =>
    withSlack(
      version,
      ({ users }) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(users.page({ startIndex: 1, count: 1 }))
          assert.deepInclude(error, { category: "refused", code: "plus_teams_only", kind: "refused" })
          assert.include(error.hint, "Business+")
        }),
      { plan: "pro" },
    ),
  )

  it.live("with a token that it does not know is refused for the credential, but says what it can do", () =>
    Effect.gen(function* () {
      const slack = yield* startSimulator(businessPlus)
      yield* Effect.gen(function* () {
        const { users, serviceProviderConfig } = yield* ScimClient
        const error = yield* Effect.flip(users.page({ startIndex: 1, count: 1 }))
        assert.deepInclude(error, { category: "credential", code: "invalid_authentication", status: 401 })
        assert.isTrue((yield* serviceProviderConfig).patch?.supported)
      }).pipe(Effect.provide(clientOf({ ...slack, userToken: "xoxp-nobody" }, version)))
    }),
  )

  it.live("of which a write takes effect though its answer is lost is not asked twice, and a read tells", () =>
    withSlack(
      version,
      (client, slack) =>
        Effect.gen(function* () {
          const { group, person } = yield* groupAndStranger(client)
          const error = yield* Effect.flip(client.groups.addMember(group.id, person.id))
          assert.deepInclude(error, { isUncertain: true, isRetryable: false, category: "unavailable" })
          assert.strictEqual(slack.calls()["scim.groups.patch"], 1)
          assert.include(idsOf((yield* client.groups.get(group.id)).members), person.id)
        }),
      { faults: [{ method: "scim.groups.patch", fault: { kind: "afterEffect" } }] },
    ),
  )

  it.live("of which the connection is cut after a write took effect is not asked twice either", () =>
    withSlack(
      version,
      (client, slack) =>
        Effect.gen(function* () {
          const { group, person } = yield* groupAndStranger(client)
          const error = yield* Effect.flip(client.groups.addMember(group.id, person.id))
          assert.deepInclude(error.reason, { _tag: "Network", problem: "reset" })
          assert.isTrue(error.isUncertain)
          assert.strictEqual(slack.calls()["scim.groups.patch"], 1)
        }),
      { faults: [{ method: "scim.groups.patch", fault: { kind: "afterEffect", status: "cut" } }] },
    ),
  )

  it.live("in which someone appears or a group vanishes between two pages is read whole all the same", () =>
    withSlack(
      version,
      (client) =>
        Effect.gen(function* () {
          const accounts = yield* everyone(client, 10)
          assert.sameMembers(idsOf(accounts), idsOf(yield* everyone(client, 1000)))
          const groups = idsOf(yield* Stream.runCollect(client.groups.list({ count: 2, concurrency: 1 })))
          const left = idsOf(yield* Stream.runCollect(client.groups.list()))
          assert.includeMembers(groups, left)
        }),
      {
        faults: [
          { method: "scim.users.list", call: 2, fault: { kind: "listChanges", change: "created" } },
          { method: "scim.groups.list", call: 2, fault: { kind: "listChanges", change: "deleted" } },
        ],
      },
    ),
  )
})

describe("a simulated Slack on a virtual clock", () => {
  const inProcess = (options: SimulatorOptions, client: Partial<ScimClientOptions> = {}) =>
    Effect.map(makeSimulator({ ...businessPlus, ...options }), (slack) => ({
      slack,
      layer: clientOf(slack, "v2", { fetch: slack.fetch, timeout: Duration.infinity, speed: 1, ...client }),
    }))

  it.effect("is never asked faster than half of its limits, so that it never throttles", () =>
    Effect.gen(function* () {
      const { layer, slack } = yield* inProcess({ rateLimits: "published" })
      yield* Effect.gen(function* () {
        const client = yield* ScimClient
        const { group, person } = yield* groupAndStranger(client)
        const started = yield* Clock.currentTimeMillis
        // 180 a minute and a burst of 80, halved: 40 at once, then one every 2/3 s.
        for (let n = 0; n < 50; n++) {
          yield* client.groups.addMember(group.id, person.id)
          yield* client.groups.removeMember(group.id, person.id)
        }
        assert.strictEqual((yield* Clock.currentTimeMillis) - started, 40_000)
        const state = yield* Resilience.use((resilience) => resilience.state)
        assert.isTrue(state.every(({ throttled }) => throttled === 0))
        assert.strictEqual(slack.calls()["scim.groups.patch"], 100)
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )

  it.effect("that throttles one kind of writes cools that kind and all writes, and no reads", () =>
    Effect.gen(function* () {
      const { layer } = yield* inProcess({
        faults: [{ method: "scim.users.patch", times: 3, fault: { kind: "rateLimited", retryAfter: 30 } }],
      })
      yield* Effect.gen(function* () {
        const client = yield* ScimClient
        const { person } = yield* groupAndStranger(client)
        yield* client.users.patch(person.id, [userPatch.set("title", "x")])
        const state = yield* Resilience.use((resilience) => resilience.state)
        const throttled = Object.fromEntries(state.map((key) => [key.key.replace(/@.*/u, ""), key.throttled]))
        assert.deepStrictEqual(throttled, {
          "SCIM reads": 0,
          "SCIM PUT and PATCH Users/id": 3,
          "SCIM writes": 3,
        })
        assert.isAtLeast(yield* Clock.currentTimeMillis, 90_000)
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )

  it.effect("that still writes an object is tried again, and holds up nobody else", () =>
    Effect.gen(function* () {
      const { layer, slack } = yield* inProcess({
        faults: [{ method: "scim.groups.patch", times: 2, fault: { kind: "error", error: "resource_locked" } }],
      })
      yield* Effect.gen(function* () {
        const client = yield* ScimClient
        const { group, person } = yield* groupAndStranger(client)
        yield* client.groups.addMember(group.id, person.id)
        const state = yield* Resilience.use((resilience) => resilience.state)
        assert.isTrue(state.every(({ throttled, cooldownMillis }) => throttled === 0 && cooldownMillis === 0))
        assert.strictEqual(slack.calls()["scim.groups.patch"], 3)
      }).pipe(Effect.provide(layer))
    }).pipe(Effect.provideService(Clock.Clock, leapingClock())),
  )

  it.live("gets writes of one object one after the other, so that it need not lock", () =>
    withSlack(
      "v2",
      (client, slack) =>
        Effect.gen(function* () {
          const { group, person } = yield* groupAndStranger(client)
          const add = client.groups.addMember(group.id, person.id)
          yield* Effect.all([add, add, add], { concurrency: "unbounded" })
          assert.strictEqual(slack.calls()["scim.groups.patch"], 3)
        }),
      { writeMillis: 50 },
    ),
  )
})
