// Resources of most types are encoded when they are stored. What is published is the same as without.
import { assert, describe, it } from "@effect/vitest"
import type { Records, Resource } from "@rollcall/connector"
import { grantOf, SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import { DatabaseSync } from "node:sqlite"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { identity, membership, person, resultOf, stateOf, team, teamType, user, userType } from "./smallSync.ts"
import { freshOutput, openWritten, rowsOf } from "./written.ts"

const ada: Resource = person("ada", { parent: team("red"), createdAt: "2020-02-03T04:05:06.7Z", description: "first" })

/** Everything that decides whether a resource is encoded early, each by what two steps say of it. */
const said: ReadonlyArray<readonly [what: string, people: ReadonlyArray<Resource>, last?: ReadonlyArray<Resource>]> = [
  ["of people and their teams", [ada, person("bob"), { id: team("red"), displayName: "Red" }]],
  ["that is said twice by its step, where the first counts", [ada, person("ada", { displayName: "other" })]],
  ["that the last step gives as well", [ada], [person("ada", { displayName: "late", description: "late" })]],
  ["that the last step alone gives", [ada], [person("late")]],
  ["that the last step completes", [{ id: user("bare") }], [person("bare", { status: "deleted" })]],
  ["that says nothing of itself", [{ id: user("bare") }, { id: team("bare") }]],
  ["whose profile alone is told", [{ id: user("bare"), profile: { title: "x" } }], [person("bare")]],
  ["whose texts are cut", [person("long", { displayName: "é".repeat(2000) })]],
  ["whose creation time cannot be read", [person("old", { createdAt: "yesterday" })]],
  ["that cannot be stored", [person("x".repeat(2000)), ada]],
  ["with precedences", [person("ada", { precedence: "2" }), person("ada", { precedence: "1", displayName: "one" })]],
  [
    "that two steps tell of",
    [ada, person("bob")],
    [person("ada", { status: "disabled", createdAt: "2021-01-01T00:00:00Z" })],
  ],
  [
    "of whose kind the second step says nothing",
    [ada],
    [{ id: user("ada"), profile: { title: "x" }, account: { emails: ["a@x"] } }],
  ],
  ["that two steps tell of, by another id", [person("U2")], [person("zoe", { displayName: "late" })]],
  ["that is known by a second id", [ada, person("U2", { displayName: "second" })]],
]

const publish = (people: ReadonlyArray<Resource>, last: ReadonlyArray<Resource>, isEarly: boolean) =>
  Effect.gen(function* () {
    const output = yield* freshOutput
    const counted = yield* Effect.provide(
      Effect.gen(function* () {
        const store = yield* SyncStore
        yield* store.open(identity, false, isEarly ? [userType, teamType] : [])
        const hasAlias = people.some(({ id }) => id.resource === "U2")
        const page: Records = {
          resources: people,
          entitlements: [membership("red")],
          grants: [grantOf(team("red"), "member", user("ada"))],
          ...(hasAlias ? { aliases: [{ id: user("zoe"), alias: "U2" }] } : {}),
        }
        yield* store.commit(page, stateOf("people"))
        yield* store.commit({ resources: last }, stateOf("teams"))
        const published = yield* store.publish(
          resultOf({ merge: [{ id: "people" }, { id: "teams", authorityOn: ["status"] }] }),
        )
        return { counts: published.counts, notes: published.notes, leftOut: published.leftOut }
      }),
      workStoreLayer({ output }),
    )
    const db = yield* openWritten(output)
    const tables = ["v1_resources", "v1_entitlements", "v1_grants"].map((table) =>
      rowsOf(db, `select * from ${table} order by external_id`).map(
        ({ id: _id, sync_id: _sync, discovered_at: _at, ...row }) => row,
      ),
    )
    const stats = rowsOf(db, "select stats from v1_sync_runs")
    return { counted, tables, stats }
  })

describe("a resource that is encoded when it is stored is published as any other", () => {
  for (const [what, people, last = []] of said) {
    it.effect(what, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* publish(people, last, true), yield* publish(people, last, false))
      }),
    )
  }
})

it.effect("a work file holds accounts as they will be published or merged, and odd ones as they were given", () =>
  Effect.gen(function* () {
    const output = yield* freshOutput
    yield* Effect.provide(
      Effect.gen(function* () {
        const store = yield* SyncStore
        yield* store.open(identity, false, [userType])
        const odd = person("long", { displayName: "é".repeat(2000) })
        const resources = [ada, odd, { id: user("bare") }, { id: team("red") }]
        yield* store.commit({ resources }, stateOf("people"))
      }),
      workStoreLayer({ output }),
    )
    const work = new DatabaseSync(`${output}.work`)
    const kinds = rowsOf(work, "select id, typeof(data) || is_whole as kind from resources order by n")
    work.close()
    assert.deepStrictEqual(
      kinds.map(({ id, kind }) => `${String(id)} ${String(kind)}`),
      ["ada blob1", "long text0", "bare blob0", "red text0"],
    )
  }),
)
