// What becomes of records that Slack sent and nobody can read: they are left out, counted, and named as a gap, because
// the file then shows fewer than there are.
import type { Page, ResourceType } from "@rollcall/connector"

/**
 * The part of a page that tells of records of a type that were left out, and of what they would have told of other types,
 * such as membership of the workspace.
 */
export const unreadable = (
  type: ResourceType,
  count: number,
  alsoIn: ReadonlyArray<string> = [],
): Pick<Page, "gaps" | "warnings"> => {
  if (count === 0) return {}
  const missing = `${type.displayName} records or members that cannot be read`
  const explanation = "Slack sent something that cannot be read, such as a record without an id; it was left out."
  return {
    gaps: [type.id, ...alsoIn].map((resourceType) => ({ resourceType, missing, reason: "unreadable", explanation })),
    warnings: [{ code: `unreadable-${type.id}`, message: `${missing} were left out`, count }],
  }
}
