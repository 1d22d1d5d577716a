// Whose a record is: aliases and precedences, by the same tests for the store of files and the one in memory.
import { assert, describe, it } from "@effect/vitest"
import type { Grant, Records, Resource, SyncResult } from "@rollcall/connector"
import { grantOf, memoryOutput, SyncStore } from "@rollcall/connector"
import { decodeRecord, MalformedMessage, toGrant, toResource } from "@rollcall/c1-protocol"
import type { Layer, Scope } from "effect"
import { Effect } from "effect"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { identity, membership, person, resultOf, stateOf, team, user } from "./smallSync.ts"
import { freshOutput, openWritten, rowsOf } from "./written.ts"

interface Published {
  readonly resources: ReadonlyArray<Resource>
  readonly grants: ReadonlyArray<Pick<Grant, "id" | "principal">>
}

interface Output {
  readonly layer: Layer.Layer<SyncStore, unknown>
  readonly published: Effect.Effect<Published, unknown, Scope.Scope>
}

const inMemory = Effect.sync((): Output => {
  const { layer, published } = memoryOutput()
  return { layer, published: Effect.sync(() => published() ?? { resources: [], grants: [] }) }
})

const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array())

const recordsIn = (path: string) =>
  Effect.map(openWritten(path), (db): Published => ({
    resources: rowsOf(db, "select data from v1_resources").map(({ data }) => {
      const message = decodeRecord("resource", bytesOf(data))
      if (message instanceof MalformedMessage) throw message
      return toResource(message)
    }),
    grants: rowsOf(db, "select data from v1_grants").map(({ data }) => {
      const message = decodeRecord("grant", bytesOf(data))
      if (message instanceof MalformedMessage) throw message
      return toGrant(message)
    }),
  }))

const inFile = Effect.map(freshOutput, (output): Output => ({
  layer: workStoreLayer({ output }),
  published: recordsIn(output),
}))

const merge: SyncResult["merge"] = [{ id: "people" }, { id: "directory", authorityOn: ["status"] }]

/** What steps tell, one run of the store each so that every page is read back from where it was kept. */
const syncOf = (output: Output, told: ReadonlyArray<readonly [step: string, records: Records]>) =>
  Effect.gen(function* () {
    const run = <A, E>(work: Effect.Effect<A, E, SyncStore>) =>
      Effect.provide(
        Effect.gen(function* () {
          yield* (yield* SyncStore).open(identity)
          return yield* work
        }),
        output.layer,
        { local: true },
      )
    for (const [step, records] of told) yield* run(SyncStore.use((store) => store.commit(records, stateOf(step))))
    const found = yield* run(
      SyncStore.use((store) =>
        Effect.all({
          unknown: store.unknownPrincipals(["user"]),
          unknownUsers: store.findUnknownPrincipals("user", 2),
          onlyInDirectory: store.onlyIn("directory"),
          different: store.differing("people"),
          published: store.publish(resultOf({ merge })),
        }),
      ),
    )
    const { resources, grants } = yield* output.published
    return {
      ...found,
      users: resources
        .filter(({ id }) => id.resourceType === "user")
        .toSorted((a, b) => (a.id.resource < b.id.resource ? -1 : 1)),
      grants: grants.map(({ id }) => id).toSorted(),
      principals: [...new Set(grants.map(({ principal }) => principal.resource))].toSorted(),
    }
  })

const red: Records = {
  resources: [{ id: team("red"), displayName: "Red" }],
  entitlements: [membership("red")],
}
const inRed = (id: string): Grant => grantOf(team("red"), "member", user(id))
const aliasOf = (id: string, alias: string) => ({ id: user(id), alias })
const idsOf = (users: ReadonlyArray<Resource>) => users.map(({ id }) => id.resource)

const bothOrders = (told: ReadonlyArray<readonly [string, Records]>) => [told, told.toReversed()] as const

