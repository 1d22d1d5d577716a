// Leases from one store to another, and from the audit log to a store that was restored from an older copy.
import { safeJson } from "@rollcall/access/render"
import type { AuditEntry } from "@rollcall/connector"
import { storeReasonOf, StoreError } from "@rollcall/connector"
import { leaseStoreOf, lookIntoLeases } from "@rollcall/host/changes"
import { Lease, leasesInAudit, LeaseStore, missingIn } from "@rollcall/plan"
import { Effect, Option, Schema, Stream } from "effect"
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import { confirm } from "../changes/carryOut.ts"
import { linesError } from "../changes/problems.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import { errLines, grouped, Screen } from "../Screen.ts"
import { leaseListing } from "./listing.ts"

/** Prints every lease on a line of its own. */
export const exportLeases = Effect.fn("Leases.export")(function* (store: string) {
  const { out } = yield* Screen
  for (const lease of (yield* lookIntoLeases(store)).leases) yield* out(`${safeJson(lease)}\n`)
})

const decodeLease = Schema.decodeUnknownOption(Schema.fromJsonString(Lease))

/** Adds the leases of an export. All of it is found to be well-formed before anything is written. */
export const importLeases = Effect.fn("Leases.import")(function* (path: string, from: string) {
  const lines = yield* linesIn(from)
  const read = lines.map(({ text }) => decodeLease(text))
  const wrong = lines.flatMap(({ line }, at) =>
    read[at]?._tag === "None" ? [`line ${line}: it is no lease of an export.`] : [],
  )
  if (wrong.length > 0) {
    return yield* linesError(from, wrong, "Nothing was begun. Give what `rollcall leases export` printed.")
  }
  const leases = read.flatMap((lease) => Option.toArray(lease))
  const { put, skipped } = yield* Effect.provide(putAll(leases), leaseStoreOf(path))
  yield* errLines([`${grouped(put)} leases added or moved, ${grouped(skipped)} there already or over.`])
})

const putAll = Effect.fnUntraced(function* (leases: ReadonlyArray<Lease>) {
  const store = yield* LeaseStore
  const stored = new Map((yield* store.all).map((lease) => [lease.id, lease]))
  const news = new Set((yield* missingIn(leases)).map(({ id }) => id))
  let put = 0
  for (const lease of leases) {
    const open = lease.state === "ended" ? undefined : yield* store.openOf(lease)
    const isTaken = open !== undefined && open.id !== lease.id
    // What is over in the store stays so; of what is open in both, the later end holds.
    if (isTaken || (stored.has(lease.id) && !news.has(lease.id))) continue
    yield* store.put(lease)
    put += 1
  }
  return { put, skipped: leases.length - put }
})

/** Puts the store right by the audit log. */
export const reconcile = Effect.fn("Leases.reconcile")(function* (
  path: string,
  options: {
    readonly connector: string
    readonly auditFile: string
    readonly yes: boolean
    readonly format: OutputFormat
  },
) {
  const { connector, auditFile, yes, format } = options
  const { ask } = yield* Screen
  const entries = (yield* linesIn(auditFile)).flatMap(({ text }) => Option.toArray(decodeEntry(text)))
  yield* Effect.provide(
    Effect.gen(function* () {
      const missing = yield* missingIn(leasesInAudit(entries, connector))
      yield* printListing(leaseListing(), Stream.fromIterable(missing.map((lease) => ({ lease }))), format)
      if (missing.length === 0) return yield* errLines(["The store is as the audit log says."])
      if (!yes) {
        if (ask === undefined) return yield* errLines(["Nothing was changed. Run again with --yes to carry it out."])
        yield* confirm(ask)
      }
      const store = yield* LeaseStore
      // What is closed makes room for what is opened.
      for (const lease of missing.toSorted((a, b) => Number(b.state === "ended") - Number(a.state === "ended"))) {
        yield* store.put(lease)
      }
      yield* errLines([`${grouped(missing.length)} leases put right.`])
    }),
    leaseStoreOf(path),
  )
})

const text = Schema.optionalKey(Schema.String)

// A line that a crash cut is none, and tells of nothing.
const decodeEntry: (line: string) => Option.Option<AuditEntry> = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      time: Schema.String,
      requestId: Schema.String,
      actor: Schema.String,
      tenant: Schema.String,
      osUser: text,
      statedReason: text,
      lease: Schema.optionalKey(
        Schema.Struct({
          id: Schema.String,
          endsAt: Schema.String,
          kind: Schema.optionalKey(Schema.Literals(["c1"])),
        }),
      ),
      intent: Schema.String,
      reason: text,
      target: Schema.Record(Schema.String, Schema.String),
      outcome: Schema.Literals(["begun", "changed", "already", "failed", "unconfirmed", "unknown", "collateral"]),
    }),
  ),
)

/** The lines of a file that hold anything. */
const linesIn = Effect.fnUntraced(function* (path: string) {
  return yield* Effect.tryPromise({
    try: async () => {
      const lines: Array<{ readonly line: number; readonly text: string }> = []
      let line = 0
      for await (const read of createInterface({
        input: createReadStream(path),
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        line += 1
        if (read.trim() !== "") lines.push({ line, text: read })
      }
      return lines
    },
    catch: (cause) =>
      new StoreError({
        reason: storeReasonOf(cause),
        message: `${path} cannot be read.`,
        hint: "Name a file that is there and that this user may read.",
        cause,
      }),
  })
})
