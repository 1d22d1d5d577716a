// Leases by what the audit log says, for a store that was restored from an older copy: what is missing in it is found again, and what was
// over when the copy was made, or came to an end since, is not ended once more.
import type { AuditEntry, StoreError } from "@rollcall/connector"
import { parseEntitlementId } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import type { Lease } from "./Lease.ts"
import { closed, conductorOne, granted, LeaseEnd, LeaseStore } from "./Lease.ts"

/** The leases that the entries, in their order, tell of. `connector` is the id of the one that the log is about. */
export const leasesInAudit = (entries: Iterable<AuditEntry>, connector: string): ReadonlyArray<Lease> => {
  const leases = new Map<string, Lease>()
  const close = (lease: Lease, as: LeaseEnd, { time }: AuditEntry) =>
    void leases.set(lease.id, closed(lease, as, Date.parse(time)))
  for (const entry of entries) {
    const { intent, outcome, lease: told } = entry
    const isMade = outcome === "changed" || outcome === "already"
    const ofC1 = told?.kind === "c1" && intent === "grant"
    if (isMade && ((told === undefined && (intent === "grant" || intent === "revoke")) || ofC1)) {
      const as = ofC1 ? "replaced" : intent === "grant" ? "made lasting" : "revoked"
      for (const lease of leases.values()) {
        if (lease.state !== "ended" && lease.id !== told?.id && isOfPair(lease, entry)) close(lease, as, entry)
      }
    }
    if (told === undefined) continue
    const known = leases.get(told.id) ?? (intent === "grant" ? begun(entry, told, connector) : undefined)
    if (known === undefined || known.state === "ended") continue
    if (intent === "grant" && outcome === "failed") close(known, "not granted", entry)
    else if (intent === "grant") leases.set(told.id, isMade ? granted(known, Date.parse(entry.time)) : known)
    else if (intent === "extend") leases.set(told.id, { ...known, endsAt: told.endsAt })
    else if (intent === "revoke" && outcome !== "failed") leases.set(told.id, { ...known, state: "ending" })
    else if (intent === "expire") close(known, "expired", entry)
    else if (intent === "close") close(known, isLeaseEnd(entry.reason) ? entry.reason : "removed by others", entry)
  }
  return [...leases.values()]
}

const isLeaseEnd = Schema.is(LeaseEnd)

const isOfPair = ({ tenant, entitlement, principal }: Lease, entry: AuditEntry): boolean =>
  tenant === entry.tenant &&
  entitlement.id === entry.target["entitlement"] &&
  `${principal.resourceType}:${principal.resource}` === entry.target["principal"]

const begun = (entry: AuditEntry, told: NonNullable<AuditEntry["lease"]>, connector: string): Lease | undefined => {
  const entitlement = parseEntitlementId(entry.target["entitlement"] ?? "")
  const [, resourceType, resource] = /^(?<type>[^:]+):(?<id>.+)$/u.exec(entry.target["principal"] ?? "") ?? []
  if (entitlement === undefined || resourceType === undefined || resource === undefined) return undefined
  const { kind, ...lease } = told
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
  told: ReadonlyArray<Lease>,
): Effect.fn.Return<ReadonlyArray<Lease>, StoreError, LeaseStore> {
  const stored = new Map((yield* (yield* LeaseStore).all).map((lease) => [lease.id, lease]))
  return told.flatMap((lease) => {
    const known = stored.get(lease.id)
    if (known === undefined) return lease.state === "ended" ? [] : [lease]
    if (known.state === "ended") return []
    if (lease.state === "ended") return [{ ...known, ...lease }]
    return lease.endsAt > known.endsAt ? [{ ...known, endsAt: lease.endsAt }] : []
  })
})
