// Whose data the output holds: a second tenant is not synced into another's file, as whoever reads it would take the first
// one's people for gone.
import { Effect } from "effect"
import type { Tenant } from "../Connector.ts"
import { SyncError } from "../SyncError.ts"
import type { EarlierSync } from "../SyncStore.ts"

/**
 * Whether an earlier sync is of this tenant. One of another program names the parts of the tenant, or nobody: then nothing
 * is known against it.
 */
export const isOfTenant = ({ tenants }: Pick<EarlierSync, "tenants">, tenant: Tenant): boolean => {
  const own = [tenant, ...(tenant.parts ?? [])].map(({ id }) => id)
  return tenants.length === 0 || tenants.some(({ id }) => own.includes(id))
}

/** Fails where what was published last is of another tenant, naming both. */
export const checkTenant = (earlier: ReadonlyArray<EarlierSync>, tenant: Tenant): Effect.Effect<void, SyncError> => {
  const last = earlier.findLast((it) => it.tenants.length > 0)
  if (last === undefined || isOfTenant(last, tenant)) return Effect.void
  const theirs = last.tenants.map(nameOf)
  const names = theirs.length > 3 ? [...theirs.slice(0, 3), `${theirs.length - 3} more`] : theirs
  return Effect.fail(
    new SyncError({
      reason: "OtherTenant",
      message: `The output holds ${names.join(", ")}, and this sync would read ${nameOf(tenant)}. Nothing was read.`,
      hint: "Name another output, or sync with --replace-workspace where this one shall take its place.",
    }),
  )
}

const nameOf = ({ id, displayName }: Pick<Tenant, "id" | "displayName">): string =>
  displayName === "" || displayName === id ? id : `${displayName} (${id})`
