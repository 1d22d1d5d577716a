// A write between its two lines in the audit log. The second is written whatever happens, an interruption included.
import { Cause, Clock, Effect, Exit, Random } from "effect"
import type { AuditEntry } from "../AuditLog.ts"
import { AuditLog } from "../AuditLog.ts"
import type { Tenant } from "../Connector.ts"
import type { ConnectorError } from "../ConnectorError.ts"
import type { StoreError } from "../StoreError.ts"

/** What a write is about. */
export interface AuditedWrite extends Pick<AuditEntry, "intent" | "target"> {
  readonly tenant: Tenant
}

/** Appends entries about one write. */
export type AppendEntry = (outcome: AuditEntry["outcome"], reason?: string) => Effect.Effect<void, StoreError>

/** The entries of one write: the same request id, each with its own time. */
export const auditEntries = Effect.fnUntraced(function* ({ intent, target, tenant }: AuditedWrite) {
  const log = yield* AuditLog
  const requestId = yield* randomId
  const append: AppendEntry = (outcome, reason) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      log.append({
        time: new Date(now).toISOString(),
        requestId,
        actor: tenant.actor ?? "unknown",
        tenant: tenant.id,
        intent,
        target,
        outcome,
        ...(reason === undefined ? {} : { reason }),
      }),
    )
  return append
})

/** Runs the write between `begun` and what came of it. Nothing is written where `begun` cannot be recorded. */
export const audited = <A extends { readonly outcome: "changed" | "already" }, R>(
  append: AppendEntry,
  write: Effect.Effect<A, ConnectorError, R>,
): Effect.Effect<A, ConnectorError | StoreError, R> =>
  Effect.andThen(
    append("begun"),
    Effect.onExit(write, (exit) => {
      if (Exit.isSuccess(exit)) return append(exit.value.outcome)
      const failure = Cause.findErrorOption(exit.cause)
      if (failure._tag === "None") return append("unknown", "cut off while it was on its way")
      return append(failure.value.uncertain === true ? "unknown" : "failed", failure.value.message)
    }),
  )

const randomId = Effect.gen(function* () {
  const halves = [yield* Random.nextIntBetween(0, 0xff_ff_ff_ff), yield* Random.nextIntBetween(0, 0xff_ff_ff_ff)]
  return halves.map((half) => half.toString(16).padStart(8, "0")).join("")
})
