// What every store of changes does, wherever it keeps them.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { assert, describe, it } from "@effect/vitest"
import type { AuditEntry } from "@rollcall/connector"
import { ChangeStore } from "@rollcall/plan"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import type { StorePlace, StoreWorld } from "./StoreWorld.ts"

const at = Date.UTC(2026, 10, 30, 12)
const entry = (requestId: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  time: new Date(at).toISOString(),
  requestId,
  actor: "U1",
  tenant: "T1",
  planId: "p1",
  intent: "revoke",
  target: { entitlement: "group:S1:member", principal: "user:U2" },
  outcome: "begun",
  ...more,
})

const using = <A, E, R>(
  { layer }: StorePlace<ChangeStore>,
  work: (store: ChangeStore["Service"]) => Effect.Effect<A, E, R>,
) => Effect.provide(ChangeStore.use(work), layer)

/** Declares the tests of one kind of store. Call it at the top level of a test file. */
export const changeStoreSuite = ({ name, place }: StoreWorld<ChangeStore>): void => {
  describe(`a store of changes ${name}`, () => {
    it.effect("keeps one entry a write, with the latest that is known, over runs", () =>
      Effect.gen(function* () {
        const opened = yield* place
        yield* using(opened, (store) =>
          Effect.forEach(
            [
              entry("1"),
              entry("1", { outcome: "changed" }),
              entry("2", { intent: "grant" }),
              entry("3", { planId: "p2" }),
            ],
            store.append,
          ),
        )
        const entries = yield* using(opened, (store) => store.ofPlan("p1"))
        const { target } = entry("1")
        assert.deepStrictEqual(entries, [
          { requestId: "1", intent: "revoke", target, outcome: "changed" },
          { requestId: "2", intent: "grant", target, outcome: "begun" },
        ])
      }),
    )

    it.effect("counts what was changed, or may have been, of a tenant since an instant", () =>
      Effect.gen(function* () {
        const opened = yield* place
        const counts = yield* using(opened, (store) =>
          Effect.andThen(
            Effect.forEach(
              [
                entry("1", { outcome: "changed" }),
                entry("2", { outcome: "unknown" }),
                entry("3", { outcome: "failed" }),
                entry("4", { outcome: "already" }),
                entry("5", { intent: "disable_user", target: { user_id: "U2" } }),
                entry("8", { target: { entitlement: "group:S2:member", principal: "user:U2" } }),
                entry("6", { tenant: "T2" }),
                entry("7", { time: new Date(at - 1).toISOString() }),
              ],
              store.append,
            ),
            store.countSince("T1", at),
          ),
        )
        assert.deepStrictEqual(counts, [
          { intent: "disable_user", entitlement: undefined, count: 1 },
          { intent: "revoke", entitlement: "group:S1:member", count: 2 },
          { intent: "revoke", entitlement: "group:S2:member", count: 1 },
        ])
      }),
    )

    it.effect(
      "forgets what is older than a month by its newest entry, not by a clock that is far ahead for a while",
      () =>
        Effect.gen(function* () {
          const opened = yield* place
          const months = (count: number) => new Date(at + count * 31 * 24 * 3_600_000).toISOString()
          const requests = using(opened, (store) =>
            Effect.map(store.ofPlan("p1"), (entries) => entries.map(({ requestId }) => requestId)),
          )
          yield* using(opened, (store) => store.append(entry("1")))
          yield* TestClock.setTime(at + 12 * 31 * 24 * 3_600_000)
          assert.deepStrictEqual(yield* requests, ["1"])
          yield* using(opened, (store) => store.append(entry("2", { time: months(12) })))
          assert.deepStrictEqual(yield* requests, ["2"])
        }),
    )

    it.effect("lets one run at a time make changes, and names what the other does", () =>
      Effect.gen(function* () {
        const opened = yield* place
        const error = yield* using(opened, (store) =>
          store.alone(
            "T1",
            "applies the plan p1",
            Effect.flip(using(opened, (other) => other.alone("T1", "applies the plan p2", Effect.void))),
          ),
        )
        assert.strictEqual(error.kind, "busy")
        assert.include(error.message, "it applies the plan p1")
        yield* using(opened, (store) => store.alone("T1", "applies the plan p2", Effect.void))
      }),
    )

    it.live("lets those who count and begin do so one after the other, in this process and in others", () =>
      Effect.gen(function* () {
        const opened = yield* place
        let inside = 0
        let most = 0
        const work = Effect.acquireUseRelease(
          Effect.sync(() => void (most = Math.max(most, ++inside))),
          () => Effect.sleep(5),
          () => Effect.sync(() => void inside--),
        )
        const stores = [1, 2].map(() =>
          using(opened, ({ countAlone }) =>
            Effect.all([countAlone("T1", work), countAlone("T1", work)], { concurrency: "unbounded", discard: true }),
          ),
        )
        yield* Effect.all(stores, { concurrency: "unbounded" })
        assert.strictEqual(most, 1)
      }),
    )

    it.live("is free again when the process that made changes was killed, and has what that process had begun", () =>
      Effect.gen(function* () {
        const opened = yield* place
        const program = `
        import { Effect } from ${JSON.stringify(import.meta.resolve("effect"))}
        import { ChangeStore } from ${JSON.stringify(import.meta.resolve("@rollcall/plan"))}
        ${opened.code}
        const work = ChangeStore.use((store) => store.alone("T1", "applies the plan p1", Effect.gen(function* () {
          yield* store.append(${JSON.stringify(entry("1"))})
          console.log("begun")
          yield* Effect.never
        })))
        setInterval(() => {}, 1000)
        Effect.runPromise(work.pipe(Effect.provide(layer)))`
        const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
          stdio: ["ignore", "pipe", "inherit"],
        })
        yield* Effect.promise(() => once(child.stdout, "data"))
        assert.strictEqual(
          (yield* Effect.flip(using(opened, (store) => store.alone("T1", "x", Effect.void)))).kind,
          "busy",
        )
        child.kill("SIGKILL")
        yield* Effect.promise(() => once(child, "exit"))
        yield* using(opened, (store) => store.alone("T1", "applies the plan p2", Effect.void))
        assert.deepStrictEqual(
          yield* using(opened, (store) => Effect.map(store.ofPlan("p1"), ([first]) => first?.outcome)),
          "begun",
        )
      }),
    )
  })
}
