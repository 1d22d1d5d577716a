// The limits of systems, spent by all replicas together. A replica takes blocks of them and spends these by itself. A pause that the system
// asks for is written, and told to all who listen. Who cannot listen spends nothing: calls then wait.
import type { StoredLimit } from "@rollcall/resilience"
import { burstOf, intervalOf, LimitStore, monotonicMillis, passage, resumesAt } from "@rollcall/resilience"
import {
  Context,
  Deferred,
  Effect,
  flow,
  Layer,
  Option,
  Queue,
  RcRef,
  Result,
  Schedule,
  Schema,
  Semaphore,
} from "effect"
import { Database } from "./Database.ts"
import type { DatabaseError } from "./DatabaseError.ts"
import type { TakenBlock } from "./limitBlocks.ts"
import { limitBlocks, stretchOf } from "./limitBlocks.ts"

/** Where pauses are told, each with its end, by the key of the limit. */
const channel = "rollcall_limits"
const decodeRests = flow(
  Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Finite))),
  Option.getOrElse(() => ({})),
)

/** A worker that stops does not wait longer for its blocks to be given back. */
const patience = "3 seconds"
/** How long calls wait before they look again whether the database is back. */
const awayMillis = 500
const away = { at: 0, because: "budget", millis: awayMillis } as const

/** Milliseconds since the epoch by the clock of the server, at the moment and not at the beginning of the statement. */
const databaseNow = "extract(epoch from clock_timestamp())::float8 * 1000"

/** What this replica has taken of the limits and not spent. */
export class LimitBlocks extends Context.Service<
  LimitBlocks,
  {
    /**
     * Gives it back, so that nobody waits until it lapses. What others took after it stays as it is. Where the database is away nothing is
     * given back.
     */
    readonly giveBack: Effect.Effect<void>
  }
>()("@rollcall/postgres/LimitBlocks") {}

