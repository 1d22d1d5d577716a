// Writes the dashboard of the chart, a line for each panel.
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { dashboard } from "./dashboard.ts"
import { rows } from "./rows.ts"

const file = fileURLToPath(new URL("../../../../deploy/helm/rollcall/dashboards/rollcall.json", import.meta.url))
const { panels, ...others } = dashboard(rows)
const lines = panels.map((panel) => `    ${JSON.stringify(panel)}`).join(",\n")
writeFileSync(file, `${JSON.stringify(others, undefined, 2).slice(0, -2)},\n  "panels": [\n${lines}\n  ]\n}\n`)
