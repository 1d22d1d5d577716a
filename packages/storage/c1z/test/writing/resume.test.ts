import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { grantOf, SyncStore } from "@rollcall/connector"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { identity, person, resultOf, smallPage, stateOf, syncOnce, team, user } from "./smallSync.ts"
import { columnOf, freshOutput, openWritten } from "./written.ts"

/** A process that opens the store, does something, and ends without publishing. */
const run = <A, E>(output: string, work: (store: SyncStore["Service"]) => Effect.Effect<A, E>) =>
  Effect.provide(Effect.flatMap(SyncStore, work), workStoreLayer({ output }), { local: true })

const commitOnePage = (store: SyncStore["Service"]) =>
  Effect.gen(function* () {
    const open = yield* store.open(identity)
    yield* store.commit(smallPage, stateOf("people", { ended: false, next: "page-2", records: 5 }))
    return open
  })

describe("an unfinished sync", () => {
  it.effect("is resumed by the next run of the same identity, with its id and steps", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      const first = yield* run(output, commitOnePage)
      yield* TestClock.adjust("23 hours")
      const second = yield* run(output, (store) => store.open(identity))
      assert.deepStrictEqual(
        [first.resumed, second.resumed, second.syncId, second.startedAt, second.restartReason],
        [false, true, first.syncId, first.startedAt, undefined],
      )
      assert.deepStrictEqual(second.steps, [stateOf("people", { ended: false, next: "page-2", records: 5 })])
    }),
  )

  it.effect("keeps its rows for the run that publishes it", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* run(output, commitOnePage)
      yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* store.commit({ resources: [person("cy")] }, stateOf("people", { pages: 2 }))
          yield* store.publish(resultOf())
        }),
      )
      const ids = columnOf(yield* openWritten(output), "select external_id from v1_resources order by 1")
      assert.deepStrictEqual(ids, ["team:red", "user:ada", "user:bob", "user:cy"])
    }),
  )

  it.effect("of another tenant is not resumed, and the reason is told", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const first = yield* run(output, commitOnePage)
      const second = yield* run(output, (store) => store.open({ ...identity, tenant: "T2" }))
      assert.deepStrictEqual([second.resumed, second.restartReason, second.steps], [false, "other identity", []])
      assert.notStrictEqual(second.syncId, first.syncId)
    }),
  )

  it.effect("leaves nothing to a sync that starts from the beginning", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* run(output, commitOnePage)
      yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* store.open({ ...identity, request: "less" })
          yield* store.commit({ resources: [person("zoe")] }, stateOf("people"))
          yield* store.publish(resultOf())
        }),
      )
      const db = yield* openWritten(output)
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_resources"), ["user:zoe"])
      assert.deepStrictEqual(columnOf(db, "select external_id from v1_grants"), [])
    }),
  )

  it.effect("that is older than a day is not resumed, and the reason is told", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* TestClock.setTime(Date.UTC(2026, 0, 1))
      yield* run(output, commitOnePage)
      yield* TestClock.adjust("24 hours")
      assert.isTrue((yield* run(output, (store) => store.open(identity))).resumed)
      yield* TestClock.adjust("1 second")
      const late = yield* run(output, (store) => store.open(identity))
      assert.deepStrictEqual([late.resumed, late.restartReason], [false, "too old"])
    }),
  )

  it.effect("lies in a file of which others can read nothing", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* commitOnePage(store)
          for (const name of readdirSync(dirname(output))) {
            assert.strictEqual(statSync(`${dirname(output)}/${name}`).mode & 0o777, 0o600, name)
          }
        }),
      )
      assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z.work"])
    }),
  )

  it.effect("is not left behind where no sync was opened", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* run(output, () => Effect.void)
      assert.deepStrictEqual(readdirSync(dirname(output)), [])
    }),
  )

  it.effect("is gone once it is published", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* Effect.provide(syncOnce(), workStoreLayer({ output }))
      assert.deepStrictEqual(readdirSync(dirname(output)), ["sync.c1z"])
    }),
  )
})

describe("a damaged work file", () => {
  const damages: ReadonlyArray<readonly [string, (bytes: Buffer) => Buffer]> = [
    ["that was truncated", (bytes) => bytes.subarray(0, 4096 + 100)],
    [
      "with a page overwritten",
      (bytes) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 7)]),
    ],
    ["of another version", (bytes) => Buffer.concat([bytes.subarray(0, 60), Buffer.alloc(4, 1), bytes.subarray(64)])],
    [
      "with a state that this build does not know",
      (bytes) => Buffer.from(bytes.toString("latin1").replace('"ended":false', '"ended":"soo"'), "latin1"),
    ],
  ]
  for (const [what, damage] of damages) {
    it.effect(`${what} is replaced, and the sync starts from the beginning and says so`, () =>
      Effect.gen(function* () {
        const output = yield* freshOutput
        yield* run(output, commitOnePage)
        writeFileSync(`${output}.work`, damage(readFileSync(`${output}.work`)))
        const open = yield* run(output, (store) => store.open(identity))
        assert.deepStrictEqual([open.resumed, open.restartReason, open.steps], [false, "damaged", []])
      }),
    )
  }

  it.effect("found out while publishing fails with a sentence, and the next run starts from the beginning", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      yield* run(output, commitOnePage)
      // Still a sound database, but a record in it is no JSON any more.
      const bytes = readFileSync(`${output}.work`)
      bytes.write("!", bytes.indexOf('{"id":{"resourceType"'))
      writeFileSync(`${output}.work`, bytes)
      const error = yield* Effect.flip(
        run(output, (store) => Effect.andThen(store.open(identity), store.publish(resultOf()))),
      )
      assert.deepStrictEqual([error.reason, existsSync(output)], ["Unreadable", false])
      assert.strictEqual(error.hint, "Sync again: it starts from the beginning.")
      assert.isFalse((yield* run(output, (store) => store.open(identity))).resumed)
    }),
  )
})

