// The audit log of the worker, of which each entry is in its log as well.
import { AuditLog } from "@rollcall/connector"
import { Effect, Layer } from "effect"

/** Appends each entry to the audit log of the surroundings, then logs it: a pod's disk may go with it, while its log is collected. */
export const loggedAudit: Layer.Layer<AuditLog, never, AuditLog> = Layer.effect(
  AuditLog,
  Effect.map(Effect.service(AuditLog), (audit) => ({
    ...audit,
    append: (entry) =>
      Effect.andThen(
        audit.append(entry),
        Effect.annotateLogs(Effect.logInfo(`Audit: ${entry.intent} ${entry.outcome}.`), { audit: entry }),
      ),
  })),
)
