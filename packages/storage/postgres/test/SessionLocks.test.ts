// Locks of the session that a process keeps, beside others who use it.
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Context, Deferred, Effect, Fiber, Layer, RcRef, Schedule } from "effect"
import { Database, databaseLayer } from "../src/index.ts"

const twoProcesses = Effect.gen(function* () {
  const { freshDatabase } = yield* sharedPostgres
  const url = yield* freshDatabase
  const open = Effect.map(Layer.build(Layer.fresh(databaseLayer({ url }))), (built) => Context.get(built, Database))
  return yield* Effect.all([open, open])
})

describe.skipIf(!hasPostgres)("a lock", () => {
  it.live("is free once it cannot be given back, although the session is in use", () =>
    Effect.gen(function* () {
      const [first, second] = yield* twoProcesses
      // As whoever listens for news of others does, for as long as the process lives.
      const session = yield* RcRef.get(first.kept)
      yield* Effect.scoped(
        Effect.gen(function* () {
          assert.isDefined(yield* first.locks.take("ends of leases"))
          assert.isUndefined(yield* second.locks.take("ends of leases"))
          // From here on the server refuses whatever is asked in this session.
          yield* session.ask("begin")
          yield* Effect.flip(session.ask("select 1 / 0"))
        }),
      )
      assert.include(
        (yield* Effect.flip(session.lost)).message,
        "The session of this process with the database has ended",
      )
      const taken = yield* second.locks
        .take("ends of leases")
        .pipe(Effect.repeat({ schedule: Schedule.spaced("50 millis"), until: (held) => held !== undefined }))
      assert.isDefined(taken)
      // The process goes on with another session.
      assert.isDefined(yield* first.locks.take("another"))
    }).pipe(Effect.scoped),
  )

  it.live("is given back where what runs under it is interrupted, and the session goes on", () =>
    Effect.gen(function* () {
      const [first, second] = yield* twoProcesses
      const session = yield* RcRef.get(first.kept)
      const held = yield* Deferred.make<void>()
      const holding = Effect.scoped(
        Effect.andThen(
          first.locks.take("ends of leases"),
          Effect.andThen(Deferred.succeed(held, undefined), Effect.never),
        ),
      )
      const fiber = yield* Effect.forkScoped(holding)
      yield* Deferred.await(held)
      assert.isUndefined(yield* second.locks.take("ends of leases"))
      // The session has something else to do first.
      yield* Effect.forkScoped(session.ask("select pg_sleep(1)"), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      assert.isDefined(yield* second.locks.take("ends of leases"))
      assert.strictEqual(yield* session.ask("select 1"), 1)
    }).pipe(Effect.scoped),
  )
})
