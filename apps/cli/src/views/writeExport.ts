// Exports a sync, and says what was written, and what it lacks.
import type { Exported, ExportFormat } from "@rollcall/export"
import { exportAccess } from "@rollcall/export"
import { keepHeapTight } from "@rollcall/host/heap"
import { Effect } from "effect"
import { errLines } from "../Screen.ts"
import type { ViewSettings } from "../settings/commandFields.ts"
import { noteIncomplete, openView } from "./openView.ts"
import { writeNotes } from "./viewRequest.ts"

/** What the command was asked for. */
export interface ExportCommand {
  readonly settings: ViewSettings
  readonly quiet: boolean
  readonly syncId: string | undefined
  readonly privileged: string | undefined
  readonly format: ExportFormat
  readonly out: string
  readonly force: boolean
}

/** Writes the export. */
export const writeExport = Effect.fnUntraced(function* (asked: ExportCommand) {
  keepHeapTight()
  const { settings, quiet, syncId, privileged, format, out, force } = asked
  const access = yield* openView({ settings, syncId, format: "table" }, privileged)
  yield* noteIncomplete(access, "missing")
  const exported = yield* exportAccess(access, { format, out, force, source: settings.file })
  // What a cell could not hold is part of the answer, and so no matter of --quiet.
  yield* writeNotes(cutNotes(exported))
  if (!quiet) yield* errLines(summaryOf(exported))
}, Effect.scoped)

const cutNotes = ({ cut }: Exported): ReadonlyArray<string> =>
  cut.map(
    ({ table, column, cells }) =>
      `${cells} cells of ${table}.${column} were longer than the 32,767 characters of a spreadsheet's, and end with "… (cut)". ` +
      "The other forms have them whole.",
  )

const summaryOf = ({ out, tables }: Exported): ReadonlyArray<string> => [
  `Wrote ${out}:`,
  ...tables.map(({ name, rows }) => `  ${name}: ${rows} ${rows === 1 ? "row" : "rows"}`),
]
