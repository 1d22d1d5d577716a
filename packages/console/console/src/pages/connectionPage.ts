// The page of one connection: how it is, what may be asked of it, and what is known of its work.
import type { ConnectionDetails, Rows } from "../ManagedConnections.ts"
import type { ConnectionPage, ShownTable } from "../pageData.ts"
import { lengthOf, timeOf } from "../times.ts"
import { rowOf } from "./connectionRow.ts"

/** The page. */
export const connectionPage = (details: ConnectionDetails): ConnectionPage => {
  const { shown, from, settings, secrets, leases, audit, lines, isShared } = details
  const { syncs = [], tasks = [], gaps = [], servedBy, workspace } = shown
  const here = isShared ? "Other workers may have more; this is what the one has that answers here." : undefined
  const table = (
    id: string,
    heading: string,
    columns: ReadonlyArray<string>,
    rows: ShownTable["rows"],
    note?: string,
  ) => ({
    id,
    heading,
    columns,
    rows,
    note: note ?? (rows.length === 0 ? "There are none." : undefined),
  })
  return {
    row: rowOf(shown),
    gaps,
    isPaused: shown.state === "Paused",
    isAdded: shown.isAdded === true,
    secrets,
    facts: [
      ["Workspace", workspace ?? "not known yet"],
      ["Last sync", timeOf(shown.lastSync)],
      ["Next sync", timeOf(shown.nextSync)],
      ...(isShared ? [["Served by", servedBy ?? "no worker at the moment"] as const] : []),
      ["Entry", from],
      ...Object.entries(shown.labels),
    ],
    tables: [
      table(
        "syncs",
        "Recent syncs",
        ["Begun", "Took", "Outcome", "Records", "Why"],
        syncs.map(({ begun, ended, outcome, records, why }) => [
          timeOf(begun),
          lengthOf(ended - begun),
          outcome,
          records.toLocaleString("en"),
          why ?? "",
        ]),
      ),
      table(
        "tasks",
        "Recent tasks of ConductorOne",
        ["Received", "Task", "Outcome", "Took", "Why"],
        tasks.map(({ kind, received, ended, outcome, why }) => [
          timeOf(received),
          kind,
          outcome ?? "is being done",
          ended === undefined ? "" : lengthOf(ended - received),
          why ?? "",
        ]),
      ),
      table(
        "leases",
        "Access for a time",
        ["Who", "What", "State", "Begun", "Ends"],
        rowsOf(leases).map(({ principal, entitlement, state, begunAt, endsAt }) => [
          principal,
          entitlement,
          state,
          timeOf(begunAt),
          timeOf(endsAt),
        ]),
        noteOf(leases),
      ),
      table(
        "audit",
        "Audit log",
        ["Time", "Who", "What", "Outcome", "Reason"],
        rowsOf(audit).map(({ at, who, what, outcome, reason }) => [timeOf(at), who, what, outcome, reason ?? ""]),
        noteOf(audit) ?? here,
      ),
      table(
        "log",
        "Log",
        ["Time", "Level", "Message"],
        lines.map(({ at, level, text }) => [timeOf(at), level, text]),
        here,
      ),
      table(
        "settings",
        "Settings",
        ["Setting", "Value"],
        settings.map((pair) => [...pair]),
      ),
    ],
  }
}

const rowsOf = <Row>(rows: Rows<Row>): ReadonlyArray<Row> => (typeof rows === "string" ? [] : rows)

const noteOf = (rows: Rows<unknown>): string | undefined => (typeof rows === "string" ? rows : undefined)
