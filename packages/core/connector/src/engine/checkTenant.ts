// Whose data the output holds: a second tenant is not synced into another's file, as whoever reads it would take the first
// one's people for gone.
import { Effect } from "effect"
import type { Tenant } from "../Connector.ts"
import { SyncError } from "../SyncError.ts"
import type { EarlierSync, WarningCount } from "../SyncStore.ts"

/**
 * Whether an earlier sync is of this tenant. One of another program names no connector and shows the tenant, or its parts,
 * all of which must be read now; where it shows none, nothing is known against it.
 */
export const isOfTenant = (
  { connector, tenants }: Pick<EarlierSync, "connector" | "tenants">,
  tenant: Tenant,
): boolean => {
  const parts = connector === undefined ? (tenant.parts ?? []) : []
  const own = [tenant, ...parts].map(({ id }) => id)
  return tenants.every(({ id }) => own.includes(id))
}

/** Fails where what was published last is of another tenant, naming both. */
export const checkTenant = (earlier: ReadonlyArray<EarlierSync>, tenant: Tenant): Effect.Effect<void, SyncError> => {
  const last = earlier.findLast((it) => it.tenants.length > 0)
  if (last === undefined || isOfTenant(last, tenant)) return Effect.void
  return Effect.fail(
    new SyncError({
      reason: "OtherTenant",
      message: `The output holds ${namesOf(last)}, and this sync would read ${namesOf({ tenants: [tenant] })}. Nothing was read.`,
      hint: "Name another output, or replace this file: sync with --replace-workspace.",
    }),
  )
}

/** The warning of syncs of others that did not go along into the new output. */
export const replacedTenants = (replaced: ReadonlyArray<EarlierSync>): ReadonlyArray<WarningCount> =>
  replaced.map((it) => ({
    code: "tenant-replaced",
    message: `The earlier sync ${it.syncId} of ${namesOf(it)} was not kept: the output now belongs to another workspace.`,
    count: 1,
  }))

/** The tenants of a sync as messages name them: each with its id, three at most. */
export const namesOf = ({ tenants }: Pick<EarlierSync, "tenants">): string => {
  const names = tenants.map(nameOf)
  return (names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names).join(", ")
}

const nameOf = ({ id, displayName }: Pick<Tenant, "id" | "displayName">): string =>
  displayName === "" || displayName === id ? id : `${displayName} (${id})`
