// What reviewers send back, as tables, whichever kind of file it is: a workbook, comma-separated values, or the file of their page.
import { extname } from "node:path"
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { decisionFile, decisionRows } from "./DecisionFile.ts"
import type { SheetRow } from "./readTable.ts"
import { readSmallFile, readTable } from "./readTable.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** A table of answers; the name is that of its sheet, where the file has several. */
export interface AnswerTable {
  readonly name: string
  /** What `line` of a row counts; `line` when absent. */
  readonly rowsAre?: "item" | undefined
  readonly rows: ReadonlyArray<SheetRow>
}

type Reader = (path: string, name: string) => Effect.Effect<ReadonlyArray<AnswerTable>, ReviewError | StoreError>

const readWorkbook: Reader = Effect.fnUntraced(function* (path) {
  const { readSheets } = yield* Effect.promise(() => import("@rollcall/export"))
  const sheets = yield* readSheets(path)
  return sheets.filter(({ rows }) => rows.length > 0).map(({ name, rows }) => ({ name: ` sheet ${name}`, rows }))
})

const readDecisions: Reader = Effect.fnUntraced(function* (path, name) {
  const file = decisionFile((yield* readSmallFile(path, name)).toString("utf8"))
  if (file?.format === "rollcall-decisions") return [{ name: "", rowsAre: "item", rows: decisionRows(file) }]
  const [why, hint] =
    file === undefined
      ? ["it is no file that a reviewer's page has saved", "Ask for the file again, as the page downloads it."]
      : ["it is a draft", "Ask the reviewer to download the decisions in the page, and to send that file."]
  return yield* refuse("Unusable", `${name} cannot be used: ${why}.`, hint)
})

/** How each kind of file is read. */
const readers: Readonly<Record<string, Reader>> = {
  ".xlsx": readWorkbook,
  ".csv": (path, name) => Effect.map(readTable(path, name), (rows) => [{ name: "", rows }]),
  ".json": readDecisions,
}

/** The answers in the file at the path; `name` is what it was called when it came, and tells its kind. */
export const readAnswers = Effect.fn("Review.readAnswers")(function* (
  path: string,
  name: string = path,
): Effect.fn.Return<ReadonlyArray<AnswerTable>, ReviewError | StoreError> {
  const read = readers[extname(name).toLowerCase()]
  if (read !== undefined) return yield* read(path, name)
  if (extname(name).toLowerCase() === ".html") {
    const hint = "Open it in a browser, choose decisions, download them, and import the file that the page saves."
    return yield* refuse("Unusable", `${name} is a reviewer's page, which holds no decisions.`, hint)
  }
  const kinds = Object.keys(readers).join(", ")
  const hint = "Name a table or a file of a reviewer's page, as it was saved."
  return yield* refuse("Unusable", `${name} cannot be used: its name ends with none of ${kinds}.`, hint)
})
