// The stored resources that a step is asked for one after the other.
import { assert, it } from "@effect/vitest"
import type { Resource, SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import type { StoreWorld } from "./tinySync.ts"
import { freshRuns, identity, person, readAll, stateOf } from "./tinySync.ts"

/** Steps that tell of people: the list, what is said of some of them beside it, and a step that is not asked for. */
const steps = ["people", "names", "visitors"]

const idsOf = (found: ReadonlyArray<ReadonlyArray<{ readonly resource: Resource }>>) =>
  found.map(([first]) => first?.resource.id.resource)

/** A run that reads people out of order, some of them by two steps. */
const readPeople = (store: SyncStore["Service"]) =>
  Effect.gen(function* () {
    yield* store.open({ ...identity, steps })
    yield* store.commit({ resources: ["eve", "ada"].map(person) }, stateOf({ ended: false, next: "2" }))
    yield* store.commit({ resources: ["kim", "bob", "ada"].map(person) }, stateOf({ pages: 2 }))
    yield* store.commit({ resources: [person("bob"), person("zoe")] }, stateOf({ step: "names" }))
    yield* store.commit({ resources: [person("ann")] }, stateOf({ step: "visitors" }))
  })

const find = (from: string | undefined, most: number) => (store: SyncStore["Service"]) =>
  store.findResources("person", ["people", "names"], from, most)

/** Declares the tests of finding. */
export const finding = (output: StoreWorld["output"]): void => {
  it.effect("MUST hand out the resources that some steps gave, each once, in the order of their ids", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      const found = yield* run((store) => Effect.andThen(readPeople(store), find(undefined, 9)(store)))
      assert.deepStrictEqual(idsOf(found), ["ada", "bob", "eve", "kim", "zoe"])
      assert.sameMembers(found[1]?.map(({ step }) => step) ?? [], ["people", "names"])
    }),
  )

  it.effect("MUST go on from an id in a later run, whether there is a resource of that id or not", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run(readPeople)
      const [at, between, end] = yield* run((store) =>
        Effect.andThen(
          store.open({ ...identity, steps }),
          Effect.all([find("bob", 2)(store), find("cid", 1)(store), find("zoo", 2)(store)]),
        ),
      )
      assert.deepStrictEqual([idsOf(at), idsOf(between), idsOf(end)], [["bob", "eve"], ["eve"], []])
    }),
  )

  it.effect("MUST hand out what a step gave that began again, and nothing of another type", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      const [before, other, after] = yield* run((store) =>
        Effect.gen(function* () {
          yield* readAll(store)
          const all = yield* find(undefined, 9)(store)
          const teams = yield* store.findResources("team", ["people"], undefined, 9)
          yield* store.restart("people")
          yield* store.commit({ resources: [person("liz")] }, stateOf())
          return [all, teams, yield* find(undefined, 9)(store)] as const
        }),
      )
      assert.deepStrictEqual([idsOf(before), idsOf(other), idsOf(after)], [["ada", "bob"], ["red"], ["liz"]])
    }),
  )

  it.effect(
    "MUST hand out a resource that is listed under an alias as well once, under the id that the sync shows",
    () =>
      Effect.gen(function* () {
        const run = yield* freshRuns(output)
        const found = yield* run((store) =>
          Effect.gen(function* () {
            yield* store.open({ ...identity, steps })
            const alias = { id: person("ada").id, alias: "w-ada" }
            yield* store.commit({ resources: [person("ada")], aliases: [alias] }, stateOf())
            yield* store.commit({ resources: [person("w-ada")] }, stateOf({ step: "names" }))
            return yield* find(undefined, 9)(store)
          }),
        )
        assert.deepStrictEqual(idsOf(found), ["ada"])
      }),
  )
}
