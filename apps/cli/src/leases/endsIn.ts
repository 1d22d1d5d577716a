// The ends of access in views of a sync: of what the store of leases has open, where there is one. Views decide nothing, so a store that
// cannot be read is a note.
import type { ListedAccess, ListedGrant } from "@rollcall/access"
import type { Column } from "@rollcall/access/render"
import type { ResourceId } from "@rollcall/connector"
import { formatResourceId, sentenceOf } from "@rollcall/connector"
import { Effect } from "effect"
import { errLines } from "../Screen.ts"

/** When the access of a principal (`user:U0123`) to an entitlement ends, RFC 3339; `undefined`: nothing is known of an end. */
export type Ends = (entitlement: string, principal: string) => string | undefined

/** Where no column shows them. */
export const noEnds: Ends = () => undefined

/** The ends that the store knows, of the workspace where one is named; the store is not made. */
export const endsIn = Effect.fn("Leases.endsIn")(function* (leases: string | undefined, tenant: string | undefined) {
  const { lookIntoLeases, storeFileOf } = yield* Effect.promise(() => import("@rollcall/host/changes"))
  const found = yield* lookIntoLeases(storeFileOf(leases)).pipe(
    Effect.catch((error) =>
      Effect.as(errLines([`note: When access ends is not shown. ${sentenceOf(error)}`]), { leases: [] }),
    ),
  )
  const open = found.leases.filter(
    (lease) =>
      lease.state !== "ended" && lease.kind !== "reminder" && (tenant === undefined || lease.tenant === tenant),
  )
  const ends = new Map(
    open.map(({ entitlement, principal, endsAt }) => [`${entitlement.id} ${formatResourceId(principal)}`, endsAt]),
  )
  const of: Ends = (entitlement, principal) => ends.get(`${entitlement} ${principal}`)
  return of
})

/** The column of the ends. */
export const endsColumn = (of: Ends): Column<ListedGrant> => {
  const endOf = ({ entitlement, principal }: ListedGrant) => of(entitlement.id, formatResourceId(principal.id))
  return {
    key: "ends",
    title: "Ends",
    shown: "chosen",
    value: (grant) => endOf(grant) ?? "",
    json: (grant) => endOf(grant) ?? null,
  }
}

/** The column of the ends of what one principal holds on a resource. */
export const accessEndsColumn = (of: Ends, principal: ResourceId): Column<ListedAccess> => {
  const endsOf = ({ entitlements }: ListedAccess) => [
    ...new Set(entitlements.flatMap(({ id }) => of(id, formatResourceId(principal)) ?? [])),
  ]
  return { key: "ends", title: "Ends", shown: "chosen", value: (held) => endsOf(held).join(", "), json: endsOf }
}
