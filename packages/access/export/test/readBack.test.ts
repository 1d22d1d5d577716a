// What was exported, as programs see it that are not ours.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Stream } from "effect"
import type { Cell, ColumnType } from "../src/index.ts"
import { exportAccess, exportFormats, tablesOf } from "../src/index.ts"
import { hostileNames, openOffice } from "./office.ts"
import { hasPython, runPython } from "./python.ts"

type Seen = Readonly<Record<string, Readonly<Record<string, ReadonlyArray<ReadonlyArray<unknown>>>>>>

/** What a format makes of a cell, in the words of its documentation. */
const inXlsx = (cell: Cell): unknown => (cell === null || typeof cell !== "object" ? cell : cell.join("; "))
const inSqlite = (cell: Cell): unknown =>
  typeof cell === "boolean" ? Number(cell) : cell !== null && typeof cell === "object" ? JSON.stringify(cell) : cell
const inCsv = (cell: Cell): unknown => {
  if (typeof cell === "boolean" || typeof cell === "number") return String(cell)
  const text = inXlsx(cell)
  return typeof text === "string" && /^[=+@]|^-./u.test(text) ? `'${text}` : text
}

const expectations: Readonly<Record<string, (cell: Cell) => unknown>> = {
  openpyxl: inXlsx,
  calamine: inXlsx,
  sqlite3: inSqlite,
  "duckdb csv": inCsv,
  "polars csv": inCsv,
  "duckdb ndjson": (cell) => cell,
  "polars ndjson": (cell) => cell,
}

/** CSV and workbooks have one empty cell; some programs read instants as dates; and a number may have lost its `.0`. */
const comparable = (value: unknown, type: ColumnType): unknown => {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return null
  if (type !== "instant") return value
  const local = JSON.stringify(value)
    .replaceAll(`"`, "")
    .replace(" ", "T")
    .replace(/(?:Z|[+]00:00)$/u, "")
  return new Date(`${local}Z`).toISOString()
}

describe.skipIf(!hasPython)("an export (needs the readers that .ci/readers makes)", () => {
  it.live(
    "is read back equal by openpyxl, calamine, sqlite3, DuckDB and polars",
    () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("export")
        const access = yield* openOffice(folder, { names: hostileNames })
        const paths = []
        for (const format of ["xlsx", "sqlite", "csv", "ndjson"] as const) {
          const out = join(folder, `out.${format}`)
          paths.push(out)
          assert.deepStrictEqual((yield* exportAccess(access, { format, out })).cut, [])
        }
        const seen: Seen = JSON.parse(runPython("./readers.py", paths))
        assert.sameMembers(Object.keys(seen), Object.keys(expectations))
        for (const table of yield* tablesOf(access)) {
          const rows = yield* Stream.runCollect(table.rows)
          for (const [program, expected] of Object.entries(expectations)) {
            const [head, ...body] = seen[program]?.[table.name] ?? []
            const context = `${table.name} as ${program} sees it`
            assert.deepStrictEqual(
              head,
              table.columns.map(({ name }) => name),
              context,
            )
            const shown = (of: ReadonlyArray<ReadonlyArray<unknown>>) =>
              of.map((row) => table.columns.map(({ type }, at) => comparable(row[at] ?? null, type)))
            assert.deepStrictEqual(shown(body), shown(rows.map((row) => row.map(expected))), context)
          }
        }
        // Not by our own reading of the sync: the names as they were typed.
        for (const [program, tables] of Object.entries(seen)) {
          const names = (tables["accounts_user"] ?? []).map((row) => row[1])
          const asTyped = hostileNames.map((name) => (program.endsWith("csv") ? inCsv(name) : name))
          assert.deepStrictEqual(names.slice(-hostileNames.length), asTyped, program)
        }
        assert.lengthOf(exportFormats, paths.length)
      }).pipe(Effect.scoped),
    60_000,
  )
})
