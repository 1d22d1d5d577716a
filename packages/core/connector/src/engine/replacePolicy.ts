// Whether a sync may replace what was published before it. A second tenant is not synced into another's file, and a sync that
// shows far less than the one before is held back until somebody says that it is right: whoever reads the file takes what is
// not in it for gone.
import { Effect } from "effect"
import type { Tenant } from "../Connector.ts"
import type { Coverage } from "../Coverage.ts"
import { SyncError } from "../SyncError.ts"
import type { ComparedSync, EarlierSync, RecordCounts, SyncResult, WarningCount } from "../SyncStore.ts"

/** What a sync may do to what was there before it. None of it changes what is read. */
export interface ReplacePolicy {
  /** The most percent of a resource type that may go; 50 when absent, 100 accepts every loss. */
  readonly maxShrink?: number | undefined
  /** Publishes whatever was read, also by a run that was stopped because it would have lost too much. */
  readonly acceptsShrink?: boolean
  /** Replaces an output that holds another tenant. */
  readonly replacesTenant?: boolean
  /** The sync to compare with, for an output that does not hold it. */
  readonly before?: (tenant: Tenant) => Effect.Effect<ComparedSync | undefined>
}

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

/** A resource type that lost more than it may. */
export interface Shrunk {
  readonly resourceType: string
  readonly of: "resources" | "grants"
  readonly before: number
  readonly after: number
}

/** The most percent of a type that may go from one sync to the next, unless the settings say otherwise. */
export const defaultMaxShrink = 50

/** A type with fewer records can lose most of them in the ordinary course of things. */
const fewest = 20

/**
 * The types that both syncs show completely, had at least 20 records, and would lose more than so many percent of them.
 * @param maxShrink Percent; 100 accepts every loss.
 */
export const findShrunk = (
  before: ComparedSync,
  after: Pick<RecordCounts, "resources" | "grants">,
  coverage: ReadonlyArray<Coverage>,
  maxShrink: number,
): ReadonlyArray<Shrunk> => {
  const { counts } = before
  if (counts === undefined) return []
  const types = coverage
    .filter((it) => it.state === "complete" && before.complete.includes(it.resourceType))
    .map((it) => it.resourceType)
  return types.flatMap((resourceType) =>
    (["resources", "grants"] as const)
      .map((of) => ({
        resourceType,
        of,
        before: counts[of][resourceType] ?? 0,
        after: after[of][resourceType] ?? 0,
      }))
      .filter((it) => it.before >= fewest && (it.before - it.after) * 100 > maxShrink * it.before),
  )
}

/** Why a sync of so many records must not be published, as it lost too much; `undefined` where it may. */
export const shrinkFailure = (
  { shrink, coverage }: Pick<SyncResult, "shrink" | "coverage">,
  after: RecordCounts,
): SyncError | undefined => {
  if (shrink === undefined) return undefined
  const { before, maxShrink } = shrink
  const shrunk = findShrunk(before, after, coverage, maxShrink)
  if (shrunk.length === 0) return undefined
  return new SyncError({
    reason: "Shrank",
    message:
      `The sync was not published, as it shows over ${maxShrink} percent less than the one before (${before.endedAt}): ` +
      `${shrunk.map(sentence).join("; ")}.`,
    hint:
      "Nothing was replaced. Check whether the system really has so few. If it has, sync again with --allow-shrink, which " +
      "publishes what was read, or set allow-shrink-until to a date; without them the next sync reads everything again.",
  })
}

const sentence = ({ resourceType, of, before, after }: Shrunk): string =>
  `${before} ${of === "resources" ? "" : "grants on "}${resourceType} before, ${after} now`