for (const [store, makeOutput] of [
  ["in memory", inMemory],
  ["of a file", inFile],
] as const) {
  describe(`an alias, in the store ${store},`, () => {
    it.effect("gives the resource what was told under it, in whichever order the steps spoke", () =>
      Effect.gen(function* () {
        const told = [
          ["people", { resources: [person("ada")], aliases: [aliasOf("ada", "W1")] }],
          ["directory", { resources: [{ id: user("W1"), status: "disabled", profile: { cost: 7 } }] }],
          ["teams", { ...red, grants: [inRed("W1")] }],
        ] as const
        for (const order of bothOrders(told)) {
          const sync = yield* syncOf(yield* makeOutput, order)
          assert.deepStrictEqual(idsOf(sync.users), ["ada"])
          const [ada] = sync.users
          assert.deepStrictEqual([ada?.displayName, ada?.status, ada?.profile?.["cost"]], ["ada", "disabled", 7])
          assert.deepStrictEqual(sync.grants, ["team:red:member:user:ada"])
          assert.deepStrictEqual([sync.principals, sync.unknown, sync.onlyInDirectory], [["ada"], 0, 0])
        }
      }),
    )

    it.effect("and the id that it stands for make one grant where both are members", () =>
      Effect.gen(function* () {
        const sync = yield* syncOf(yield* makeOutput, [
          ["people", { resources: [person("ada")], aliases: [aliasOf("ada", "W1")] }],
          ["teams", { ...red, grants: [inRed("W1"), inRed("ada")] }],
        ])
        assert.deepStrictEqual(sync.grants, ["team:red:member:user:ada"])
        assert.strictEqual(sync.published.counts.grants["team"], 1)
      }),
    )

    it.effect("is not one where the same list shows its id as somebody else", () =>
      Effect.gen(function* () {
        const sync = yield* syncOf(yield* makeOutput, [
          ["people", { resources: [person("ada"), person("bob")], aliases: [aliasOf("ada", "bob")] }],
          ["teams", { ...red, grants: [inRed("bob")] }],
        ])
        assert.deepStrictEqual([idsOf(sync.users), sync.principals], [["ada", "bob"], ["bob"]])
      }),
    )

    it.effect("that two resources claim belongs to the one with the lowest id, whoever came first", () =>
      Effect.gen(function* () {
        for (const [first, second] of [
          ["ada", "bob"],
          ["bob", "ada"],
        ] as const) {
          const sync = yield* syncOf(yield* makeOutput, [
            [
              "people",
              {
                resources: [person(first), person(second)],
                aliases: [aliasOf(first, "W1"), aliasOf(second, "W1")],
              },
            ],
            ["teams", { ...red, grants: [inRed("W1")] }],
          ])
          assert.deepStrictEqual(sync.principals, ["ada"])
        }
      }),
    )

    it.effect("leaves a principal alone whom no list shows under either id", () =>
      Effect.gen(function* () {
        const sync = yield* syncOf(yield* makeOutput, [
          ["people", { resources: [person("ada")], aliases: [aliasOf("ada", "W1")] }],
          ["teams", { ...red, grants: [inRed("W2")] }],
        ])
        assert.deepStrictEqual([sync.principals, sync.unknown], [["W2"], 1])
      }),
    )

    it.effect("tells principals whom no list shows apart from those that it does, each once and by id", () =>
      Effect.gen(function* () {
        const blue: Records = { resources: [{ id: team("blue") }], entitlements: [membership("blue")] }
        const sync = yield* syncOf(yield* makeOutput, [
          ["people", { resources: [person("ada")], aliases: [aliasOf("ada", "W1")] }],
          ["teams", { ...red, grants: ["W9", "ada", "W3", "W1", "W4"].map(inRed) }],
          ["teams", { ...blue, grants: [grantOf(team("blue"), "member", user("W9"))] }],
        ])
        assert.deepStrictEqual(sync.unknownUsers, { ids: ["W3", "W4"], count: 3 })
        assert.strictEqual(sync.unknown, 4)
      }),
    )

    it.effect("of a step that is restarted is forgotten", () =>
      Effect.gen(function* () {
        const output = yield* makeOutput
        yield* Effect.provide(
          SyncStore.use((opened) =>
            Effect.gen(function* () {
              yield* opened.open(identity)
              yield* opened.commit({ aliases: [aliasOf("ada", "W1")] }, stateOf("people"))
              yield* opened.restart("people")
            }),
          ),
          output.layer,
          { local: true },
        )
        const sync = yield* syncOf(output, [
          ["people", { resources: [person("ada")] }],
          ["teams", { ...red, grants: [inRed("W1")] }],
        ])
        assert.deepStrictEqual([sync.principals, sync.unknown], [["W1"], 1])
      }),
    )
  })

  describe(`a resource that one step lists in several places, in the store ${store},`, () => {
    const at = (precedence: string, more: Partial<Resource> = {}): Resource => person("ada", { precedence, ...more })
    const admin = at("2:B", { displayName: "admin", profile: { is_admin: true } })
    const gone = at("7:A", { displayName: "gone", status: "deleted", profile: { is_admin: false } })
    const hold = (precedence: string): Grant => ({ ...inRed("ada"), precedence })

    it.effect("is shown as the place with the lowest precedence shows it, in whichever order the pages came", () =>
      Effect.gen(function* () {
        for (const order of bothOrders([
          ["people", { resources: [gone] }],
          ["people", { resources: [admin] }],
        ])) {
          const sync = yield* syncOf(yield* makeOutput, order)
          const [ada] = sync.users
          assert.deepStrictEqual(
            [ada?.displayName, ada?.status, ada?.profile],
            ["admin", "enabled", { is_admin: true }],
          )
          assert.notProperty(ada, "precedence")
          assert.strictEqual(sync.different, 1)
        }
      }),
    )

    it.effect("keeps what another step has authority on", () =>
      Effect.gen(function* () {
        const sync = yield* syncOf(yield* makeOutput, [
          ["directory", { resources: [{ id: user("ada"), status: "disabled" }] }],
          ["people", { resources: [gone, admin] }],
        ])
        assert.deepStrictEqual([sync.users[0]?.status, sync.users[0]?.displayName], ["disabled", "admin"])
      }),
    )

    it.effect("is not counted as different where the flags are the same, or where only other facts differ", () =>
      Effect.gen(function* () {
        const sync = yield* syncOf(yield* makeOutput, [
          ["people", { resources: [at("3:A", { displayName: "one" }), at("3:B", { displayName: "two" })] }],
        ])
        assert.deepStrictEqual([sync.different, sync.users[0]?.displayName], [0, "one"])
      }),
    )

    it.effect("holds the grants that follow from the place that is used, and those that follow from none", () =>
      Effect.gen(function* () {
        const blue: Records = { resources: [{ id: team("blue") }], entitlements: [membership("blue")] }
        const inBlue = grantOf(team("blue"), "member", user("ada"))
        for (const { used, grants } of [
          { used: "7:A", grants: ["team:blue:member:user:ada"] },
          { used: "2:B", grants: ["team:blue:member:user:ada", "team:red:member:user:ada"] },
        ]) {
          const sync = yield* syncOf(yield* makeOutput, [
            ["people", { ...red, resources: [...(red.resources ?? []), gone], grants: [hold(used)] }],
            ["people", { ...blue, resources: [...(blue.resources ?? []), admin], grants: [inBlue] }],
          ])
          assert.deepStrictEqual(sync.grants, grants)
        }
      }),
    )

    it.effect("is the same under an alias", () =>
      Effect.gen(function* () {
        const sync = yield* syncOf(yield* makeOutput, [
          ["people", { ...red, resources: [...(red.resources ?? []), gone], aliases: [aliasOf("ada", "W1")] }],
          ["teams", { resources: [{ ...admin, id: user("W1") }], grants: [{ ...inRed("W1"), precedence: "2:B" }] }],
        ])
        assert.deepStrictEqual([idsOf(sync.users), sync.grants], [["ada"], ["team:red:member:user:ada"]])
      }),
    )
  })
}
