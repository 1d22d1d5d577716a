// The record of every write: one entry before, so that nothing happens unseen, and one after, with what came of it.
import { Context, Effect, Random, Schema } from "effect"
import type { StoreError } from "./StoreError.ts"

const text = Schema.optional(Schema.String)

const originFields = {
  /** The user of the operating system who runs the program. */
  osUser: text,
  /** Why the writes are made, in the words of whoever asked for them. */
  statedReason: text,
  /** The ticket that they belong to. */
  ticket: text,
  /** The plan that they carry out. */
  planId: text,
  /** Who approved it. */
  approvedBy: Schema.optional(Schema.Array(Schema.String)),
  /** The lease that they begin, move or end, and when it ends (RFC 3339 in UTC); `c1`: ConductorOne granted it, and ends it. */
  lease: Schema.optional(
    Schema.Struct({ id: Schema.String, endsAt: Schema.String, kind: Schema.optional(Schema.Literals(["c1"])) }),
  ),
}

/** On whose behalf writes are made, as far as it is known here. */
export interface AuditOrigin extends Schema.Struct.Type<typeof originFields> {}

/** The origin of all writes of a run; nothing is known of it by default. */
export const AuditOrigin = Context.Reference<AuditOrigin>("@rollcall/connector/AuditOrigin", {
  defaultValue: () => ({}),
})

/** One of several connections that a process serves. */
export interface NamedConnection {
  readonly name: string
  /** The id of its connector. */
  readonly connector: string
}

/** The connection that work is done for, so that what is recorded of it bears its name; none where the process serves one alone. */
export const CurrentConnection = Context.Reference<NamedConnection | undefined>(
  "@rollcall/connector/CurrentConnection",
  { defaultValue: () => undefined },
)

/** What an entry of the log says of the connection. */
export const connectionInAudit = Effect.map(CurrentConnection, (connection) =>
  connection === undefined ? {} : { connection: connection.name, connector: connection.connector },
)

/** What is about to happen, or has happened. It holds ids, never names, addresses or secrets. */
export const AuditEntry = Schema.Struct({
  ...originFields,
  /** The instant, RFC 3339. */
  time: Schema.String,
  /** The same in both entries of one write. */
  requestId: Schema.String,
  /** Who acts, as the system names the holder of the credential. */
  actor: Schema.String,
  /** Of what was done in the console: who was signed in (`sub`), and who says that it is them (`iss`). */
  issuer: text,
  subject: text,
  /** Id of the tenant that is changed. */
  tenant: Schema.String,
  /** The connection that makes the change, and its connector, where the process serves several. */
  connection: text,
  connector: text,
  /**
   * `grant`, `revoke`, or the name of an action. Of a lease, `extend` for an end that is moved, `expire` for one that has come, and `close`
   * where it is over for another reason, which `reason` names. Of a connection: `connection.pause` and its like.
   */
  intent: Schema.String,
  /** What is changed, by name: `entitlement` and `principal`, or the arguments of an action. */
  target: Schema.Record(Schema.String, Schema.String),
  /**
   * `begun` before the write; after it `changed`, `already` (it had taken effect before), `failed`, `unconfirmed` (the
   * system accepted it and does not show it) or `unknown` (what came of it could not be seen). `collateral`: others than the
   * principal lost the entitlement while it was written.
   */
  outcome: Schema.Literals(["begun", "changed", "already", "failed", "unconfirmed", "unknown", "collateral"]),
  /** Why it failed or was closed, in words of Rollcall's own: the system's may name people. */
  reason: text,
  /** Of `collateral`: the ids of all who lost the entitlement. */
  vanished: Schema.optional(Schema.Array(Schema.String)),
})
export type AuditEntry = typeof AuditEntry.Type

/** Where entries go. An entry that was appended survives a crash of the machine. */
export class AuditLog extends Context.Service<
  AuditLog,
  {
    readonly append: (entry: AuditEntry) => Effect.Effect<void, StoreError>
    /** Whether it has an entry with this request id: for whoever was killed after an entry, and does not know.
     * Absent where it cannot be read: such an entry may be there twice. */
    readonly has?: ((requestId: string) => Effect.Effect<boolean, StoreError>) | undefined
  }
>()("@rollcall/connector/AuditLog") {}

/** A random id in hexadecimal digits, eight for each word: two words for a write or a lease, more where nobody may guess it. */
export const randomId = (words: number): Effect.Effect<string> =>
  Effect.map(Effect.replicateEffect(Random.nextIntBetween(0, 0xff_ff_ff_ff), words), (all) =>
    all.map((word) => word.toString(16).padStart(8, "0")).join(""),
  )
