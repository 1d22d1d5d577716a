// The contract suite of stores: one call makes the tests that every store of a sync passes, so that an interrupted sync is
// resumed, and a whole one published, by the same rules wherever it is kept.
import { assert, describe, it } from "@effect/vitest"
import type { Records, StepState, StoreError, SyncIdentity, SyncResult } from "@rollcall/connector"
import { entitlementId, grantOf, mergeBy, SyncError, SyncStore } from "@rollcall/connector"
import type { Layer, Scope } from "effect"
import { Effect } from "effect"
import { TestClock } from "effect/testing"

/** A kind of store, and where each test gets an output of its own. */
export interface StoreWorld {
  readonly name: string
  /** An empty output: the layer of a store over it, which the suite provides anew for each run, as a process would. */
  readonly output: Effect.Effect<Layer.Layer<SyncStore, StoreError>, never, Scope.Scope>
}

/** Declares the contract's tests for one kind of store. Call it at the top level of a test file. */
export const storeContract = ({ name, output }: StoreWorld): void => {
  const start = Date.UTC(2026, 0, 1)
  const hour = 3_600_000

  /** An empty output, and how a run uses it. */
  const fresh = Effect.gen(function* () {
    yield* TestClock.setTime(start)
    const layer = yield* output
    return <A, E>(work: (store: SyncStore["Service"]) => Effect.Effect<A, E>) =>
      Effect.provide(Effect.flatMap(SyncStore, work), layer, { local: true })
  })
  const readSome = (store: SyncStore["Service"]) =>
    Effect.tap(store.open(identity), store.commit(onePage, stateOf({ ended: false, next: "page-2" })))
  const readAll = (store: SyncStore["Service"]) => Effect.tap(store.open(identity), store.commit(onePage, stateOf()))
  const publishOnce =
    (result: Partial<SyncResult> = {}) =>
    (store: SyncStore["Service"]) =>
      Effect.andThen(readAll(store), store.publish(resultOf(result)))

  describe(`${name}: a store`, () => {
    it.effect("MUST resume the sync of the same identity with its id, its beginning, steps and cursors", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        const first = yield* run(readSome)
        yield* TestClock.adjust(hour)
        const second = yield* run((store) => store.open(identity))
        assert.deepStrictEqual(
          { ...second, cursors: [...second.cursors] },
          {
            syncId: first.syncId,
            startedAt: start,
            resumed: true,
            steps: [stateOf({ ended: false, next: "page-2" })],
            cursors: [["people", ["page-2"]]],
          },
        )
      }),
    )

    const others: ReadonlyArray<Partial<SyncIdentity>> = [
      { connector: "other" },
      { tenant: "T2" },
      { request: "less" },
      { reach: ["more"] },
      { steps: ["people", "more"] },
    ]
    for (const other of others) {
      it.effect(`MUST start anew for another identity, and say so: ${Object.keys(other).join()}`, () =>
        Effect.gen(function* () {
          const run = yield* fresh
          const first = yield* run(readSome)
          const second = yield* run((store) => store.open({ ...identity, ...other }))
          assert.deepStrictEqual(
            [second.resumed, second.startedAnew, second.steps, second.cursors.size],
            [false, "other identity", [], 0],
          )
          assert.notStrictEqual(second.syncId, first.syncId)
        }),
      )
    }

    it.effect("MUST resume a sync for a day, and start anew after that", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        yield* run(readSome)
        yield* TestClock.setTime(start + 24 * hour)
        assert.isTrue((yield* run((store) => store.open(identity))).resumed)
        yield* TestClock.setTime(start + 24 * hour + 1)
        const late = yield* run((store) => store.open(identity))
        assert.deepStrictEqual([late.resumed, late.startedAnew, late.steps], [false, "too old", []])
      }),
    )

    it.effect("MUST start anew where the clock was set back to before the sync began", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        yield* run(readSome)
        yield* TestClock.setTime(start - 1)
        const back = yield* run((store) => store.open(identity))
        assert.deepStrictEqual([back.resumed, back.startedAnew, back.startedAt], [false, "later than now", start - 1])
      }),
    )

    it.effect("MUST NOT publish a sync that ends before it began, or after now", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        const published = yield* run((store) =>
          Effect.gen(function* () {
            yield* readAll(store)
            yield* TestClock.setTime(start - hour)
            return yield* store.publish(resultOf())
          }),
        )
        assert.deepStrictEqual([published.startedAt, published.endedAt], [start - hour, start - hour])
      }),
    )

    it.effect("MUST count each record once, and publish what earlier runs have read", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        yield* run(readSome)
        const published = yield* run((store) =>
          Effect.gen(function* () {
            yield* store.open(identity)
            yield* store.commit({ ...onePage, resources: [person("bob"), person("eve")] }, stateOf({ pages: 2 }))
            return yield* store.publish(resultOf())
          }),
        )
        assert.deepStrictEqual(published.counts, {
          resources: { person: 3, team: 1 },
          entitlements: { team: 1 },
          grants: { team: 1 },
        })
      }),
    )

    it.effect("MUST forget what a step that begins again has given, its cursors included", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        yield* run((store) => Effect.andThen(readSome(store), store.restart("people")))
        const open = yield* run((store) => store.open(identity))
        assert.deepStrictEqual([open.resumed, open.steps, open.cursors.size], [true, [], 0])
      }),
    )

    it.effect("MUST forget its working state once it has published", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        yield* run(publishOnce())
        const next = yield* run((store) => store.open(identity))
        assert.deepStrictEqual([next.resumed, next.startedAnew, next.steps], [false, undefined, []])
      }),
    )

    describe("with a sync that was refused because it lost too much", () => {
      const refused = Effect.gen(function* () {
        const run = yield* fresh
        const first = yield* run(publishOnce())
        yield* TestClock.adjust(hour)
        const error = yield* Effect.flip(run(publishOnce({ refusal: () => tooLittle })))
        assert.strictEqual(error, tooLittle)
        const held = yield* run((store) => store.earlier())
        assert.deepStrictEqual(
          held.map((sync) => sync.syncId),
          [first.syncId],
        )
        return run
      })

      it.effect("MUST give a run that accepts it what was read, to be published", () =>
        Effect.gen(function* () {
          const run = yield* refused
          const [open, published] = yield* run((store) =>
            Effect.all([store.open(identity, true), store.publish(resultOf())]),
          )
          assert.deepStrictEqual([open.resumed, open.steps], [true, [stateOf()]])
          assert.deepStrictEqual(published.counts.resources, { person: 2, team: 1 })
        }),
      )

      it.effect("MUST start anew for a run that does not accept it", () =>
        Effect.gen(function* () {
          const run = yield* refused
          const open = yield* run((store) => store.open(identity))
          assert.deepStrictEqual([open.resumed, open.startedAnew, open.steps], [false, "shrank", []])
          const later = yield* run((store) => store.open(identity))
          assert.isTrue(later.resumed)
        }),
      )

      it.effect("MUST NOT resume it after a day, nor for another identity", () =>
        Effect.gen(function* () {
          const run = yield* refused
          yield* TestClock.adjust(24 * hour + 1)
          const late = yield* run((store) => store.open(identity, true))
          assert.deepStrictEqual([late.resumed, late.startedAnew], [false, "too old"])
        }),
      )
    })

    it.effect("MUST resume an interrupted sync, whether the run accepts a loss or not", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        yield* run(readSome)
        assert.isTrue((yield* run((store) => store.open(identity, true))).resumed)
        assert.isTrue((yield* run((store) => store.open(identity, false))).resumed)
      }),
    )

    it.effect("MUST tell of the syncs that were published: whose they are, and how much they have", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        assert.deepStrictEqual(yield* run((store) => store.earlier()), [])
        const { syncId } = yield* run(publishOnce())
        const told = yield* run((store) => store.earlier("team"))
        assert.lengthOf(told, 1)
        const { endedAt, ...rest } = told[0] ?? { endedAt: "" }
        assert.match(endedAt, /^2026-01-01/)
        assert.deepStrictEqual(rest, {
          syncId,
          isFull: true,
          connector: "tiny",
          tenants: [{ id: "T1", displayName: "Tiny Inc." }],
          counts: { resources: { person: 2, team: 1 }, grants: { team: 1 } },
          complete: ["person"],
        })
      }),
    )

    it.effect("MUST keep a full sync, however many narrowed ones are published after it", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        const { syncId } = yield* run(publishOnce())
        const narrowed = [
          ...(yield* Effect.forEach([1, 2, 3], () => run(publishOnce({ kind: "partial" })))),
          yield* run(publishOnce({ kind: "resourcesOnly" })),
        ]
        const told = yield* run((store) => store.earlier())
        assert.deepStrictEqual(
          told.filter((sync) => sync.isFull).map((sync) => sync.syncId),
          [syncId],
        )
        assert.strictEqual(told.at(-1)?.syncId, narrowed.at(-1)?.syncId)
      }),
    )

    it.effect("MUST leave out the earlier syncs that are named to it", () =>
      Effect.gen(function* () {
        const run = yield* fresh
        const first = yield* run(publishOnce())
        const second = yield* run(publishOnce({ leaveOut: [first.syncId] }))
        assert.deepStrictEqual(
          (yield* run((store) => store.earlier())).map((sync) => sync.syncId),
          [second.syncId],
        )
      }),
    )
  })
}

