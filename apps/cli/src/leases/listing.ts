// Leases as a table and as records.
import type { Listing } from "@rollcall/access/render"
import { formatResourceId } from "@rollcall/connector"
import { calledStore, lookIntoLeases } from "@rollcall/host/changes"
import type { Lease } from "@rollcall/plan"
import { isDue } from "@rollcall/plan"
import { Clock, Effect, Stream } from "effect"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import { UsageError } from "../errors.ts"

/** A lease, and what came of it where a run is told of. */
export interface ShownLease {
  readonly lease: Lease
  /** `ended`, `failed` or `blocked`. */
  readonly outcome?: string
  readonly why?: string | undefined
}

/** `outcomes` adds what came of each, `tenants` which workspace it is of. */
export const leaseListing = ({
  outcomes = false,
  tenants = false,
}: { readonly outcomes?: boolean; readonly tenants?: boolean } = {}): Listing<ShownLease> => ({
  name: "leases",
  columns: [
    { title: "Id", value: ({ lease }) => lease.id },
    ...(tenants ? [{ title: "Workspace", value: ({ lease }: ShownLease) => lease.tenant }] : []),
    { title: "Entitlement", value: ({ lease }) => lease.entitlement.id },
    { title: "Principal", value: ({ lease }) => formatResourceId(lease.principal) },
    { title: "Ends", value: ({ lease }) => lease.endsAt },
    { title: "State", value: ({ lease }) => stateOf(lease) },
    { title: "By", value: ({ lease }) => lease.actor ?? "" },
    { title: "Reason", value: ({ lease }) => lease.reason ?? "" },
    ...(outcomes
      ? [
          { title: "Outcome", value: ({ outcome }: ShownLease) => outcome ?? "" },
          { title: "Why", value: ({ why }: ShownLease) => why ?? "" },
        ]
      : [{ title: "Last Failure", value: ({ lease }: ShownLease) => lease.lastFailure ?? "" }]),
  ],
  json: ({ lease, outcome, why }) =>
    Effect.succeed({
      ...lease,
      entitlement: lease.entitlement.id,
      principal: formatResourceId(lease.principal),
      outcome,
      why,
    }),
})

const stateOf = ({ kind, state, closedAs }: Lease): string => closedAs ?? (kind === "reminder" ? kind : state)

/** Prints the leases of a store, which is not made. */
export const listLeases = Effect.fn("Leases.list")(function* (
  store: string,
  { due, all }: { readonly due: boolean; readonly all: boolean },
  format: OutputFormat,
) {
  const { leases } = yield* lookIntoLeases(store)
  const now = yield* Clock.currentTimeMillis
  const shown = leases.filter((lease) => (lease.state === "ended" ? all && !due : !due || isDue(lease, now)))
  const tenants = new Set(leases.map(({ tenant }) => tenant)).size > 1
  yield* printListing(leaseListing({ tenants }), Stream.fromIterable(shown.map((lease) => ({ lease }))), format)
})

/** The open lease with this id, of a store that is not made. */
export const openLease = Effect.fnUntraced(function* (store: string, id: string) {
  const lease = (yield* lookIntoLeases(store)).leases.find((it) => it.id === id)
  if (lease !== undefined && lease.state !== "ended") return lease
  const message = lease === undefined ? `There is no lease ${id}.` : `The lease ${id} is over: ${lease.closedAs}.`
  return yield* new UsageError({ message, hint: `\`rollcall leases list\` has those of ${yield* calledStore(store)}.` })
})
