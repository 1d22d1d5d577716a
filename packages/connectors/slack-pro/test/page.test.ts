import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { holdsTable, resourceTypesTable, scopesTable } from "@rollcall/connector-testkit"
import { slackPro } from "../src/index.ts"

const page = readFileSync(new URL("../../../../docs/connectors/slack-pro.md", import.meta.url), "utf8")

for (const [what, table] of [
  ["resource types", resourceTypesTable(slackPro)],
  ["scopes", scopesTable(slackPro)],
] as const) {
  it(`the page of Slack Pro tells its ${what} as it declares them`, () => {
    assert.isTrue(holdsTable(page, table), `docs/connectors/slack-pro.md must hold:\n${table}`)
  })
}