describe("a step", () => {
  it.effect("that is restarted forgets its rows and cursors, and no other step's", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const [steps, known] = yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* store.commit(smallPage, stateOf("people", { ended: false, next: "b" }))
          yield* store.commit({ resources: [person("dee")] }, stateOf("directory", { ended: false, next: "x" }))
          yield* store.restart("people")
          const left = yield* store.steps
          return [left, [yield* store.hasCursor("people", "b"), yield* store.hasCursor("directory", "x")]] as const
        }),
      )
      assert.deepStrictEqual(
        steps.map((state) => state.step),
        ["directory"],
      )
      assert.deepStrictEqual(known, [false, true])
      yield* run(output, (store) => Effect.andThen(store.open(identity), store.publish(resultOf())))
      assert.deepStrictEqual(columnOf(yield* openWritten(output), "select external_id from v1_resources"), ["user:dee"])
    }),
  )

  it.effect("has its state, gaps and warnings stored as they are", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const state = stateOf("people", {
        gaps: [{ resourceType: "user", missing: "e-mail", reason: "scope", explanation: "No.", missingScopes: ["m"] }],
        warnings: [{ code: "odd", message: "An odd thing.", count: 2 }],
      })
      const steps = yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* store.commit({}, state)
          return yield* store.steps
        }),
      )
      assert.deepStrictEqual(steps, [state])
    }),
  )

  it.effect("running beside another stores its pages whole, however large they are", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const many = (step: string) => ({ resources: Array.from({ length: 5000 }, (_, i) => person(`${step}${i}`)) })
      const storeAll = (step: string) => SyncStore.use((store) => store.commit(many(step), stateOf(step)))
      const published = yield* Effect.provide(
        Effect.gen(function* () {
          const sync = yield* SyncStore
          yield* sync.open(identity)
          yield* Effect.all([storeAll("people"), storeAll("directory")], { concurrency: "unbounded" })
          return yield* sync.publish(resultOf())
        }),
        workStoreLayer({ output }),
      )
      assert.strictEqual(published.counts.resources["user"], 10_000)
    }),
  )

  it.effect("interrupted in the middle of a page leaves none of it", () =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      const large = { resources: Array.from({ length: 20_000 }, (_, i) => person(`p${i}`)) }
      const [steps, resources] = yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* Effect.raceFirst(store.commit(large, stateOf("people")), Effect.yieldNow)
          const left = yield* store.steps
          return [left, (yield* store.publish(resultOf())).counts.resources] as const
        }),
      )
      assert.deepStrictEqual([steps, resources], [[], {}])
    }),
  )
})

describe("grants whose principal no step has shown", () => {
  const ghost = (id: string) => grantOf(team("red"), "member", user(id))

  const unknownAfter = (types: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const output = yield* freshOutput
      return yield* run(output, (store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* store.commit({ grants: [ghost("ada"), ghost("g1"), ghost("g1"), ghost("g2")] }, stateOf("people"))
          yield* store.commit({ resources: [person("ada")], grants: [ghost("g2")] }, stateOf("directory"))
          return yield* store.unknownPrincipals(types)
        }),
      )
    })

  it.effect("are counted once each, whatever the steps repeat", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* unknownAfter(["user"]), 2)
    }),
  )

  it.effect("are not counted for types that the sync does not read", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual([yield* unknownAfter(["team"]), yield* unknownAfter([])], [0, 0])
    }),
  )
})

it.effect("resources that one step alone has told of are counted once each", () =>
  Effect.gen(function* () {
    const output = yield* freshOutput
    const counts = yield* run(output, (store) =>
      Effect.gen(function* () {
        yield* store.open(identity)
        yield* store.commit({ resources: [person("ada"), person("bob"), person("bob")] }, stateOf("people"))
        yield* store.commit({ resources: [person("ada"), person("eve"), person("zoe")] }, stateOf("directory"))
        return yield* Effect.all([store.onlyIn("people"), store.onlyIn("directory")])
      }),
    )
    assert.deepStrictEqual(counts, [1, 2])
  }),
)
