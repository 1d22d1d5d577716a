// The journal of changes: every write of this program, before and after, so that a plan that stopped early goes on where it was, and
// that brakes by the hour count what everybody changed. It is kept beside the audit log, which is for people.
import type { BrakesInForce } from "@rollcall/connector"
import { AuditEntry, AuditLog, StoreError } from "@rollcall/connector"
import { Context, Effect, Layer, Schema } from "effect"

/** What the journal tells of a write: what it was, and the latest that is known of it. */
export type JournalEntry = Pick<AuditEntry, "requestId" | "intent" | "target" | "outcome">

/**
 * How long a journal is kept, in milliseconds. Brakes look back an hour; a plan that could be applied for longer than this would be done
 * twice.
 */
export const journalKept = 30 * 24 * 3_600_000

/** An entry of a row in which a store keeps it, with its target as JSON. */
export const journalEntryOf = Schema.decodeUnknownEffect(
  Schema.Struct({
    requestId: Schema.String,
    intent: Schema.String,
    target: Schema.fromJsonString(AuditEntry.fields.target),
    outcome: AuditEntry.fields.outcome,
  }),
)

/** The journal. A write has one entry: what came of it takes the place of `begun`. */
export class ChangeStore extends Context.Service<
  ChangeStore,
  {
    /** Keeps what the audit log was told. It survives a crash of the machine once this succeeds. */
    readonly append: (entry: AuditEntry) => Effect.Effect<void, StoreError>
    /** For the brakes by the hour. What failed, or was so already, does not count; what may have taken effect does. */
    readonly countSince: BrakesInForce["countSince"]
    /** Counts and begins writes of a tenant while nobody else does on the same store: the `alone` of the brakes. It waits for its turn. */
    readonly countAlone: NonNullable<BrakesInForce["alone"]>
    /** The writes of a plan, in the order in which they began. */
    readonly ofPlan: (planId: string) => Effect.Effect<ReadonlyArray<JournalEntry>, StoreError>
    /** Runs work on a tenant while no other run on the same store does; fails with `Busy`, naming `what` the other does. */
    readonly alone: <A, E, R>(
      tenant: string,
      what: string,
      work: Effect.Effect<A, E, R>,
    ) => Effect.Effect<A, E | StoreError, R>
  }
>()("@rollcall/plan/ChangeStore") {}

/** What `alone` fails with: what the other does, and since when, where the store tells. */
export const othersChange = (
  other: { readonly what: string; readonly since: string } | undefined,
  cause?: unknown,
): StoreError =>
  new StoreError({
    reason: "Busy",
    message: `Another process is making changes with the same store${other === undefined ? "" : `: since ${other.since} it ${other.what}`}.`,
    hint: "Wait until it has ended, or give --wait 10m; then run the same again.",
    cause,
  })

/**
 * An audit log whose entries are journalled as well: first for people, then for us. The ends of leases are not: they were agreed on when
 * access was granted, and do not count against what else is removed.
 */
export const journalledAuditLog: Layer.Layer<AuditLog, never, AuditLog | ChangeStore> = Layer.effect(
  AuditLog,
  Effect.gen(function* () {
    const log = yield* AuditLog
    const store = yield* ChangeStore
    return AuditLog.of({
      append: (entry) =>
        entry.lease !== undefined && entry.intent !== "grant"
          ? log.append(entry)
          : Effect.andThen(log.append(entry), store.append(entry)),
      has: log.has,
    })
  }),
)
