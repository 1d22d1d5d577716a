// The ids of all records in a file, and those that should be there.
import { storedRecords } from "@rollcall/oracle"
import type { SimulatedSlack } from "@rollcall/slack-simulator"

/** Kind and id of every resource, entitlement and grant in a .c1z file, sorted. */
export const storedIds = (file: string): ReadonlyArray<string> =>
  [...storedRecords(file).keys()].filter((key) => !key.startsWith("resourceType ")).toSorted()

/** The same of a whole sync of this workspace as it is now. */
export const expectedIds = (slack: Pick<SimulatedSlack, "expected">): ReadonlyArray<string> =>
  Array.from(slack.expected(), ({ kind, id }) => `${kind} ${id}`).toSorted()
