// The values of the chart, each of which is declared once, in `values.schema.json`: what it may be, what it is (`description`) and what it is
// when nobody says otherwise (`default`). `pnpm chart` writes `values.yaml` and the table of the chart's README from it.
//
// To add a value: add it to the schema with both, run `pnpm chart`, use it in a template, and say in `test/renderings` what of which object
// it changes. `chartValues.test.ts` fails while one of these lacks.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The folder of the chart. */
export const chartFolder = fileURLToPath(new URL("../../../../deploy/helm/rollcall/", import.meta.url))

/** A value that a user gives, or, with `values`, a group of such. */
export interface ChartValue {
  readonly name: string
  /** From the top, such as `image.tag`. */
  readonly path: string
  /** Sentences in Markdown. */
  readonly description: string
  /** What it is when nobody says otherwise; nothing for a group. */
  readonly default?: unknown
  readonly values?: ReadonlyArray<ChartValue>
}

/** The part of a JSON schema that says of a value what it is. */
export interface ValueSchema {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, ValueSchema>>
}

/** The schema of a folder of the chart, that of the repository as a rule. */
export const readSchema = (folder = chartFolder): ValueSchema =>
  JSON.parse(readFileSync(join(folder, "values.schema.json"), "utf8"))

/** The values of a schema in its order, without `global`, which is Helm's. */
export const chartValues = (schema: ValueSchema, above = ""): ReadonlyArray<ChartValue> =>
  Object.entries(schema.properties ?? {}).flatMap(([name, value]): ReadonlyArray<ChartValue> => {
    const path = `${above}${name}`
    if (path === "global") return []
    if (value.description === undefined) throw new Error(`${path} has no description in values.schema.json.`)
    const told = { name, path, description: value.description }
    // What has a default is given whole, though the schema may know its parts: Helm merges them.
    if ("default" in value) return [{ ...told, default: value.default }]
    if (value.properties === undefined) throw new Error(`${path} has no default in values.schema.json.`)
    return [{ ...told, values: chartValues(value, `${path}.`) }]
  })

/** The values that users give, without the groups. */
export const leavesOf = (values: ReadonlyArray<ChartValue>): ReadonlyArray<ChartValue> =>
  values.flatMap((value) => (value.values === undefined ? [value] : leavesOf(value.values)))
