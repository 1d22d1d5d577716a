// A workbook of a table for somebody to fill in, and of further sheets that explain it.
import type { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { attemptAsync, openOutput } from "@rollcall/access/output"
import type { SheetColumn } from "./sheetXml.ts"
import { Workbook } from "./Workbook.ts"

/** A table of texts. */
export interface FilledSheet {
  readonly title: string
  readonly columns: ReadonlyArray<SheetColumn>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/** What was written of it. */
export interface WrittenSheet {
  /** Texts that were longer than a cell, and were cut. */
  readonly cut: number
}

/** Writes the table to a file: whole or not at all, for this user alone. One that is there is replaced only where `force` is set. */
export const writeSheet = Effect.fn("Export.writeSheet")(function* (
  path: string,
  sheet: FilledSheet,
  { force = false, further = [] }: { readonly force?: boolean; readonly further?: ReadonlyArray<FilledSheet> } = {},
): Effect.fn.Return<WrittenSheet, StoreError> {
  return yield* Effect.scoped(
    Effect.gen(function* () {
      const output = yield* openOutput(path, { kind: "file", force })
      const workbook = yield* Effect.acquireRelease(
        attemptAsync(path, async () => new Workbook(output.staged)),
        (made) => Effect.sync(() => made.close()),
      )
      let cut = 0
      yield* attemptAsync(path, async () => {
        for (const { title, columns, rows } of [sheet, ...further]) {
          await workbook.begin(title, columns)
          // An empty cell is one that a person fills in.
          const cells = rows.map((row) => row.map((text) => (text === "" ? null : text)))
          await workbook.write(cells, () => cut++)
          await workbook.end()
        }
        await workbook.finish()
      })
      yield* output.publish
      return { cut }
    }),
  )
})
