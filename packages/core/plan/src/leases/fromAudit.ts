// Leases by what the audit log says, for a store that was restored from an older copy: what is missing in it is found again, and what was
// over when the copy was made, or came to an end since, is not ended once more.
import type { AuditEntry, StoreError } from "@rollcall/connector"
import { formatResourceId, parseEntitlementId } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import type { Lease } from "./Lease.ts"
import { closed, conductorOne, granted, LeaseEnd, LeaseStore } from "./Lease.ts"

/** The leases that the entries, in their order, tell of. `connector` is the id of the one that the log is about. */
export const leasesInAudit = (entries: Iterable<AuditEntry>, connector: string): ReadonlyArray<Lease> => {
  const leases = new Map<string, Lease>()
  /** Of each pair, those that are not over. */
  const open = new Map<string, Set<string>>()
  const put = (lease: Lease) => {
    leases.set(lease.id, lease)
    const key = `${lease.tenant} ${lease.entitlement.id} ${formatResourceId(lease.principal)}`
    const ofPair = open.get(key) ?? new Set()
    if (lease.state === "ended") ofPair.delete(lease.id)
    else ofPair.add(lease.id)
    open.set(key, ofPair)
  }
  const close = (lease: Lease, as: LeaseEnd, { time }: AuditEntry) => put(closed(lease, as, Date.parse(time)))
  for (const entry of entries) {
    const { intent, outcome, target, lease: named } = entry
    const isMade = outcome === "changed" || outcome === "already"
    const as = isMade ? endOfOthers(entry) : undefined
    const ofPair = open.get(`${entry.tenant} ${target["entitlement"]} ${target["principal"]}`) ?? []
    for (const id of as === undefined ? [] : [...ofPair].filter((it) => it !== named?.id)) {
      const lease = leases.get(id)
      if (lease !== undefined && as !== undefined) close(lease, as, entry)
    }
    if (named === undefined) continue
    const known = leases.get(named.id) ?? (intent === "grant" ? begun(entry, named, connector) : undefined)
    if (known === undefined || known.state === "ended") continue
    if (intent === "grant" && outcome === "failed") close(known, "not granted", entry)
    else if (intent === "grant") put(isMade ? granted(known, Date.parse(entry.time)) : known)
    else if (intent === "extend") put({ ...known, endsAt: named.endsAt })
    else if (intent === "revoke" && outcome !== "failed") put({ ...known, state: "ending" })
    else if (intent === "expire") close(known, "expired", entry)
    else if (intent === "close") close(known, isLeaseEnd(entry.reason) ? entry.reason : "removed by others", entry)
  }
  return [...leases.values()]
}

/** What a change that was made means for the other leases of its pair. Nobody is granted for a time what they hold. */
const endOfOthers = ({ intent, lease }: AuditEntry): LeaseEnd | undefined => {
  if (intent === "grant")
    return lease === undefined ? "made lasting" : lease.kind === "c1" ? "replaced" : "removed by others"
  return intent === "revoke" && lease === undefined ? "revoked" : undefined
}

const isLeaseEnd = Schema.is(LeaseEnd)

const begun = (entry: AuditEntry, named: NonNullable<AuditEntry["lease"]>, connector: string): Lease | undefined => {
  const entitlement = parseEntitlementId(entry.target["entitlement"] ?? "")
  const [, resourceType, resource] = /^(?<type>[^:]+):(?<id>.+)$/u.exec(entry.target["principal"] ?? "") ?? []
  if (entitlement === undefined || resourceType === undefined || resource === undefined) return undefined
  const { kind, ...lease } = named
  return {
    ...lease,
    ...(kind === undefined ? {} : { kind }),
    connector,
    tenant: entry.tenant,
    entitlement,
    principal: { resourceType, resource },
    begunAt: entry.time,
    ...(entry.statedReason === undefined ? {} : { reason: entry.statedReason }),
    actor: kind === "c1" ? conductorOne : (entry.osUser ?? entry.actor),
    state: "pending",
  }
}

/** Leases of the log that the store lacks, or knows otherwise, as they are to be. */
export const missingIn = Effect.fn("Leases.missing")(function* (
  inLog: ReadonlyArray<Lease>,
): Effect.fn.Return<ReadonlyArray<Lease>, StoreError, LeaseStore> {
  const stored = new Map((yield* (yield* LeaseStore).all).map((lease) => [lease.id, lease]))
  return inLog.flatMap((lease) => {
    const known = stored.get(lease.id)
    if (known === undefined) return lease.state === "ended" ? [] : [lease]
    if (known.state === "ended") return []
    if (lease.state === "ended") return [{ ...known, ...lease }]
    return lease.endsAt > known.endsAt ? [{ ...known, endsAt: lease.endsAt }] : []
  })
})
