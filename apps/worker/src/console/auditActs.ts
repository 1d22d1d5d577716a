// Each act of somebody in the console stands in the audit log of the connection, with who it was: a line before, and one with what came of it.
import { auditFileBeside, auditLogFile } from "@rollcall/audit-file"
import type { Connection } from "@rollcall/config"
import type { AuditEntry, StoreError } from "@rollcall/connector"
import { AuditLog, randomId } from "@rollcall/connector"
import type { Refused, Visitor } from "@rollcall/console"
import { workFolderOf } from "@rollcall/host"
import type { SharedSettings } from "@rollcall/host/connection-changes"
import { Clock, Effect } from "effect"
import { mkdirSync } from "node:fs"
import { dirname, join } from "node:path"

/** The file of the audit log of a connection, by what its entry says. */
export const auditFileOf = (
  { name, entries }: Pick<Connection, "name" | "entries">,
  { settings }: Pick<SharedSettings, "settings">,
): string => {
  const own = (key: string) => {
    const value = entries.get(key)?.value
    return typeof value === "string" ? value : undefined
  }
  const [named, clientId, temp] = [own("audit-file"), own("client-id"), settings["c1z-temp-dir"]]
  if (named !== undefined) return named
  if (clientId === undefined) return auditFileBeside(own("file") ?? join(dirname(settings.file), `${name}.c1z`))
  return join(
    workFolderOf(own("c1z-temp-dir") ?? (temp === undefined ? undefined : join(temp, name)), clientId),
    "audit.ndjson",
  )
}

/** An act, and where it is recorded. */
export interface Act {
  readonly visitor: Visitor
  readonly connection: string
  readonly connector: string
  /** Id of the workspace, where it is known. */
  readonly workspace: string | undefined
  readonly file: string
  /** What is done, such as `connection.pause`. */
  readonly intent: string
  /** What it is done with, by name; nothing that is secret. */
  readonly target?: Readonly<Record<string, string>> | undefined
}

/** Does it between its two lines. What cannot be recorded is not done. */
export const audited = (act: Act, work: Effect.Effect<Refused | undefined>): Effect.Effect<Refused | undefined> =>
  Effect.gen(function* () {
    const { visitor, connection, connector, workspace, file, intent, target = {} } = act
    yield* Effect.sync(() => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }))
    const requestId = yield* randomId(2)
    const append = Effect.fnUntraced(
      function* (outcome: AuditEntry["outcome"], reason?: string) {
        const entry: AuditEntry = {
          time: new Date(yield* Clock.currentTimeMillis).toISOString(),
          requestId,
          actor: visitor.subject,
          issuer: visitor.issuer,
          subject: visitor.subject,
          tenant: workspace ?? "unknown",
          connection,
          connector,
          intent,
          target: { connection, ...target },
          outcome,
          ...(reason === undefined ? {} : { reason }),
        }
        yield* AuditLog.use((log) => log.append(entry))
        // A pod's disk may go with it, while its log is collected.
        yield* Effect.annotateLogs(Effect.logInfo(`Audit: ${intent} ${outcome}.`), { connection, audit: entry })
      },
      Effect.provide(auditLogFile(file)),
    )
    yield* append("begun")
    const refused = yield* work.pipe(
      Effect.onExit((exit) => (exit._tag === "Failure" ? Effect.ignore(append("unknown")) : Effect.void)),
    )
    yield* refused === undefined ? append("changed") : append("failed", refused.message)
    return refused
  }).pipe(
    // Whoever closes the page does not stop what it has begun.
    Effect.uninterruptible,
    Effect.catch(({ message, hint }: StoreError) =>
      Effect.succeed({ message: `It cannot be recorded. ${message}`, hint }),
    ),
  )
