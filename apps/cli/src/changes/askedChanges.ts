// What the flags ask for: one change that they name, or a list, from a file or the standard input: comma-separated values by
// RFC 4180, or lines of JSON. What `rollcall grants` prints in either form is such a list. All of it is read and found to be
// well-formed before anything else happens. The system is asked by ids alone, so the name of a group or an entitlement is
// looked up in the file of the last sync; people are named by id or address, as many have the same name.
import { hideTokens } from "@rollcall/api-client"
import type { ChangeIntent } from "@rollcall/connector"
import { parseEntitlementId } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { UsageError } from "../errors.ts"
import { problemOfReason } from "./audit.ts"
import type { Asked, AskedChange } from "./ChangePlan.ts"
import type { ListError, Problem } from "./problems.ts"
import { problemsError } from "./problems.ts"
import type { Columns, Row } from "./readRows.ts"
import { otherList, pickCells, readRows, reasonsIn } from "./readRows.ts"

/** The flags that name changes, as they were given. */
interface ChangeFlags {
  readonly entitlement: string | undefined
  readonly principal: string | undefined
  readonly grant: string | undefined
  readonly from: string | undefined
}

/** The changes that the flags ask for, in exactly one of the ways that there are. */
export const askedChanges = (
  intent: ChangeIntent,
  { entitlement, principal, grant, from }: ChangeFlags,
): Effect.Effect<Asked, UsageError | ListError> => {
  const pair = entitlement !== undefined || principal !== undefined
  const ways = [pair, grant !== undefined, from !== undefined].filter(Boolean).length
  if (ways !== 1) return Effect.fail(oneWay(intent, ways))
  if (from !== undefined) return readList(from)
  if (grant !== undefined) return Effect.succeed({ changes: [{ where: { flag: "grant" }, grant }] })
  if (entitlement === undefined || principal === undefined) return Effect.fail(bothOfThePair)
  return Effect.succeed({ changes: [{ where: { flag: "entitlement" }, entitlement, principal }] })
}

const oneWay = (intent: ChangeIntent, ways: number) =>
  new UsageError({
    message: ways === 0 ? `Nothing is named to ${intent}.` : `The changes to ${intent} are given in more than one way.`,
    hint: `Give --entitlement and --principal${intent === "revoke" ? ", or --grant" : ""}, or --from with a list.`,
  })

const bothOfThePair = new UsageError({
  message: "--entitlement and --principal must be given together: what, and for whom.",
  hint: "Add the other one.",
})

/** The changes of the list at this path. */
export const readList = Effect.fn("Changes.readList")(function* (
  path: string,
): Effect.fn.Return<Asked, UsageError | ListError> {
  const { name, isStandardInput, rows, lines } = yield* readRows(path)
  const { changes, problems } = rows === undefined ? ofJson(lines) : ofRows(rows)
  const asked: Asked = { changes, list: { name, isStandardInput } }
  return problems.length === 0 ? asked : yield* problemsError(problems, asked)
})

/** The columns that name the change, a grant or an entitlement and a principal; nothing where the first row is no header. */
const columnsOf = (header: ReadonlyArray<string>): Columns | undefined => {
  const names = header.map((name) => name.toLowerCase())
  const cells = names.length
  const [first] = names
  const principal = names.indexOf("principal")
  if (first === "grant" && cells === 1) return { cells, at: [0] }
  // What `rollcall grants` prints: the id says it all, the other columns are for people.
  if (first === "id" && principal > 0) return { cells, at: [0] }
  return first === "entitlement" && principal > 0 ? { cells, at: [0, principal] } : undefined
}

const ofRows = (rows: ReadonlyArray<Row>) => {
  const changes: Array<AskedChange> = []
  const problems: Array<Problem> = []
  const header = columnsOf(rows[0]?.cells ?? [])
  const other = header === undefined ? otherList(rows[0], "grants") : undefined
  if (other !== undefined) return { changes, problems: [{ where: { line: 1 }, ...other }] }
  const picked = pickCells(header === undefined ? rows : rows.slice(1), header ?? { cells: 2, at: [0, 1] })
  const reasons = header === undefined ? new Map<number, string>() : reasonsIn(rows)
  for (const { line, ...row } of picked) {
    const where = { line }
    const reason = reasons.get(line)
    const wrong = problemOfReason(reason)
    if ("problem" in row) problems.push({ where, problem: row.problem })
    else if (wrong !== undefined) problems.push({ where, problem: wrong })
    else {
      const [first = "", principal] = row.values
      changes.push(
        principal === undefined ? { where, reason, grant: first } : { where, reason, entitlement: first, principal },
      )
    }
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
    if (record._tag === "None") problems.push({ where, problem: "it is not a grant as JSON, on a line of its own" })
    else changes.push("grant" in record.value ? { where, grant: record.value.grant.id } : { where, ...record.value })
  }
  return { changes, problems }
}

/** The same changes with ids in the place of names, each of which is said. Without a file nothing is looked up. */
export const resolveNames = Effect.fn("Changes.resolveNames")(function* (asked: Asked, file: string) {
  const names = new Set(asked.changes.flatMap((change) => nameIn(change) ?? []))
  if (names.size === 0) return asked
  // Changes by id, which are most, need no reader of files.
  const { withIds } = yield* Effect.promise(() => import("./withIds.ts"))
  return yield* withIds(asked, names, file)
})

/** A text in the place of an entitlement's id that is not one. */
export const nameIn = (change: AskedChange): string | undefined => {
  if ("grant" in change || hideTokens(change.entitlement) !== change.entitlement) return undefined
  return parseEntitlementId(change.entitlement) === undefined ? change.entitlement : undefined
}
