// What the database may fail with, and why: by the codes that PostgreSQL gives (https://www.postgresql.org/docs/current/errcodes-appendix.html).
import type { Failure, FailureKind } from "@rollcall/connector"
import { Schema } from "effect"
import type { SqlError } from "effect/sql/SqlError"

const Reason = Schema.Literals([
  "Setting",
  "Denied",
  "Missing",
  "TooOld",
  "Pooled",
  "SchemaTooNew",
  "Unreachable",
  "DiskFull",
  "Taken",
  "Failed",
])

const kinds: Record<typeof Reason.Type, FailureKind> = {
  Setting: "configuration",
  Denied: "configuration",
  Missing: "configuration",
  TooOld: "configuration",
  Pooled: "configuration",
  SchemaTooNew: "configuration",
  Unreachable: "interrupted",
  DiskFull: "cannotWrite",
  Taken: "busy",
  Failed: "unexpected",
}

/**
 * Why the database could not be used:
 * - `Setting`: the URL is not one, or asks for something that is not supported.
 * - `Denied`: the password is wrong, or the user may not do what is needed.
 * - `Missing`: the database, or its schema, does not exist.
 * - `TooOld`: the server is older than PostgreSQL 14.
 * - `Pooled`: a proxy between gives each transaction another session, or keeps settings of a session from it.
 * - `SchemaTooNew`: a newer worker has changed the tables so that this one must not use them.
 * - `Unreachable`: it did not answer, or cannot write just now. It may later.
 * - `DiskFull`: its disk is.
 * - `Taken`: another row is in the place of the one that was to be written.
 * - `Failed`: anything else, which is a fault of ours or of its files.
 */
export class DatabaseError
  extends Schema.TaggedError<DatabaseError>()("DatabaseError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.optional(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return kinds[this.reason]
  }
}

const unreachable = "Check that PostgreSQL runs and that this machine reaches it; then start again."

type Words = readonly [reason: typeof Reason.Type, why: string, hint: string]

const byCode: Readonly<Record<string, Words>> = {
  "28P01": ["Denied", "refuses the password", "Correct the user and the password in BATON_DATABASE_URL."],
  "28000": [
    "Denied",
    "refuses this user, or a connection like this",
    "Check pg_hba.conf, and the sslmode of BATON_DATABASE_URL.",
  ],
  "42501": [
    "Denied",
    "does not let this user do what is needed",
    "Grant it CREATE and USAGE on its schema, or let it own the database.",
  ],
  "3D000": ["Missing", "is not there", "Create it, or correct the name in BATON_DATABASE_URL."],
  "23505": ["Taken", "has another entry in this place", "Run the same again."],
  "53100": ["DiskFull", "has no space left on its disk", "Free some space there; what was done is kept."],
  // A standby, or a server that was made one.
  "25006": [
    "Unreachable",
    "only reads: it may be a standby",
    "Name the primary in BATON_DATABASE_URL, or wait until there is one.",
  ],
  "53300": ["Unreachable", "has no connection left", "Raise its max_connections, or run fewer replicas."],
  "57P01": ["Unreachable", "was shut down", unreachable],
  "57P02": ["Unreachable", "went down", unreachable],
  "57P03": ["Unreachable", "is starting up or shutting down", unreachable],
  // What ends a session that was silent too long.
  "57P05": ["Unreachable", "ended the session", unreachable],
  "25P03": ["Unreachable", "ended the session", unreachable],
}

/** What PostgreSQL said, where it said something. */
const saidBy = ({ reason }: SqlError): { readonly code?: string; readonly message: string } => {
  const { cause } = reason
  if (!(cause instanceof Error)) return { message: reason.message ?? reason._tag }
  const code: unknown = Reflect.get(cause, "code")
  return typeof code === "string" ? { code, message: cause.message } : { message: cause.message }
}

/** The error as it is told. What was sent is not in it. */
export const databaseError = (error: SqlError): DatabaseError => {
  const { code = "", message } = saidBy(error)
  const [reason, why, hint] = byCode[code] ?? wordsOf(error, message)
  return new DatabaseError({ reason, message: `The database ${why} (${message}).`, hint, cause: error })
}

const wordsOf = ({ reason }: SqlError, message: string): Words => {
  if (/startup parameter/u.test(message)) {
    return [
      "Pooled",
      "is reached through a proxy that does not pass settings of a session on",
      "Name PostgreSQL itself in BATON_DATABASE_URL: workers hold locks of sessions, which such a proxy breaks.",
    ]
  }
  return reason._tag === "ConnectionError"
    ? ["Unreachable", "cannot be reached", unreachable]
    : ["Failed", "failed", "Report it with this message; what was saved before is kept."]
}

/** What is told of a statement that got no answer in time. */
export const noAnswer = new DatabaseError({
  reason: "Unreachable",
  message: "The database cannot be reached (it gives no answer).",
  hint: unreachable,
})
