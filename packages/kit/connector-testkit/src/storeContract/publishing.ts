// What a store publishes, and what it reports of the syncs that it has published.
import { assert, it } from "@effect/vitest"
import { SyncError } from "@rollcall/connector"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { StoreWorld } from "./tinySync.ts"
import {
  freshRuns,
  hour,
  identity,
  onePage,
  person,
  publishOnce,
  readAll,
  readSome,
  resultOf,
  start,
  stateOf,
} from "./tinySync.ts"

/** Declares the tests of publishing. */
export const publishing = (output: StoreWorld["output"]): void => {
  it.effect("MUST NOT publish a sync that ends before it began, or after now", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
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
      const run = yield* freshRuns(output)
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

  it.effect("MUST store the pieces of a page with it, or nothing where its state fails in the end", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      const more = ["bob", "eve"].map((id) => ({ resources: [person(id)] }))
      const refusal = new SyncError({ reason: "Defective", message: "It is broken.", hint: "Correct it." })
      const error = yield* run((store) =>
        Effect.gen(function* () {
          yield* store.open(identity)
          yield* store.commit({ more }, stateOf({ ended: false, next: "page-2" }))
          const lost = [{ resources: [person("zoe")] }]
          return yield* Effect.flip(store.commit({ more: lost }, stateOf(), [], Effect.fail(refusal)))
        }),
      )
      assert.strictEqual(error, refusal)
      const { counts, steps } = yield* run((store) =>
        Effect.gen(function* () {
          const { steps: stored } = yield* store.open(identity)
          yield* store.commit({ ...onePage, more }, stateOf(), [], Effect.succeed(stateOf({ records: 12 })))
          const { counts: published } = yield* store.publish(resultOf())
          return { counts: published, steps: stored }
        }),
      )
      assert.deepStrictEqual(steps, [stateOf({ ended: false, next: "page-2" })])
      assert.deepStrictEqual(counts.resources, { person: 3, team: 1 })
    }),
  )

  it.effect("MUST NOT publish the resources of a type that was read for the sake of others alone", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      const { counts } = yield* run(publishOnce({ unpublishedTypes: ["person"] }))
      assert.deepStrictEqual(counts.resources, { team: 1 })
    }),
  )

  it.effect("MUST forget its working state once it has published", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
      yield* run(publishOnce())
      const next = yield* run((store) => store.open(identity))
      assert.deepStrictEqual([next.resumed, next.restartReason, next.steps], [false, undefined, []])
    }),
  )

  it.effect("MUST tell of the syncs that were published: whose they are, and how much they have", () =>
    Effect.gen(function* () {
      const run = yield* freshRuns(output)
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
      const run = yield* freshRuns(output)
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
      const run = yield* freshRuns(output)
      const first = yield* run(publishOnce())
      const second = yield* run(publishOnce({ leaveOut: [first.syncId] }))
      assert.deepStrictEqual(
        (yield* run((store) => store.earlier())).map((sync) => sync.syncId),
        [second.syncId],
      )
    }),
  )
}
