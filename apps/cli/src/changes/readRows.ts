// Reads the rows of a list from a file or the standard input, within bounds: comma-separated values by RFC 4180, or the lines of
// JSON where it begins with a brace.
import { grouped } from "../Screen.ts"
import { createReadStream } from "node:fs"
import type { CsvRow } from "@rollcall/access/render"
import { csvRows } from "@rollcall/access/render"
import type { StoreError } from "@rollcall/connector"
import { storeReasonOf, systemCodeOf, whatStandsThere } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { listHint, ListError } from "./problems.ts"

/** The name that stands for the standard input. */
const standardInput = "-"

/** No workspace needs a longer list. */
const mostBytes = 64 * 1024 * 1024
const mostLines = 100_000
/** Ids and addresses are short, so a longer line is an error. */
const longestLine = 4096

/** A row that holds anything. */
export type Row = CsvRow

/** What a list holds: `rows` of comma-separated values, or `lines` of JSON. */
export interface Rows {
  readonly name: string
  readonly isStandardInput: boolean
  readonly rows?: ReadonlyArray<Row>
  readonly lines: ReadonlyArray<{ readonly line: number; readonly text: string }>
}

/** The rows of the list at this path. */
export const readRows = Effect.fn("Changes.readRows")(function* (path: string): Effect.fn.Return<Rows, ListError> {
  const isStandardInput = path === standardInput
  const name = isStandardInput ? "The standard input" : path
  const bytes = yield* Stream.fromAsyncIterable<Uint8Array, ListError>(
    isStandardInput ? process.stdin : createReadStream(path),
    (cause) => unreadable(name, cause),
  ).pipe(bounded(name), Stream.runCollect)
  const whole = Buffer.concat(bytes)
  if (/^[\s\ufeff]*\{/u.test(whole.toString("utf8", 0, longestLine))) {
    const lines = whole
      .toString("utf8")
      .split(/\r\n|\r|\n/u)
      .map((text, index) => ({ line: index + 1, text: text.replace(/^\ufeff/u, "").trim() }))
      .filter(({ text }) => text !== "")
    return lines.length > mostLines ? yield* tooMany(name) : { name, isStandardInput, lines }
  }
  const rows = yield* csvRows(whole, { longest: longestLine, most: mostLines + 1 }).pipe(
    Effect.catchTag("CsvError", ({ kind, line, message }) => {
      const problem = kind === "RecordSize" ? `it is longer than ${longestLine} characters` : message
      return Effect.fail(
        new ListError({ message: `${name} cannot be used. line ${line}: ${problem}.`, hint: listHint }),
      )
    }),
  )
  if (rows.length > mostLines) return yield* tooMany(name)
  return { name, isStandardInput, rows, lines: [] }
})

/** What a list is that is meant for another command, and what takes it. */
export interface OtherList {
  readonly problem: string
  readonly hint: string
}

/** What the lines of a list are about. */
type ListOf = "work" | "accounts" | "grants"

const listsByHeader: ReadonlyArray<
  OtherList & { readonly of: ListOf; readonly isIt: (names: ReadonlyArray<string>) => boolean }
> = [
  {
    of: "work",
    isIt: (names) => names[0] === "item" && names.includes("what to do"),
    problem: "it is a list of what people do by hand, and no command carries it out",
    hint: "Do what it says, then record it with `rollcall review remediate`.",
  },
  {
    of: "accounts",
    isIt: (names) => names[0] === "id" && !names.includes("principal"),
    problem: "it is a list of accounts, and names no entitlements",
    hint: "`rollcall actions run` takes it: `rollcall actions list` has the actions.",
  },
  {
    of: "grants",
    isIt: (names) => names[0] === "grant" || names.includes("principal"),
    problem: "it is a list of who holds which entitlement, and not of accounts",
    hint: "`rollcall revoke --from` takes it, and so does `rollcall grant --from`.",
  },
]

/** What a list is by its header, where it is none of what the command takes. */
export const otherList = (header: Row | undefined, takes: ListOf): OtherList | undefined => {
  const names = (header?.cells ?? []).map((cell) => cell.toLowerCase())
  return listsByHeader.find(({ of, isIt }) => of !== takes && isIt(names))
}

/** Which cells of a row matter: those at these places, of rows that have so many. */
export interface Columns {
  readonly cells: number
  readonly at: ReadonlyArray<number>
}

/** The cells that matter of each row, or what is wrong with it. */
export const pickCells = (
  rows: ReadonlyArray<Row>,
  columns: Columns,
): ReadonlyArray<
  { readonly line: number } & ({ readonly values: ReadonlyArray<string> } | { readonly problem: string })
> =>
  rows.map(({ line, cells }) => {
    if (cells.length !== columns.cells) {
      const held = `${cells.length} ${cells.length === 1 ? "value" : "values"}`
      return { line, problem: `it holds ${held} instead of ${columns.cells}` }
    }
    const values = columns.at.map((place) => cells[place] ?? "")
    return values.includes("") ? { line, problem: "a value is empty" } : { line, values }
  })

/**
 * What a column `reason` holds, by line, for the audit log; the first row is the header. In results that are a list again, that column
 * says why a change failed, and `Stated Reason` why it was asked for.
 */
export const reasonsIn = ([header, ...rows]: ReadonlyArray<Row>): ReadonlyMap<number, string> => {
  const names = (header?.cells ?? []).map((name) => name.toLowerCase())
  const at = names.indexOf(names.includes("outcome") ? "stated reason" : "reason")
  return new Map(rows.flatMap(({ line, cells }) => (cells[at] ? [[line, cells[at]] as const] : [])))
}

const tooMany = (name: string) => tooLarge(name, `${grouped(mostLines)} lines`)

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
    missing: noList.includes(storeReasonOf(cause)),
    cause,
  })

/** What says that there is no list at the path, or none that may be read. */
const noList: ReadonlyArray<StoreError["reason"]> = ["NotFound", "NoPermission", "NotAFile"]

const why = (cause: unknown): string => {
  const reason = storeReasonOf(cause)
  if (reason === "NotFound") return "there is no such file"
  if (reason === "NoPermission") return "permission is denied"
  if (reason === "NotAFile") return `it is ${whatStandsThere(cause)}`
  return systemCodeOf(cause)
}
