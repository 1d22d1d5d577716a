// All that this worker knows of one connection, for its page.
import type { Connection } from "@rollcall/config"
import { namesOf, placeOf, secretsFolder } from "@rollcall/config"
import { AuditEntry, sentenceOf, systemCodeOf } from "@rollcall/connector"
import type { Failure } from "@rollcall/connector"
import type { ConnectionDetails, Rows, ShownAudit, ShownLease } from "@rollcall/console"
import { builtIn } from "@rollcall/host"
import { lookIntoLeases } from "@rollcall/host/changes"
import type { SharedSettings } from "@rollcall/host/connection-changes"
import { isStored, leasesOf } from "@rollcall/host/connection-changes"
import { allFields } from "@rollcall/host/worker-fields"
import type { Lease } from "@rollcall/plan"
import { Effect, Option, Schema } from "effect"
import { open } from "node:fs/promises"
import type { SharedState } from "../connections/Placement.ts"

/** How many of each are shown. */
const most = { leases: 50, audit: 20 }

/** The end of the audit log that is read, in bytes. */
const auditTail = 65_536

/** Where its entry stands. */
export const placeOfEntry = (connection: Connection): string =>
  isStored(connection) ? "added" : placeOf(connection.path, connection.line)

/** What its entry says. What is no setting, or stands where a secret's place should be named, may be a secret, and is not shown. */
export const settingsOf = (connection: Connection): ConnectionDetails["settings"] => {
  const fields = allFields(builtIn)
  return [...connection.entries].map(([name, { value, mapping }]): readonly [string, string] => {
    const [kind, named] = [...(mapping ?? [])][0] ?? []
    if (kind === "stored") return [name, "kept by Rollcall"]
    if (kind === "file" || kind === "variable") return [name, `in the ${kind} ${String(named?.value)}`]
    const field = fields.find((one) => namesOf(one).includes(name))
    const isShown = name === secretsFolder || (field !== undefined && !(field.type === "secret" && field.name === name))
    return [name, isShown ? String(value) : "is not shown"]
  })
}

/** Its open leases, from the database where there is one. */
export const openLeasesOf = (
  connection: Connection,
  shared: SharedSettings,
  peers: SharedState | undefined,
): Effect.Effect<Rows<ShownLease>> => {
  const found: Effect.Effect<ReadonlyArray<Lease>, Failure> = peers === undefined
    ? Effect.flatMap(leasesOf(connection, shared), (path) =>
        path === undefined ? Effect.succeed([]) : Effect.map(lookIntoLeases(path), ({ leases }) => leases),
      )
    : peers.openLeases(connection.name)
  return found.pipe(
    Effect.map((leases) =>
      leases
        .filter(({ state }) => state !== "ended")
        .slice(0, most.leases)
        .map(({ principal, entitlement, state, begunAt, endsAt }) => ({
          principal: principal.resource,
          entitlement: entitlement.id,
          state,
          begunAt: Date.parse(begunAt),
          endsAt: Date.parse(endsAt),
        })),
    ),
    Effect.catch((error) => Effect.succeed(`They cannot be read. ${sentenceOf(error)}`)),
  )
}

const decodeEntry = Schema.decodeUnknownOption(Schema.fromJsonString(AuditEntry))

/** The last entries of an audit log, the newest first. What is no entry, as a line that was cut off, is left out. */
export const lastAudit = (path: string): Effect.Effect<Rows<ShownAudit>> =>
  Effect.tryPromise(() => tailOf(path)).pipe(
    Effect.map((text) =>
      text
        .split("\n")
        .flatMap((line) => Option.toArray(decodeEntry(line)))
        .slice(-most.audit)
        .toReversed()
        .map(({ time, actor, issuer, subject, intent, target, outcome, reason }) => ({
          at: Date.parse(time),
          who: subject === undefined ? actor : `${subject} (${issuer ?? "unknown"})`,
          what: [intent, ...Object.entries(target).map((one) => one.join("="))].join(" "),
          outcome,
          reason,
        })),
    ),
    Effect.catch(({ cause }) =>
      Effect.succeed(systemCodeOf(cause) === "ENOENT" ? [] : `The audit log ${path} cannot be read.`),
    ),
  )

const tailOf = async (path: string): Promise<string> => {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - auditTail)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.toString("utf8", 0, bytesRead)
  } finally {
    await file.close()
  }
}