const person = (id: string) => ({ id: { resourceType: "person", resource: id }, displayName: id })
const team = { resourceType: "team", resource: "red" }

const onePage: Records = {
  resources: [person("ada"), person("bob"), { id: team, displayName: "Red" }],
  entitlements: [
    {
      id: entitlementId(team, "member"),
      resource: team,
      slug: "member",
      displayName: "Red member",
      description: "Member of Red",
      purpose: "assignment",
      grantableTo: ["person"],
    },
  ],
  grants: [grantOf(team, "member", person("ada").id)],
}

const identity: SyncIdentity = { connector: "tiny", tenant: "T1", request: "all", reach: [], steps: ["people"] }

const stateOf = (more: Partial<StepState> = {}): StepState => ({
  step: "people",
  ended: true,
  pages: 1,
  records: 5,
  gaps: [],
  warnings: [],
  ...more,
})

const resultOf = (more: Partial<SyncResult> = {}): SyncResult => ({
  kind: "full",
  source: { connector: "tiny", tenant: { id: "T1", displayName: "Tiny Inc." } },
  resourceTypes: [
    { id: "person", displayName: "Person", traits: ["user"], capabilities: ["sync"], permissions: [] },
    { id: "team", displayName: "Team", traits: ["group"], capabilities: ["sync"], permissions: [] },
  ],
  coverage: [
    { resourceType: "person", state: "complete", gaps: [] },
    { resourceType: "team", state: "partial", gaps: [] },
  ],
  merge: mergeBy([{ id: "people" }]),
  ...more,
})

const tooLittle = new SyncError({ reason: "Shrank", message: "Too little is left.", hint: "Look." })
