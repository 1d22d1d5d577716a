// The documentation tells what the declarations say.
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { appFields, settingsTable } from "@rollcall/config"
import { allConnectorFields } from "@rollcall/connector-registry"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const rows = (markdown: string) =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.replaceAll(/ *\| */g, "|").replaceAll(/-{3,}/g, "---"))

const all = [...allConnectorFields, ...appFields]

it("each setting is declared once", () => {
  const names = all.map((field) => field.name)
  assert.deepStrictEqual(names, [...new Set(names)])
})

it("docs/configuration.md has the table of all settings", () => {
  assert.deepStrictEqual(rows(read("../../../docs/configuration.md")), rows(settingsTable(all)))
})
