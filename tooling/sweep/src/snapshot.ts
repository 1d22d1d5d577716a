// What an output shows: every record of its latest sync by id, with what is stored of it, and the coverage. A snapshot is
// the same text for the same content, whatever the output is.
import type { Coverage } from "@rollcall/connector"

/** A record: the resource type that it counts for, and its content. */
export interface StoredRecord {
  readonly resourceType: string
  readonly content: string
}

/** The content of an output. */
export interface Snapshot {
  readonly records: ReadonlyMap<string, StoredRecord>
  readonly coverage: ReadonlyArray<Coverage>
}

/** Resource types of which an output lacks records, or shows them otherwise, with one of these records as an example. */
export const differences = (healthy: Snapshot, found: Snapshot): ReadonlyMap<string, string> => {
  const types = new Map<string, string>()
  for (const [id, { resourceType, content }] of healthy.records) {
    const other = found.records.get(id)
    if (other?.content !== content) types.set(resourceType, other === undefined ? `${id} is missing` : `${id} differs`)
  }
  for (const [id, { resourceType }] of found.records) {
    if (!healthy.records.has(id)) types.set(resourceType, `${id} does not exist`)
  }
  return types
}
