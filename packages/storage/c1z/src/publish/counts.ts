// How many records of each type a sync has: what a publisher is told, and the `stats` of the file.
import type { RecordCounts, SyncResult } from "@rollcall/connector"

/** Counts records by resource type. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(resourceType: string): void {
    this.#counts.set(resourceType, this.of(resourceType) + 1)
  }

  of(resourceType: string): number {
    return this.#counts.get(resourceType) ?? 0
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** By type, in the order of their names. */
  get byType(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** The tallies of one sync. */
export interface Tallies {
  readonly resources: Tally
  readonly entitlements: Tally
  readonly grants: Tally
}

/** Tallies at nothing. */
export const noTallies = (): Tallies => ({ resources: new Tally(), entitlements: new Tally(), grants: new Tally() })

/** The counts that a publisher is told. */
export const recordCounts = ({ resources, entitlements, grants }: Tallies): RecordCounts => ({
  resources: resources.byType,
  entitlements: entitlements.byType,
  grants: grants.byType,
})

/**
 * The `stats` of `v1_sync_runs` as the Go SDK writes them: zero and empty members are left out, and every stored type
 * has an entry among the resources.
 */
export const statsJson = (tallies: Tallies, types: ReadonlyArray<string>, kind: SyncResult["kind"]): string => {
  const { resources, entitlements, grants } = tallies
  const ofStored = Object.fromEntries(types.toSorted().map((type) => [type, resources.of(type)]))
  const members: Record<string, unknown> =
    kind === "resourcesOnly"
      ? { resource_types: types.length, resources: resources.total, resources_by_resource_type: ofStored }
      : {
          resource_types: types.length,
          resources: resources.total,
          entitlements: entitlements.total,
          grants: grants.total,
          resources_by_resource_type: ofStored,
          grants_by_resource_type: grants.byType,
          entitlements_by_resource_type: entitlements.byType,
        }
  return JSON.stringify(Object.fromEntries(Object.entries(members).filter(([, value]) => !isNothing(value))))
}

const isNothing = (value: unknown): boolean =>
  value === 0 || (typeof value === "object" && Object.keys(value ?? {}).length === 0)
