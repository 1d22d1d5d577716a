// The client against a server that is not Slack's and not ours, over real HTTP.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { genericDialect, groupPatch, ScimClient, scimFilter, userPatch } from "../src/index.ts"
import { clientLayer } from "./scimServer.ts"
import { standardServer, standardToken } from "./standardServer.ts"

const withServer = <A, E>(use: (client: ScimClient["Service"]) => Effect.Effect<A, E>, token = standardToken) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* standardServer
    return yield* ScimClient.use(use).pipe(
      Effect.provide(clientLayer({ baseUrl, version: "v2", dialect: genericDialect }, token)),
    )
  })

const idsOf = (resources: ReadonlyArray<{ readonly id: string }>) => resources.map(({ id }) => id)
const ada = {
  userName: "ada",
  externalId: "hr-7",
  displayName: "Ada",
  givenName: "Ada",
  familyName: "Byron",
  active: true,
  emails: [{ value: "ada@example.com", primary: true }],
  enterprise: { department: "Engines", managerId: "user-9" },
}

describe("a SCIM server that keeps to the standard", () => {
  it.live("takes a user, shows it, changes it and deletes it", () =>
    withServer(({ users }) =>
      Effect.gen(function* () {
        const { id } = yield* users.create(ada)
        assert.deepInclude(yield* users.get(id), ada)
        const changed = yield* users.patch(id, [
          userPatch.deactivate(),
          userPatch.set("title", "Countess"),
          userPatch.set("familyName", "Lovelace"),
          userPatch.set("department", "Poetry"),
          userPatch.set("managerId", "user-8"),
          userPatch.clear("displayName"),
        ])
        assert.deepInclude(changed, { active: false, title: "Countess", givenName: "Ada", familyName: "Lovelace" })
        assert.deepStrictEqual(changed?.enterprise, { department: "Poetry", managerId: "user-8" })
        assert.isUndefined(changed?.displayName)
        assert.deepStrictEqual(yield* users.get(id), changed)
        yield* users.replace(id, { userName: "ada", active: true })
        const replaced = yield* users.get(id)
        assert.deepInclude(replaced, { userName: "ada", active: true })
        assert.isUndefined(replaced.title)
        yield* users.delete(id)
        assert.deepInclude(yield* Effect.flip(users.get(id)), { category: "notFound", status: 404 })
      }),
    ),
  )

  it.live("lists everyone once, page by page", () =>
    withServer(({ users }) =>
      Effect.gen(function* () {
        for (let n = 1; n <= 25; n++) yield* users.create({ userName: `user${n}` })
        const all = yield* Stream.runCollect(users.list({ count: 4 }))
        assert.lengthOf(all, 25)
        assert.deepStrictEqual(idsOf(yield* Stream.runCollect(users.list({ count: 7, concurrency: 3 }))), idsOf(all))
        const last = yield* users.page({ startIndex: 25, count: 4 })
        assert.deepInclude(last, { totalResults: 25, itemsPerPage: 1, rejected: 0 })
      }),
    ),
  )

  it.live("finds one user by a filter, and none by one that nothing matches", () =>
    withServer(({ users }) =>
      Effect.gen(function* () {
        const { id } = yield* users.create(ada)
        yield* users.create({ userName: "bob" })
        const find = (name: string) => Stream.runCollect(users.list({ filter: scimFilter.equals("userName", name) }))
        assert.deepStrictEqual(idsOf(yield* find("ada")), [id])
        assert.deepStrictEqual(idsOf(yield* find("nobody")), [])
      }),
    ),
  )

  it.live("adds one member to a group and removes one, and keeps the others", () =>
    withServer(({ users, groups }) =>
      Effect.gen(function* () {
        const [first, second, third] = yield* Effect.forEach(["ada", "bob", "cy"], (userName) =>
          Effect.map(users.create({ userName }), ({ id }) => id),
        )
        assert.isDefined(third)
        if (first === undefined || second === undefined || third === undefined) return
        const { id } = yield* groups.create({ displayName: "Crew", members: [{ id: first }, { id: second }] })
        yield* groups.addMember(id, third)
        assert.sameMembers(idsOf((yield* groups.get(id)).members), [first, second, third])
        yield* groups.removeMember(id, second)
        assert.sameMembers(idsOf((yield* groups.get(id)).members), [first, third])
        yield* groups.patch(id, [groupPatch.rename("Staff"), groupPatch.removeAllMembers()])
        const emptied = yield* groups.get(id)
        assert.deepStrictEqual([emptied.displayName, emptied.members], ["Staff", []])
        yield* groups.delete(id)
        assert.deepStrictEqual(yield* Stream.runCollect(groups.list()), [])
      }),
    ),
  )

  it.live("refuses a name that is taken, told by the standard's own word", () =>
    withServer(({ users }) =>
      Effect.gen(function* () {
        yield* users.create(ada)
        const error = yield* Effect.flip(users.create(ada))
        assert.deepInclude(error, { category: "refused", code: "uniqueness", status: 409, isUncertain: false })
      }),
    ),
  )

  it.live("refuses a filter that it cannot read", () =>
    withServer(({ users }) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(users.page({ startIndex: 1, count: 1, filter: "((userName pr" }))
        assert.deepInclude(error, { category: "defect", code: "invalidFilter", status: 400 })
      }),
    ),
  )

  it.live("refuses a token that it does not know", () =>
    withServer(
      ({ users }) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(users.page({ startIndex: 1, count: 1 }))
          assert.deepInclude(error, { category: "credential", status: 401 })
        }),
      "another-token",
    ),
  )

  it.live("says what it can do", () =>
    withServer(({ serviceProviderConfig }) =>
      Effect.gen(function* () {
        assert.isTrue((yield* serviceProviderConfig).patch?.supported)
      }),
    ),
  )
})
