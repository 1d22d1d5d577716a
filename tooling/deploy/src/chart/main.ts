// Writes the chart's values.yaml, and the table of its README, from its values.schema.json.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { chartFolder, chartValues, readSchema } from "./chartValues.ts"
import { valuesYaml, withTable } from "./writeValues.ts"

const values = chartValues(readSchema())
const readme = join(chartFolder, "README.md")
writeFileSync(join(chartFolder, "values.yaml"), valuesYaml(values))
writeFileSync(readme, withTable(readFileSync(readme, "utf8"), values))
