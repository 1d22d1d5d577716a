// What a published sync says of access for a time: whoever it shows without what was lent has lost it to others.
import { openAccess } from "@rollcall/access"
import type { AuditLog, Coverage, StoreError, SyncSummary } from "@rollcall/connector"
import { StoreError as Unreadable } from "@rollcall/connector"
import type { Lease } from "@rollcall/plan"
import { closeUnheld, LeaseStore } from "@rollcall/plan"
import type { Scope } from "effect"
import { Effect } from "effect"

/** A published sync, as far as leases are compared with it. */
export interface ComparableSync {
  readonly summary: Pick<SyncSummary, "tenant" | "published" | "coverage">
  readonly file: string
}

/**
 * Closes the leases of those whom the sync shows without the access, and gives them. Only what it has read whole counts, of the
 * entitlements and of the people: a gap closes nothing. Without leases that are open the file is not opened.
 */
export const leasesAfterSync = Effect.fn("Sync.leases")(function* (
  { summary: { tenant, published, coverage }, file }: ComparableSync,
  { tempDirectory }: { readonly tempDirectory?: string | undefined },
): Effect.fn.Return<ReadonlyArray<Lease>, StoreError, LeaseStore | AuditLog | Scope.Scope> {
  const whole = new Set(coverage.filter(isWhole).map(({ resourceType }) => resourceType))
  const comparable = (yield* (yield* LeaseStore).open(tenant.id)).filter(
    ({ entitlement, principal }) => whole.has(entitlement.resource.resourceType) && whole.has(principal.resourceType),
  )
  if (comparable.length === 0) return []
  const access = yield* openAccess(file, {
    tempDirectory,
    decodedLimit: Number.POSITIVE_INFINITY,
    syncId: published.syncId,
  }).pipe(Effect.catchTag("UnknownName", () => replacedSince))
  const pairs = comparable.map((lease) => ({
    id: lease.id,
    entitlement: lease.entitlement.id,
    principal: lease.principal,
  }))
  const held = new Set((yield* access.known.grantsAmong(pairs)).map(({ id }) => id))
  const asked = new Set(comparable.map(({ id }) => id))
  return yield* closeUnheld(
    tenant,
    published.startedAt,
    Effect.fnUntraced(function* ({ id, entitlement, principal }) {
      if (!asked.has(id) || held.has(id)) return false
      // Of whom the sync does not list, such as by an id of another kind, it says nothing; nor of a group that is gone.
      const listed = yield* Effect.all([access.resource(principal), access.resource(entitlement.resource)])
      return listed.every((resource) => resource !== undefined)
    }),
  )
}, Effect.scoped)

/** Whether nothing of the type is missing but attributes of accounts. */
const isWhole = ({ state, gaps }: Coverage): boolean =>
  state !== "skipped" && gaps.every(({ attributes = [] }) => attributes.length > 0)

const replacedSince: Effect.Effect<never, StoreError> = Effect.fail(
  new Unreadable({
    reason: "NotFound",
    message: "Access for a time was not compared with the sync: another run has replaced its file.",
    hint: "The next sync is compared again.",
  }),
)
