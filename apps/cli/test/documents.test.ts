// The documentation tells what the declarations say.
import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { appFields, goFlagsTable, settingsTable } from "@rollcall/config"
import { builtIn, connectorFields } from "@rollcall/host"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const rows = (markdown: string) =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.replaceAll(/ *\| */g, "|").replaceAll(/-{3,}/g, "---"))

const all = [...connectorFields(builtIn), ...appFields]

it("each setting is declared once", () => {
  const names = all.map((field) => field.name)
  assert.deepStrictEqual(names, [...new Set(names)])
})

it("docs/configuration.md has the table of all settings", () => {
  assert.deepStrictEqual(rows(read("../../../docs/configuration.md")), rows(settingsTable(all)))
})

it("docs/migrate-from-baton-slack.md says of every flag of baton-slack what happens", () => {
  const [, table = ""] = read("../../../docs/migrate-from-baton-slack.md").split("## Its flags\n")
  assert.deepStrictEqual(rows(table), rows(goFlagsTable()))
})

it("docs/migrate-from-baton-slack.md has each difference that a comparison explains", async () => {
  const replaced = await Promise.all(builtIn.all.map(async ({ plan, replaces }) => ({ plan, of: await replaces?.() })))
  const [businessPlus, pro] = replaced.map(({ of }) => of?.differences ?? [])
  const known = new Map([...(pro ?? []), ...(businessPlus ?? [])].map((one) => [one.id, one]))
  const has = (list: typeof pro, id: string) => list?.some((one) => one.id === id) === true
  const expected = [...known.values()].map(({ id, what, why }) => {
    const plan = has(pro, id) ? (has(businessPlus, id) ? "both" : "Pro") : "Business+"
    return `|\`${id}\`|${plan}|${what}|${why}|`
  })
  const [, page = ""] = read("../../../docs/migrate-from-baton-slack.md").split("## What is different in the file\n")
  const [section = ""] = page.split("\n## ")
  assert.deepStrictEqual(rows(section).slice(2), expected)
})

it("the help of --audit-file and the pages on the worker and on changes name the same files", () => {
  const help = appFields.find(({ name }) => name === "audit-file")?.description ?? ""
  assert.include(help, "the c1z path and .audit.ndjson")
  assert.include(help, "audit.ndjson in its work folder")
  assert.match(read("../../../docs/worker.md"), /by default `audit\.ndjson` in the\s+work folder/)
  assert.match(read("../../../docs/provisioning.md"), /\.audit\.ndjson/)
})
