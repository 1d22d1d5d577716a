// Moves the end of a lease, or the time of a reminder.
import { auditLogFile } from "@rollcall/audit-file"
import type { Connector } from "@rollcall/connector"
import { AuditOrigin } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { changeServices } from "@rollcall/host/changes"
import { intervalOf } from "@rollcall/host/schedule"
import type { Lease } from "@rollcall/plan"
import { extendUntil, LeaseStore } from "@rollcall/plan"
import { Effect, Stream } from "effect"
import { refuseUnapprovedLease } from "../approval/approval.ts"
import { UsageError } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import { leaseListing, openLease } from "./listing.ts"

/** What changes of leases are made with. */
export interface Writing {
  readonly origin: AuditOrigin
  readonly rules: ChangeRules
  readonly auditFile: string
}

/** Provides what changes of leases are made with. */
export const writing =
  ({ origin, rules, auditFile }: Writing) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    work.pipe(
      Effect.provide(changeServices(rules, auditLogFile(auditFile))),
      Effect.provideService(AuditOrigin, origin),
    )

/** No end is given. */
export const noEnd = new UsageError({
  message: "Nothing says when the lease ends.",
  hint: "Give --for with a time from now, or --until with an instant.",
})

/** Moves the end of a lease later, or a reminder. */
export const extendLease = Effect.fn("Leases.extend")(function* (
  connector: Connector,
  options: Writing & {
    readonly id: string
    readonly until: number
    readonly maxLease: string | undefined
    readonly format: OutputFormat
  },
) {
  const { id, until, maxLease, rules, format } = options
  const lease = yield* openLease(rules.store, id)
  yield* checkTenant(connector, lease)
  yield* refuseUnapprovedLease(connector, lease, rules)
  const moved =
    lease.kind === "reminder"
      ? yield* writing(options)(moveReminder(lease, until))
      : yield* writing(options)(extendUntil(connector, lease, { until, maxLease: intervalOf(maxLease ?? "") }))
  yield* printListing(leaseListing(), Stream.make({ lease: moved }), format)
})

/** Also to earlier: nobody gains or loses anything by it, and is only told sooner. */
const moveReminder = Effect.fnUntraced(function* (lease: Lease, until: number) {
  const moved = { ...lease, endsAt: new Date(until).toISOString() }
  yield* (yield* LeaseStore).put(moved)
  return moved
})

/** Fails where the lease is of another workspace than the token. */
export const checkTenant = Effect.fnUntraced(function* ({ identify }: Connector, { id, tenant }: Lease) {
  const here = yield* identify
  if (here.id === tenant) return
  return yield* new UsageError({
    message: `The lease ${id} is of ${tenant}, and the token opens ${here.displayName} (${here.id}).`,
    hint: "Use the token of the workspace that the lease is of.",
  })
})
