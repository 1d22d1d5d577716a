// What stores keep of the ids that lists showed. The store in memory must answer as the file does.
import { assert, describe, it } from "@effect/vitest"
import { memoryOutput, SyncStore } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { maxRecentlyListed } from "../../src/WorkStore/evidence.ts"
import { identity, stateOf } from "./smallSync.ts"
import { freshOutput } from "./written.ts"

const stores = [
  { name: "the work file", layer: Effect.map(freshOutput, (output) => workStoreLayer({ output })) },
  { name: "the store in memory", layer: Effect.sync(() => memoryOutput().layer) },
]

/** Two lists of people and one of another step, over an opened store. */
const listed = Effect.gen(function* () {
  const store = yield* SyncStore
  yield* store.open(identity)
  yield* store.commit({}, stateOf("people", { ended: false, next: "2" }), [
    { list: "T1", ids: ["ada", "bob", "ada"] },
    { list: "T2", ids: ["bob", "cy"] },
  ])
  yield* store.commit({}, stateOf("people"), [{ list: "T1", ids: ["bob", "%_\"'"] }])
  yield* store.commit({}, stateOf("directory"), [{ list: "1", ids: ["ada", "zoe"] }])
  return store
})

for (const { name, layer } of stores) {
  describe(`lists in ${name}`, () => {
    it.effect("tells which ids a step has not listed, by list and in all, in the order of the question", () =>
      Effect.gen(function* () {
        const store = yield* listed
        const ask = (step: string, lists?: ReadonlyArray<string>) =>
          store.unseen(step, ["zoe", "cy", "ada", "zoe", "%_\"'"], lists)
        assert.deepStrictEqual(yield* ask("people"), ["zoe"])
        assert.deepStrictEqual(yield* ask("people", ["T1"]), ["zoe", "cy"])
        assert.deepStrictEqual(yield* ask("people", ["T1", "T2"]), ["zoe"])
        assert.deepStrictEqual(yield* ask("people", []), ["zoe", "cy", "ada", "%_\"'"])
        assert.deepStrictEqual(yield* ask("teams"), ["zoe", "cy", "ada", "%_\"'"])
      }).pipe(Effect.provide(Layer.unwrap(layer))),
    )

    it.effect("counts the ids of a step, and those of another that it lacks", () =>
      Effect.gen(function* () {
        const store = yield* listed
        const counts = [store.countListed("people"), store.countListed("people", ["T1"]), store.countListed("teams")]
        assert.deepStrictEqual(yield* Effect.all(counts), [4, 3, 0])
        assert.deepStrictEqual(yield* store.compareListed("directory", "people"), { listed: 4, missing: 3 })
        assert.deepStrictEqual(yield* store.compareListed("directory", "people", ["T2"]), { listed: 2, missing: 2 })
        assert.deepStrictEqual(yield* store.compareListed("people", "directory"), { listed: 2, missing: 1 })
        assert.deepStrictEqual(yield* store.compareListed("people", "teams"), { listed: 0, missing: 0 })
      }).pipe(Effect.provide(Layer.unwrap(layer))),
    )

    it.effect("knows somebody who is listed under two ids, whichever step tells both", () =>
      Effect.gen(function* () {
        const store = yield* listed
        const people = { aliases: [{ id: { resourceType: "user", resource: "cy" }, alias: "zoe" }] }
        yield* store.commit(people, stateOf("people"))
        assert.deepStrictEqual(yield* store.compareListed("directory", "people"), { listed: 4, missing: 2 })
        assert.deepStrictEqual(yield* store.compareListed("people", "directory"), { listed: 2, missing: 0 })
      }).pipe(Effect.provide(Layer.unwrap(layer))),
    )

    it.effect("knows each of more ids than it keeps apart, however often they come", () =>
      Effect.gen(function* () {
        const store = yield* listed
        const ids = Array.from({ length: maxRecentlyListed + 10 }, (_, at) => `u${(at * 7919) % maxRecentlyListed}`)
        for (const step of ["people", "directory"]) {
          yield* store.commit({}, stateOf(step), [{ list: "many", ids }])
          yield* store.commit({}, stateOf(step), [{ list: "many", ids: ["u0", `late to ${step}`] }])
        }
        const asked = ["u0", "u1", `u${maxRecentlyListed - 1}`, "late to people", "ada", "nobody"]
        assert.deepStrictEqual(yield* store.unseen("people", asked), ["nobody"])
        assert.deepStrictEqual(yield* store.unseen("directory", asked, ["many"]), ["late to people", "ada", "nobody"])
        assert.strictEqual(yield* store.countListed("people", ["many"]), maxRecentlyListed + 1)
        assert.deepStrictEqual(yield* store.compareListed("directory", "people", ["many"]), {
          listed: maxRecentlyListed + 1,
          missing: 1,
        })
        assert.deepStrictEqual(yield* store.unseen("people", asked), ["nobody"])
        yield* store.restart("people")
        assert.deepStrictEqual(yield* store.unseen("people", ["u1"]), ["u1"])
      }).pipe(Effect.provide(Layer.unwrap(layer))),
    )

    it.effect("forgets what a step has listed when the step begins again, and nothing of another", () =>
      Effect.gen(function* () {
        const store = yield* listed
        yield* store.restart("people")
        assert.deepStrictEqual(yield* Effect.all([store.countListed("people"), store.countListed("directory")]), [0, 2])
      }).pipe(Effect.provide(Layer.unwrap(layer))),
    )
  })
}

it.effect("A later process over the same work file knows what an earlier one listed.", () =>
  Effect.gen(function* () {
    const layer = workStoreLayer({ output: yield* freshOutput })
    yield* Effect.provide(listed, layer, { local: true })
    const later = Effect.gen(function* () {
      const store = yield* SyncStore
      yield* store.open(identity)
      return yield* store.unseen("people", ["ada", "dan"])
    })
    assert.deepStrictEqual(yield* Effect.provide(later, layer, { local: true }), ["dan"])
  }),
)
