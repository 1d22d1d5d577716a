// Files that people fill in, read whole and within bounds: comma-separated values however a spreadsheet writes them.
import { readFileSync, statSync } from "node:fs"
import type { CsvRow } from "@rollcall/access/render"
import { csvRows } from "@rollcall/access/render"
import { storeReasonOf, systemCodeOf } from "@rollcall/connector"
import { Effect } from "effect"
import { refuse, ReviewError } from "./ReviewError.ts"

/** A row of a table that somebody gave, and the line or row number that it has there. */
export type SheetRow = CsvRow

/** Bytes of a file that a person fills in. */
const mostBytes = 32 * 1024 ** 2
/** Characters of a row, and rows. */
const longest = 128 * 1024
const most = 100_000

/** Reads the file at the path, which errors call `name`. */
export const readSmallFile = (path: string, name: string): Effect.Effect<Buffer, ReviewError> =>
  Effect.try({
    try: () => {
      const stats = statSync(path)
      if (!stats.isFile()) throw new ReviewError(unusable(name, "it is no file"))
      if (stats.size > mostBytes) throw new ReviewError(unusable(name, `it has more than ${mostBytes} bytes`))
      return readFileSync(path)
    },
    catch: (cause) => {
      if (cause instanceof ReviewError) return cause
      const reason = storeReasonOf(cause)
      if (reason === "NotFound") {
        const message = `${name} cannot be read: there is no such file.`
        return new ReviewError({ reason: "Missing", message, hint: "Name a file that is there.", cause })
      }
      const why = reason === "NoPermission" ? "permission is denied" : systemCodeOf(cause)
      return new ReviewError({ ...unusable(name, why), cause })
    },
  })

/** The rows that hold anything of comma-separated values; spreadsheets of some countries write semicolons or tabs instead. */
export const readTable = Effect.fnUntraced(function* (
  path: string,
  name: string = path,
): Effect.fn.Return<ReadonlyArray<SheetRow>, ReviewError> {
  const bytes = yield* readSmallFile(path, name)
  const text = yield* Effect.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () =>
      new ReviewError(unusable(name, "it is not in UTF-8", "Save it as CSV UTF-8, or as a workbook (xlsx).")),
  })
  const [first = ""] = text.split(/[\r\n]/u, 1)
  const delimiter = [",", ";", "\t"].find((it) => first.includes(it))
  const rows = yield* csvRows(bytes, { longest, most: most + 1, delimiter }).pipe(
    Effect.catchTag("CsvError", ({ kind, line, message }) => {
      const problem = kind === "RecordSize" ? `it is longer than ${longest} characters` : message
      return Effect.fail(new ReviewError(unusable(name, `line ${line}: ${problem}`)))
    }),
  )
  if (rows.length <= most) return rows
  return yield* refuse("Unusable", `${name} has more than ${most.toLocaleString("en")} lines.`, "Split it.")
})

const unusable = (name: string, why: string, hint = "Correct it, or ask for the file again.") => ({
  reason: "Unusable" as const,
  message: `${name} cannot be used: ${why}.`,
  hint,
})
