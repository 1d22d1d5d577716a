// What a publisher is told of a sync: how many records of each type it has, which are the `stats` of the file, too, and what
// a person should know about how it was published, things of one kind counted, with one of them as an example.
import type { RecordCounts, SyncResult, Warning } from "@rollcall/connector"

/** Counts records by resource type. */
class Tally {
  readonly #counts = new Map<string, number>()

  add(resourceType: string, records = 1): void {
    if (records === 0) return
    this.#counts.set(resourceType, this.of(resourceType) + records)
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

/** As many characters as `statsJson` has at most, whatever the numbers: they are known when all else is written. */
export const roomForStats = (types: ReadonlyArray<string>): string => {
  const most = Object.fromEntries(types.map((type) => [type, Number.MAX_SAFE_INTEGER]))
  const members = {
    resource_types: Number.MAX_SAFE_INTEGER,
    resources: Number.MAX_SAFE_INTEGER,
    entitlements: Number.MAX_SAFE_INTEGER,
    grants: Number.MAX_SAFE_INTEGER,
    resources_by_resource_type: most,
    grants_by_resource_type: most,
    entitlements_by_resource_type: most,
  }
  return " ".repeat(JSON.stringify(members).length)
}

const isNothing = (value: unknown): boolean =>
  value === 0 || (typeof value === "object" && Object.keys(value ?? {}).length === 0)

// Words after "12 records were", by the code of a warning of the encoders or of ours.
const outcomes: Readonly<Record<string, string>> = {
  "record-refused": "left out, as a .c1z file cannot hold them",
  "text-truncated": "stored with a text cut to the length that ConductorOne allows",
  "instant-unreadable": "stored without a creation time that could not be read",
  "type-not-listed": "left out, as their resource type is not part of the sync",
  "entitlement-unknown": "left out, as they are grants of an entitlement that no step gave",
  "resource-unknown": "stored though they are entitlements on a resource that no step gave",
}

/** Counts what was left out or changed. */
export class Notes {
  readonly #plain: Array<string> = []
  readonly #counted = new Map<string, { count: number; readonly example: string }>()

  /** Notes something that is told as it stands. */
  add(note: string): void {
    this.#plain.push(note)
  }

  /** Counts a warning. */
  count({ code, message }: Warning): void {
    const known = this.#counted.get(code)
    if (known === undefined) this.#counted.set(code, { count: 1, example: message })
    else known.count++
  }

  /** How many records of what was asked for were left out. */
  get leftOut(): number {
    return ["record-refused", "entitlement-unknown"].reduce(
      (sum, code) => sum + (this.#counted.get(code)?.count ?? 0),
      0,
    )
  }

  get all(): ReadonlyArray<string> {
    const counted = [...this.#counted].map(([code, { count, example }]) => {
      const subject = count === 1 ? "1 record was" : `${count} records were`
      return `${subject} ${outcomes[code] ?? code}: ${count === 1 ? "" : "for example, "}${example}.`
    })
    return [...this.#plain, ...counted]
  }
}
