// docs/export.md has the names and types of all columns.
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import {
  accountColumns,
  columnColumns,
  coverageColumns,
  entitlementColumns,
  fixedTables,
  membershipColumns,
  resourceColumns,
  syncColumns,
} from "../src/index.ts"

const page = readFileSync(new URL("../../../../docs/export.md", import.meta.url), "utf8")

const tables = {
  accounts_TYPE: accountColumns,
  resources_TYPE: resourceColumns,
  memberships: membershipColumns,
  entitlements: entitlementColumns,
  coverage: coverageColumns,
  sync: syncColumns,
  columns: columnColumns,
}

it.each(Object.entries(tables))(
  "docs/export.md lists the columns of %s, their types and what they hold",
  (name, columns) => {
    const [, section = ""] = page.split(new RegExp(`^### .*\`${name}\`$`, "mu"))
    const [, table = ""] = /((?:^\|.*\n)+)/mu.exec(section) ?? []
    const rows = table
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => line.split(/\s*\|\s*/u).slice(1, -1))
    assert.deepStrictEqual(
      rows,
      columns.map((column) => [`\`${column.name}\``, column.type, column.description]),
    )
  },
)

it("docs/export.md has a section for each table that is not one of a type", () => {
  const sections = [...page.matchAll(/^### .*`(.+)`$/gmu)].map(([, name]) => name)
  assert.deepStrictEqual(sections, Object.keys(tables))
  assert.sameMembers(sections.slice(2), [...fixedTables])
})
