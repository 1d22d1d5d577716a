import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { applyChanges, AuditLog, AuditOrigin, ConnectorError, CurrentConnection } from "../../src/index.ts"
import { apply, chess, failureOf } from "./applying.ts"
import { auditLog, change, clubs } from "./clubs.ts"

describe("the audit log of changes", () => {
  it.effect("holds one entry before each write and one after, with actor, target and the same request id", () =>
    Effect.gen(function* () {
      const changes = [change("chess", "bob"), change("chess", "ada")]
      const { entries } = yield* apply(chess, { intent: "grant", changes })
      assert.deepStrictEqual(
        entries.map(({ actor, tenant, intent, target, outcome }) => ({ actor, tenant, intent, target, outcome })),
        (["begun", "changed"] as const).map((outcome) => ({
          actor: "mayor",
          tenant: "T1",
          intent: "grant",
          target: { entitlement: "club:chess:member", principal: "person:bob" },
          outcome,
        })),
      )
      assert.strictEqual(entries[0]?.requestId, entries[1]?.requestId)
      assert.strictEqual(entries[0]?.time, "1970-01-01T00:00:00.000Z")
    }),
  )

  it.effect("stops the run before a write that it cannot record", () =>
    Effect.gen(function* () {
      const changes = [change("chess", "bob"), change("chess", "eve")]
      const { outcomes, calls, stopReason } = yield* apply(chess, { intent: "grant", changes }, auditLog(2))
      assert.deepStrictEqual(outcomes, ["changed", "notTried"])
      assert.notInclude(calls, "grant chess eve")
      assert.strictEqual(stopReason?.kind, "cannotWrite")
    }),
  )

  it.effect("says that nothing is begun where nothing was sent, and only there", () =>
    Effect.gen(function* () {
      const changes = [change("chess", "bob")]
      const before = yield* apply(chess, { intent: "grant", changes }, auditLog(0))
      assert.strictEqual(
        before.stopReason?.message,
        "The disk is full. No change begins that cannot be recorded there.",
      )
      const after = yield* apply(chess, { intent: "grant", changes }, auditLog(1))
      assert.strictEqual(
        failureOf(after.results[0])?.message,
        "The change was sent, but its outcome could not be recorded: The disk is full.",
      )
    }),
  )

  it.effect("keeps what is known of a write that failed where that cannot be recorded: it was not sent", () =>
    Effect.gen(function* () {
      const town = clubs(chess)
      const refused = new ConnectorError({
        reason: { _tag: "Unavailable", scope: "system" },
        message: "The PATCH was not sent: another worker has taken over.",
        hint: "It goes on there.",
      })
      const unsent = {
        ...town.connector,
        provisioning: { ...town.connector.provisioning!, grant: () => Effect.fail(refused) },
      }
      const request = { intent: "grant" as const, changes: [change("chess", "bob")] }
      const applied = yield* Effect.provideService(applyChanges(unsent, request), AuditLog, auditLog(1).service)
      const failure = failureOf(applied.results[0])
      assert.strictEqual(failure?.message, refused.message)
      assert.isUndefined(failure?.uncertain)
      assert.strictEqual(applied.stopReason, refused)
    }),
  )

  it.effect("that is full when accepted changes do not show leaves none of them told as one that was not tried", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["ignored" as const], zoe: ["ignored" as const] } }
      const changes = ["bob", "zoe", "eve"].map((who) => change("chess", who))
      const { outcomes, stopReason } = yield* apply(options, { intent: "grant", changes }, auditLog(6))
      assert.deepStrictEqual(outcomes, ["failed", "failed", "changed"])
      assert.strictEqual(stopReason?.kind, "cannotWrite")
    }),
  )

  it.effect("holds who ran it and why, beside the account that acts", () =>
    Effect.gen(function* () {
      const origin = { osUser: "ada", statedReason: "TICKET-7" }
      const { entries } = yield* apply(chess, { intent: "grant", changes: [change("chess", "bob")] }).pipe(
        Effect.provideService(AuditOrigin, origin),
      )
      assert.lengthOf(entries, 2)
      for (const entry of entries) assert.deepInclude(entry, { ...origin, actor: "mayor" })
    }),
  )

  it.effect("holds which of several connections makes the change, and its connector", () =>
    Effect.gen(function* () {
      const { entries } = yield* apply(chess, { intent: "grant", changes: [change("chess", "bob")] }).pipe(
        Effect.provideService(CurrentConnection, { name: "sales", connector: "clubs" }),
      )
      assert.lengthOf(entries, 2)
      for (const entry of entries) assert.deepInclude(entry, { connection: "sales", connector: "clubs" })
    }),
  )

  it.effect("gives the reason of a failure in words of its own, as the system's may name people", () =>
    Effect.gen(function* () {
      const town = clubs(chess)
      const log = auditLog()
      const message = "Ada Lovelace <ada@x.example> may not."
      const refuses = {
        ...town.connector,
        provisioning: {
          ...town.connector.provisioning!,
          grant: () =>
            Effect.fail(new ConnectorError({ reason: { _tag: "Refused", by: "settings" }, message, hint: "" })),
        },
      }
      const request = { intent: "grant" as const, changes: [change("chess", "bob")] }
      yield* Effect.provideService(applyChanges(refuses, request), AuditLog, log.service)
      assert.strictEqual(log.entries[1]?.reason, "the system refused it")
    }),
  )

  it.effect("that is full after a write stops the run, and the write is not told as one that was not tried", () =>
    Effect.gen(function* () {
      const changes = [change("chess", "bob"), change("chess", "eve")]
      const { results, membersOf, stopReason } = yield* apply(chess, { intent: "grant", changes }, auditLog(1))
      const [first, second] = results
      const failed = first?.outcome === "failed" ? first.failure : undefined
      assert.include(failed?.message, "was sent, but its outcome could not be recorded")
      assert.isTrue(failed?.uncertain)
      assert.strictEqual(second?.outcome, "notTried")
      assert.deepStrictEqual(membersOf("chess"), ["ada", "bob"])
      assert.strictEqual(stopReason?.kind, "cannotWrite")
    }),
  )

  it.effect("notes a write that is cut off on its way as unknown", () =>
    Effect.gen(function* () {
      const town = clubs(chess)
      const log = auditLog()
      const begun = yield* Deferred.make<void>()
      const stuck = {
        ...town.connector,
        provisioning: {
          ...town.connector.provisioning!,
          grant: () => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never),
        },
      }
      const request = { intent: "grant" as const, changes: [change("chess", "bob")] }
      const fiber = yield* Effect.forkChild(Effect.provideService(applyChanges(stuck, request), AuditLog, log.service))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(
        log.entries.map((entry) => entry.outcome),
        ["begun", "unknown"],
      )
    }),
  )
})
