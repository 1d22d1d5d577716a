// Leases from one store to another, and from the audit log to a store that was restored from an older copy.
import { safeJson } from "@rollcall/access/render"
import { AuditEntry, entitlementId, formatResourceId, storeReasonOf, StoreError } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { brakesOnly, leaseStoreOf, lookIntoLeases } from "@rollcall/host/changes"
import { checkEnd, Lease, leasesInAudit, LeaseStore, missingIn, whyProtected } from "@rollcall/plan"
import { Clock, Effect, Result, Schema, Stream } from "effect"
import { createReadStream } from "node:fs"
import { createInterface } from "node:readline"
import { refuseUnapprovedLeases } from "../approval/approval.ts"
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

const decodeLease = Schema.decodeUnknownResult(Schema.fromJsonString(Lease))

/** Adds the leases of an export. All of it is found to be well-formed, and allowed, before anything is written. */
export const importLeases = Effect.fn("Leases.import")(function* (
  rules: ChangeRules,
  from: string,
  maxLease: number | undefined,
) {
  const lines = yield* linesIn(from)
  const read = lines.map(({ line, text }) => {
    const lease = decodeLease(text)
    const why = Result.isFailure(lease) ? "it is no lease of an export" : whyInvalid(lease.success)
    return why === undefined && Result.isSuccess(lease) ? lease.success : `line ${line}: ${why}.`
  })
  const wrong = read.filter((it) => typeof it === "string")
  if (wrong.length > 0) {
    return yield* linesError(from, wrong, "Nothing was begun. Give what `rollcall leases export` printed.")
  }
  const leases = read.filter((it) => typeof it !== "string")
  const open = leases.filter(({ state, kind }) => state !== "ended" && kind !== "reminder")
  const refused = yield* Effect.forEach(open, (lease) => whyProtected({}, lease)).pipe(
    Effect.provide(brakesOnly(rules)),
  )
  const [guarded] = refused.flatMap((it) => it ?? [])
  if (guarded !== undefined) return yield* guarded
  const now = yield* Clock.currentTimeMillis
  for (const { endsAt } of open) if (Date.parse(endsAt) > now) yield* checkEnd({ until: Date.parse(endsAt), maxLease })
  yield* refuseUnapprovedLeases(open, rules)
  const { put, passed } = yield* Effect.provide(putAll(leases), leaseStoreOf(rules.store))
  yield* errLines([
    ...passed,
    `${grouped(put)} leases added or moved, ${grouped(leases.length - put)} there already or over.`,
  ])
})

/** What a store would act on, and cannot be. */
const whyInvalid = ({ entitlement, state, closedAs }: Lease): string | undefined => {
  if (entitlementId(entitlement.resource, entitlement.slug) !== entitlement.id)
    return `the entitlement ${entitlement.id} is not of ${formatResourceId(entitlement.resource)}`
  return (state === "ended") === (closedAs !== undefined) ? undefined : "it is over without a reason, or open with one"
}

const putAll = Effect.fnUntraced(function* (leases: ReadonlyArray<Lease>) {
  const stored = new Set((yield* (yield* LeaseStore).all).map(({ id }) => id))
  const news = new Set((yield* missingIn(leases)).map(({ id }) => id))
  // What is over in the store stays so; of what is open in both, the later end holds.
  return yield* putEach(leases.filter(({ id }) => !stored.has(id) || news.has(id)))
})

/** Writes leases, those that are over first, as they make room for others; what the store has another open lease of is passed over, and told. */
const putEach = Effect.fnUntraced(function* (leases: ReadonlyArray<Lease>) {
  const store = yield* LeaseStore
  const passed: Array<string> = []
  for (const lease of leases.toSorted((a, b) => Number(b.state === "ended") - Number(a.state === "ended"))) {
    const open = lease.state === "ended" ? undefined : yield* store.openOf(lease)
    if (open === undefined || open.id === lease.id) yield* store.put(lease)
    else {
      const pair = `${formatResourceId(lease.principal)} and ${lease.entitlement.id}`
      passed.push(`note: ${lease.id} was passed over: the store has another open lease of ${pair}, ${open.id}.`)
    }
  }
  return { put: leases.length - passed.length, passed }
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
  const entries = yield* entriesIn(auditFile)
  yield* Effect.provide(
    Effect.gen(function* () {
      const missing = yield* missingIn(leasesInAudit(entries, connector))
      yield* printListing(leaseListing(), Stream.fromIterable(missing.map((lease) => ({ lease }))), format)
      if (missing.length === 0) return yield* errLines(["The store is as the audit log says."])
      if (!yes) {
        if (ask === undefined) return yield* errLines(["Nothing was changed. Run again with --yes to carry it out."])
        yield* confirm(ask)
      }
      const { put, passed } = yield* putEach(missing)
      yield* errLines([...passed, `${grouped(put)} leases put right.`])
    }),
    leaseStoreOf(path),
  )
})

const decodeEntry = Schema.decodeUnknownOption(Schema.fromJsonString(AuditEntry))

/** What a crash has left of a line: it tells of nothing, and the next entry begins on a line of its own. */
const isCut = (text: string): boolean => text.startsWith('{"time":') && !text.endsWith("}")

/** The entries of an audit log. A file of anything else would make a store seem right that is not. */
const entriesIn = Effect.fnUntraced(function* (path: string) {
  const entries: Array<AuditEntry> = []
  const wrong: Array<string> = []
  for (const { line, text } of yield* linesIn(path)) {
    const entry = decodeEntry(text)
    if (entry._tag === "Some") entries.push(entry.value)
    else if (!isCut(text)) wrong.push(`line ${line}: it is no entry of an audit log.`)
  }
  return wrong.length === 0
    ? entries
    : yield* linesError(path, wrong, "Nothing was changed. Name the audit log with --audit-file.")
})

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
