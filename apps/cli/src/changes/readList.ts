// Reads a list of changes: comma-separated values by RFC 4180, from a file or the standard input. All of it is read and
// found to be well-formed before anything else happens.
import { createReadStream } from "node:fs"
import type { ChangeIntent } from "@rollcall/connector"
import { storeReasonOf, systemCodeOf, whatStandsThere } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { Csv } from "effect/encoding"
import type { UsageError } from "../UsageError.ts"
import type { Asked, AskedChange } from "./AskedChange.ts"
import type { Problem } from "./problems.ts"
import { listHint, ListError, problemsError } from "./problems.ts"

/** The name that stands for the standard input. */
const standardInput = "-"

/** More than this is no list of changes that one workspace needs. */
const mostBytes = 64 * 1024 * 1024
const mostLines = 100_000
/** Ids and addresses are short; a longer line is no line of a list. */
const longestLine = 4096

/** The changes of the list at this path. */
export const readList = Effect.fn("Changes.readList")(function* (
  path: string,
  intent: ChangeIntent,
): Effect.fn.Return<Asked, UsageError | ListError> {
  const isStandardInput = path === standardInput
  const name = isStandardInput ? "The standard input" : path
  const rows = yield* Stream.fromAsyncIterable<Uint8Array, ListError>(
    isStandardInput ? process.stdin : createReadStream(path),
    (cause) => unreadable(name, cause),
  ).pipe(
    bounded(name),
    Stream.pipeThroughChannel(Csv.decode({ maxRecordSize: longestLine })),
    Stream.take(mostLines + 1),
    Stream.runCollect,
    Effect.catchTag("CsvError", ({ kind, line, message }) => {
      const problem = kind === "RecordSize" ? `it is longer than ${longestLine} characters` : message
      return Effect.fail(
        new ListError({ message: `${name} cannot be used. line ${line}: ${problem}.`, hint: listHint }),
      )
    }),
  )
  if (rows.length > mostLines) return yield* tooLarge(name, `${mostLines.toLocaleString("en")} lines`)

  const { changes, problems } = readRows(rows, intent)
  const asked: Asked = { changes, list: { name, isStandardInput } }
  return problems.length === 0 ? asked : yield* problemsError(problems, asked)
})

type Row = ReadonlyArray<string>

const readRows = (rows: ReadonlyArray<Row>, intent: ChangeIntent) => {
  const changes: Array<AskedChange> = []
  const problems: Array<Problem> = []
  const lines = numbered(rows)
  const header = lines[0]?.cells.join(",").toLowerCase()
  const grants = header === "grant"
  for (const { line, cells } of header === "grant" || header === "entitlement,principal" ? lines.slice(1) : lines) {
    const where = { line }
    const [first = "", second = ""] = cells
    const wanted = grants ? 1 : 2
    if (cells.length !== wanted) problems.push({ where, problem: wrongNumber(cells.length, wanted) })
    else if (cells.includes("")) problems.push({ where, problem: "a value is empty" })
    else if (grants && intent === "grant") problems.push({ where, problem: "a grant that exists can only be revoked" })
    else changes.push(grants ? { where, grant: first } : { where, entitlement: first, principal: second })
  }
  return { changes, problems }
}

/** Rows that hold anything, with the number of the line that each begins on; a quoted value may run over several. */
const numbered = (rows: ReadonlyArray<Row>) => {
  let next = 1
  return rows.flatMap((row) => {
    const line = next
    next += 1 + row.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
    const cells = row.map((cell) => cell.trim())
    return cells.length === 1 && cells[0] === "" ? [] : [{ line, cells }]
  })
}

const wrongNumber = (found: number, wanted: number): string =>
  `it holds ${found} ${found === 1 ? "value" : "values"} instead of ${wanted}`

const bounded =
  (name: string) =>
  <E>(bytes: Stream.Stream<Uint8Array, E>): Stream.Stream<Uint8Array, E | ListError> =>
    Stream.mapAccumEffect(
      bytes,
      () => 0,
      (size, chunk) => {
        const next = size + chunk.length
        return next > mostBytes ? Effect.fail(tooLarge(name, "64 MiB")) : Effect.succeed([next, [chunk]] as const)
      },
    )

const tooLarge = (name: string, limit: string) =>
  new ListError({
    message: `${name} is too large: a list of changes may have ${limit}.`,
    hint: "Nothing was begun. Split it.",
  })

const unreadable = (name: string, cause: unknown) =>
  new ListError({
    message: `${name} cannot be read: ${why(cause)}.`,
    hint: "Name a file, or - for the standard input.",
    cause,
  })

const why = (cause: unknown): string => {
  const reason = storeReasonOf(cause)
  if (reason === "NotFound") return "there is no such file"
  if (reason === "NoPermission") return "permission is denied"
  if (reason === "NotAFile") return `it is ${whatStandsThere(cause)}`
  return systemCodeOf(cause)
}
