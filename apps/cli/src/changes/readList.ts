// Reads a list of changes from a file or the standard input: comma-separated values by RFC 4180, or lines of JSON. What
// `rollcall grants` prints in either form is such a list. All of it is read and found to be well-formed before anything else
// happens.
import { Effect, Schema } from "effect"
import type { UsageError } from "../UsageError.ts"
import type { Asked, AskedChange } from "./AskedChange.ts"
import type { Problem } from "./problems.ts"
import type { ListError } from "./problems.ts"
import { problemsError } from "./problems.ts"
import type { Row } from "./readRows.ts"
import { readRows } from "./readRows.ts"

/** The changes of the list at this path. */
export const readList = Effect.fn("Changes.readList")(function* (
  path: string,
): Effect.fn.Return<Asked, UsageError | ListError> {
  const { name, isStandardInput, rows, lines } = yield* readRows(path)
  const { changes, problems } = rows === undefined ? ofJson(lines) : ofRows(rows)
  const asked: Asked = { changes, list: { name, isStandardInput } }
  return problems.length === 0 ? asked : yield* problemsError(problems, asked)
})

/** Where the cells of a row stand that name the change. */
type Columns = { readonly wanted: number } & (
  | { readonly grant: number }
  | { readonly entitlement: number; readonly principal: number }
)

/** The columns that a header names; nothing where the first row is none. */
const columnsOf = (header: ReadonlyArray<string>): Columns | undefined => {
  const names = header.map((name) => name.toLowerCase())
  const wanted = names.length
  const [first] = names
  const principal = names.indexOf("principal")
  if (first === "grant" && wanted === 1) return { wanted, grant: 0 }
  // What `rollcall grants` prints: the id says it all, the other columns are for people.
  if (first === "id" && principal > 0) return { wanted, grant: 0 }
  return first === "entitlement" && principal > 0 ? { wanted, entitlement: 0, principal } : undefined
}

const ofRows = (rows: ReadonlyArray<Row>) => {
  const changes: Array<AskedChange> = []
  const problems: Array<Problem> = []
  const header = columnsOf(rows[0]?.cells ?? [])
  const columns = header ?? { wanted: 2, entitlement: 0, principal: 1 }
  for (const { line, cells } of header === undefined ? rows : rows.slice(1)) {
    const where = { line }
    const named = ("grant" in columns ? [columns.grant] : [columns.entitlement, columns.principal]).map(
      (column) => cells[column] ?? "",
    )
    const [first = "", second = ""] = named
    if (cells.length !== columns.wanted) problems.push({ where, problem: wrongNumber(cells.length, columns.wanted) })
    else if (named.includes("")) problems.push({ where, problem: "a value is empty" })
    else changes.push("grant" in columns ? { where, grant: first } : { where, entitlement: first, principal: second })
  }
  return { changes, problems }
}

/** A grant as `rollcall grants` prints it, or a change as its result is printed. */
const JsonLine = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ grant: Schema.Struct({ id: Schema.NonEmptyString }) }),
    Schema.Struct({ entitlement: Schema.NonEmptyString, principal: Schema.NonEmptyString }),
  ]),
)
const decodeLine = Schema.decodeUnknownOption(JsonLine)

/** Lines of JSON; what opens and closes a list, and the commas between its records, is left out. */
const ofJson = (lines: ReadonlyArray<{ readonly line: number; readonly text: string }>) => {
  const changes: Array<AskedChange> = []
  const problems: Array<Problem> = []
  for (const { line, text } of lines) {
    if (/^(?:\{.*\[|\]\})$/u.test(text)) continue
    const record = decodeLine(text.replace(/^,/u, ""))
    const where = { line }
    if (record._tag === "None") problems.push({ where, problem: "it is no grant as JSON, on a line of its own" })
    else changes.push("grant" in record.value ? { where, grant: record.value.grant.id } : { where, ...record.value })
  }
  return { changes, problems }
}

const wrongNumber = (found: number, wanted: number): string =>
  `it holds ${found} ${found === 1 ? "value" : "values"} instead of ${wanted}`
