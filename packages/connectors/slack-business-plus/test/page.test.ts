import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { actionsTable, holdsTable, resourceTypesTable, scopesTable } from "@rollcall/connector-testkit"
import { slackBusinessPlus } from "../src/index.ts"

const page = readFileSync(new URL("../../../../docs/connectors/slack-business-plus.md", import.meta.url), "utf8")
const connector = slackBusinessPlus()

for (const [what, table] of [
  ["resource types", resourceTypesTable(connector)],
  ["scopes", scopesTable(connector)],
  ["actions", actionsTable(connector)],
] as const) {
  it(`the page of Slack Business+ tells its ${what} as it declares them`, () => {
    assert.isTrue(holdsTable(page, table), `docs/connectors/slack-business-plus.md must hold:\n${table}`)
  })
}
