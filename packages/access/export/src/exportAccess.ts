// One sync as tables in files of a format.
import type { AccessReader } from "@rollcall/access"
import type { StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { attemptAsync, openOutput } from "@rollcall/access/output"
import { sqliteWriter } from "./sqliteWriter.ts"
import type { Table } from "./Table.ts"
import { tablesOf } from "./tablesOf.ts"
import type { CutCells, TableWriter } from "./TableWriter.ts"
import { csvWriter, ndjsonWriter } from "./TableWriter.ts"
import { workbookWriter } from "./xlsx/workbookWriter.ts"

/** The formats of an export. `csv` and `ndjson` make a folder with a file for each table, the others one file. */
export const exportFormats = ["csv", "xlsx", "sqlite", "ndjson"] as const
export type ExportFormat = (typeof exportFormats)[number]

/** What is exported, and where to. */
export interface ExportRequest {
  readonly format: ExportFormat
  readonly out: string
  /** Whether an export that stands there is replaced. */
  readonly force?: boolean | undefined
  /** The file that is read, which is never replaced. */
  readonly source?: string | undefined
}

/** What was written. */
export interface Exported {
  readonly out: string
  readonly tables: ReadonlyArray<{ readonly name: string; readonly rows: number }>
  /** Cells that the format could not hold whole. */
  readonly cut: ReadonlyArray<CutCells>
}

const formats: Readonly<
  Record<ExportFormat, { readonly kind: "file" | "folder"; readonly writer: (path: string) => TableWriter }>
> = {
  csv: { kind: "folder", writer: csvWriter },
  ndjson: { kind: "folder", writer: ndjsonWriter },
  sqlite: { kind: "file", writer: sqliteWriter },
  xlsx: { kind: "file", writer: (path) => workbookWriter(path) },
}

/** Rows that are handed to a writer at once. */
const rowsAtOnce = 256

/** Exports the sync: whole, or what stood there before is as it was. Memory does not grow with the sync. */
export const exportAccess = Effect.fn("Export.access")(function* (
  access: AccessReader,
  { format, out, force = false, source }: ExportRequest,
): Effect.fn.Return<Exported, StoreError> {
  const { kind, writer: make } = formats[format]
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const output = yield* openOutput(out, {
        kind,
        force,
        sources: source === undefined ? [] : [source],
        extension: `.${format}`,
      })
      const tables = yield* tablesOf(access)
      const writer = yield* Effect.acquireRelease(
        attemptAsync(out, async () => make(output.staged)),
        (made) => Effect.sync(() => made.close()),
      )
      const written: Array<{ readonly name: string; readonly rows: number }> = []
      for (const table of tables) written.push(yield* writeTable(out, writer, table))
      yield* attemptAsync(out, async () => writer.finish())
      yield* output.publish
      return { out, tables: written, cut: writer.cut() }
    }),
  )
})

const writeTable = Effect.fnUntraced(function* (out: string, writer: TableWriter, table: Table) {
  let rows = 0
  yield* attemptAsync(out, async () => writer.begin(table))
  yield* Stream.runForEachArray(Stream.rechunk(table.rows, rowsAtOnce), (some) => {
    rows += some.length
    // Most writers never wait: without a turn for others, nothing would hear of Ctrl-C before the end.
    return Effect.andThen(
      attemptAsync(out, async () => writer.write(some)),
      Effect.yieldNow,
    )
  })
  yield* attemptAsync(out, async () => writer.end())
  return { name: table.name, rows }
})
