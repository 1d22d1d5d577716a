// The audit log, told in the worker's log as well: a pod's disk may go with it, while its log is collected.
import { AuditLog } from "@rollcall/connector"
import { Effect, Layer } from "effect"

/** Appends each entry to the audit log of the surroundings, then logs it. */
export const loggedAudit: Layer.Layer<AuditLog, never, AuditLog> = Layer.effect(
  AuditLog,
  Effect.map(Effect.service(AuditLog), (audit) => ({
    append: (entry) =>
      Effect.andThen(
        audit.append(entry),
        Effect.annotateLogs(Effect.logInfo(`Audit: ${entry.intent} ${entry.outcome}.`), { audit: entry }),
      ),
  })),
)
