// A connection as a row of the list.
import type { ShownConnection } from "@rollcall/host/connections"
import type { ConnectionRow } from "../pageData.ts"

/** The row. */
export const rowOf = (one: ShownConnection): ConnectionRow => ({
  name: one.name,
  state: one.state,
  because: one.because,
  progress: one.progress,
  lastSync: one.lastSync,
  nextSync: one.nextSync,
  labels: Object.entries(one.labels)
    .map((label) => label.join("="))
    .join(", "),
  from: one.isAdded === true ? "added" : "file",
  servedBy: one.servedBy,
})
