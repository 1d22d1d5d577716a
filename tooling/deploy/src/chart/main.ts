// Writes the chart's values.yaml, and the table of its README, from its values.schema.json.
import { chartFolder } from "./chartValues.ts"
import { writeValues } from "./writeValues.ts"

writeValues(chartFolder)