/** The limits that all replicas on this database share. What is left is given back when the scope ends. */
export const limitStorePostgres: Layer.Layer<LimitStore | LimitBlocks, never, Database> = Layer.effectContext(
  Effect.gen(function* () {
    const { sql, run, runAgain, kept } = yield* Database
    const now = sql.literal(databaseNow)
    const blocks = limitBlocks()
    const mutex = yield* Semaphore.make(1)
    let hears = false
    /** What the clock of the database is ahead of ours, at least: so no call goes before its time. */
    let ahead = 0
    const clock = Effect.map(monotonicMillis, (millis) => millis + ahead)

    const takeBlocks = Effect.fnUntraced(function* (
      limits: ReadonlyArray<StoredLimit>,
    ): Effect.fn.Return<void, DatabaseError> {
      const asked = limits.map((limit) => ({
        key: limit.key,
        taken: stretchOf(limit),
        rate: blocks.paceOf(limit.key).rate ?? null,
      }))
      const rows = yield* run(sql<TakenBlock>`
        insert into rollcall_limit as it (key, paid_until, taken, cooldown_until, rate)
        select key, ${now} + taken, taken, '-Infinity', rate
        from json_to_recordset(${JSON.stringify(asked)}::json) as asked (key text, taken float8, rate float8) order by key
        on conflict (key) do update set taken = excluded.taken,
          paid_until = greatest(it.paid_until, ${now}) + excluded.taken,
          rate = case when it.refused then null else greatest(it.rate, excluded.rate) end
        returning key, paid_until - taken as begins, paid_until as ends, cooldown_until as cooldown, rate, refused, ${now} as now`)
      const received = yield* monotonicMillis
      for (const row of rows) {
        ahead = row.now - received
        const limit = limits.find(({ key }) => key === row.key)
        if (limit !== undefined) blocks.put(limit, row)
      }
    })

    const take: LimitStore["Service"]["take"] = (limits, goes) =>
      mutex.withPermit(
        Effect.gen(function* () {
          if (!hears) return away
          const lapsed = blocks.lapsed(limits, yield* clock)
          if (lapsed.length > 0 && Result.isFailure(yield* Effect.result(takeBlocks(lapsed)))) return away
          const at = yield* clock
          const passed = passage(limits, blocks.paceOf, at)
          if ("wait" in passed) return passed.wait
          if (goes) blocks.pay(passed.paid, at)
          return undefined
        }),
      )

    const coolDown: LimitStore["Service"]["coolDown"] = Effect.fnUntraced(function* (limits, millis) {
      const at = yield* clock
      for (const { key, budget } of limits) blocks.rest(key, resumesAt(budget, at + millis))
      const asked = limits.map(({ key, budget }) => ({
        key,
        after: resumesAt(budget, millis),
        burst: (burstOf(budget) - 1) * intervalOf(budget),
        climbs: budget.climb !== undefined,
      }))
      const written = runAgain(sql`
        with cooled as (
          insert into rollcall_limit as it (key, paid_until, taken, cooldown_until, refused)
          select key, ${now} + after + burst, 0, ${now} + after, climbs
          from json_to_recordset(${JSON.stringify(asked)}::json)
            as asked (key text, after float8, burst float8, climbs boolean) order by key
          on conflict (key) do update set cooldown_until = greatest(it.cooldown_until, excluded.cooldown_until),
            paid_until = greatest(it.paid_until, excluded.paid_until), refused = it.refused or excluded.refused,
            rate = case when excluded.refused then null else it.rate end
          returning key, cooldown_until
        ) select pg_notify(${channel}, json_object_agg(key, cooldown_until)::text) from cooled`)
      // Whoever was told to pause has to tell the others, however long that takes: until then the call waits.
      yield* written.pipe(
        Effect.tapError(({ message }) => Effect.logWarning(`Calls wait: a pause cannot be shared. ${message}`)),
        Effect.retry(Schedule.spaced("1 second")),
        Effect.orDie,
      )
    })

    /** Pauses that were told while nobody listened here. */
    const restAsTold = Effect.gen(function* () {
      const keys = blocks.keys()
      if (keys.length === 0) return
      const rows = yield* run(sql<{ key: string; resumes: number }>`
        select key, cooldown_until as resumes from rollcall_limit where cooldown_until > '-Infinity'
          and key in (select json_array_elements_text(${JSON.stringify(keys)}::json))`)
      for (const { key, resumes } of rows) blocks.rest(key, resumes)
    })
    const tried = yield* Deferred.make<void>()
    const hear = Effect.scoped(
      Effect.gen(function* () {
        const { listen, lost } = yield* RcRef.get(kept)
        const news = yield* listen(channel)
        yield* restAsTold
        hears = true
        yield* Deferred.succeed(tried, undefined)
        const told = Effect.map(Queue.take(news), ({ payload }) => {
          for (const [key, resumes] of Object.entries(decodeRests(payload))) blocks.rest(key, resumes)
        })
        return yield* Effect.raceFirst(Effect.forever(told), lost)
      }),
    )
    const deaf = Effect.suspend(() => {
      const told = hears
        ? Effect.logWarning("Calls wait until the database is back: it keeps their limits.")
        : Effect.void
      hears = false
      return told
    })
    yield* hear.pipe(
      Effect.catch(() => deaf),
      Effect.andThen(Deferred.succeed(tried, undefined)),
      Effect.andThen(Effect.sleep(awayMillis)),
      Effect.forever,
      Effect.forkScoped,
    )
    yield* Deferred.await(tried)

    const restMillis: LimitStore["Service"]["restMillis"] = (key) =>
      Effect.map(clock, (at) => Math.max(0, blocks.paceOf(key).cooldownUntil - at))
    const giveBack = mutex.withPermit(
      Effect.suspend(() => {
        const left = blocks.giveUp()
        if (left.length === 0) return Effect.void
        return run(sql`update rollcall_limit as it set paid_until = spent, taken = greatest(0, taken - (until - spent))
          from json_to_recordset(${JSON.stringify(left)}::json) as given (key text, spent float8, until float8)
          where it.key = given.key and it.paid_until = until`)
      }),
    )
    const givesBack = giveBack.pipe(
      Effect.timeout(patience),
      Effect.catch((error) => Effect.logDebug(`What is left of limits lapses with its time. ${error.message}`)),
    )
    yield* Effect.addFinalizer(() => givesBack)
    return Context.make(LimitStore, { take, coolDown, restMillis }).pipe(
      Context.add(LimitBlocks, { giveBack: Effect.asVoid(givesBack) }),
    )
  }),
)
