// What the flags ask an action for: one run, whose arguments they name, or a list of many: one run a line, under a header that
// names the arguments, or without one in their order. What `rollcall resources -t user -o csv` prints is a list of accounts.
import type { ActionDeclaration, ActionField, ActionValue, ActionValues } from "@rollcall/connector"
import { Effect } from "effect"
import { problemOfReason } from "../changes/audit.ts"
import { linesError, ListError } from "../changes/problems.ts"
import type { Columns, Row } from "../changes/readRows.ts"
import { otherList, pickCells, readRows, reasonsIn } from "../changes/readRows.ts"
import { UsageError } from "../errors.ts"
import { argumentFlag } from "./ActionPlan.ts"

/** The runs that are asked for. */
interface AskedRuns {
  readonly isStandardInput: boolean
  readonly all: ReadonlyArray<ActionValues>
  /** Why each is asked for, where the list says so in a column `reason`. */
  readonly reasons: ReadonlyArray<string | undefined>
}

/** The runs, in exactly one of the two ways that there are. */
export const askedRuns = (
  action: ActionDeclaration,
  given: Readonly<Record<string, ActionValue | undefined>>,
  from: string | undefined,
): Effect.Effect<AskedRuns, UsageError | ListError> => {
  const flags = action.arguments.map((field) => `--${argumentFlag(field)}`).join(" and ")
  const missing = action.arguments.filter(({ name }) => given[name] === undefined)
  if (from !== undefined) {
    return missing.length === action.arguments.length ? readList(from, action) : Effect.fail(oneWay(flags))
  }
  if (missing.length > 0) return Effect.fail(incomplete(action, flags))
  const values: Record<string, ActionValue> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) values[name] = value
  return Effect.succeed({ isStandardInput: false, all: [values], reasons: [] })
}

const oneWay = (flags: string) =>
  new UsageError({ message: `${flags} and --from exclude each other.`, hint: "Leave one of them out." })

const incomplete = ({ displayName, arguments: fields }: ActionDeclaration, flags: string) =>
  new UsageError({
    message: fields.some(({ isPrincipal }) => isPrincipal === true)
      ? `No account is named for "${displayName}".`
      : `No arguments are given for "${displayName}".`,
    hint: `Give ${flags}, or --from with a list.`,
  })

/** The runs that the list at this path names. */
const readList = Effect.fn("Actions.readList")(function* (
  path: string,
  { arguments: fields }: ActionDeclaration,
): Effect.fn.Return<AskedRuns, ListError> {
  const { name, isStandardInput, rows } = yield* readRows(path)
  const hint = `Nothing was begun. A line holds ${fields.map((field) => field.name).join(",")}; the first line may be that header.`
  if (rows === undefined) return yield* new ListError({ message: `${name} is not CSV.`, hint })
  const header = columnsOf(fields, rows[0])
  const other = header === undefined ? otherList(rows[0], "accounts") : undefined
  if (other !== undefined) {
    const message = `${name} cannot be used: ${other.problem}.`
    return yield* new ListError({ message, hint: `Nothing was begun. ${other.hint}` })
  }
  const columns = header ?? { cells: fields.length, at: fields.map((_, index) => index) }
  const all: Array<ActionValues> = []
  const reasons: Array<string | undefined> = []
  const problems: Array<string> = []
  const given = header === undefined ? new Map<number, string>() : reasonsIn(rows)
  for (const row of pickCells(header === undefined ? rows : rows.slice(1), columns)) {
    const reason = given.get(row.line)
    const wrong = "problem" in row ? row.problem : problemOfReason(reason)
    if (wrong !== undefined) problems.push(`line ${row.line}: ${wrong}.`)
    if ("problem" in row || wrong !== undefined) continue
    reasons.push(reason)
    all.push(Object.fromEntries(fields.map((field, at) => [field.name, valueOf(field, row.values[at] ?? "")])))
  }
  return problems.length === 0 ? { isStandardInput, all, reasons } : yield* linesError(name, problems, hint)
})

/** Where the arguments stand, by a header that names all of them; `ID` heads the column of accounts in our own listings. */
const columnsOf = (fields: ReadonlyArray<ActionField>, first: Row | undefined): Columns | undefined => {
  const names = (first?.cells ?? []).map((cell) => cell.toLowerCase())
  const at = fields.map((field) =>
    names.findIndex(
      (name) => name === field.name || name === argumentFlag(field) || (field.isPrincipal === true && name === "id"),
    ),
  )
  return at.includes(-1) ? undefined : { cells: names.length, at }
}

const valueOf = ({ type }: ActionField, text: string) => (type === "boolean" ? text.toLowerCase() === "true" : text)
