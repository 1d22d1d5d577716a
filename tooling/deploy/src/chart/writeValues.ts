// `values.yaml`, and the table of values in the chart's README, from the values that the schema declares.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { stringify } from "yaml"
import type { ChartValue } from "./chartValues.ts"
import { chartValues, readSchema } from "./chartValues.ts"

/** Writes both files of a folder of the chart from its schema. */
export const writeValues = (folder: string): void => {
  const values = chartValues(readSchema(folder))
  const readme = join(folder, "README.md")
  writeFileSync(join(folder, "values.yaml"), valuesYaml(values))
  writeFileSync(readme, withTable(readFileSync(readme, "utf8"), values))
}

/** Columns of a line of comment, as of the files beside it. */
const width = 120

/** The text of `values.yaml`: each value with its default, below what it is. */
export const valuesYaml = (values: ReadonlyArray<ChartValue>): string =>
  `# Written by \`pnpm chart\` from values.schema.json: change that.\n\n${values.map((value) => yamlOf(value, "")).join("\n")}`

const yamlOf = ({ name, description, values, default: byDefault }: ChartValue, indent: string): string =>
  [
    ...wrap(description, width - indent.length - 2).map((line) => `${indent}# ${line}\n`),
    ...(values === undefined
      ? [indented(stringify({ [name]: byDefault }, { lineWidth: 0 }), indent)]
      : [`${indent}${name}:\n`, ...values.map((value) => yamlOf(value, `${indent}  `))]),
  ].join("")

const indented = (text: string, indent: string) => text.replaceAll(/^(?=.)/gmu, indent)

/** The text in lines of at most so many characters, unless a word is longer. */
const wrap = (text: string, columns: number): ReadonlyArray<string> =>
  text.split(" ").reduce<ReadonlyArray<string>>((lines, word) => {
    const line = lines.at(-1)
    return line === undefined || line.length + 1 + word.length > columns
      ? [...lines, word]
      : [...lines.slice(0, -1), `${line} ${word}`]
  }, [])

const [begin, end] = ["<!-- values: written by `pnpm chart` from values.schema.json -->", "<!-- end of values -->"]

/** The README with the table of these values between its two marks. */
export const withTable = (readme: string, values: ReadonlyArray<ChartValue>): string => {
  const [before, rest] = [readme.slice(0, readme.indexOf(begin)), readme.slice(readme.indexOf(end))]
  if (!readme.includes(begin) || !rest.startsWith(end)) throw new Error(`README.md lacks ${begin} or ${end}`)
  return `${before}${begin}\n\n${valuesTable(values)}\n${rest}`
}

const valuesTable = (values: ReadonlyArray<ChartValue>): string => {
  const rows = [["value", "default", "what it is"], ...rowsOf(values)]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${widths.map((columns, index) => (cells[index] ?? "").padEnd(columns)).join(" | ")} |\n`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((columns) => "-".repeat(columns))), ...body.map(line)].join("")
}

const rowsOf = (values: ReadonlyArray<ChartValue>): ReadonlyArray<ReadonlyArray<string>> =>
  values.flatMap(({ path, description, values: inner, default: byDefault }) => [
    [`\`${path}\``, inner === undefined ? defaultOf(byDefault) : "", description].map(cell),
    ...rowsOf(inner ?? []),
  ])

/** What has several entries is long, and stands in values.yaml. */
const defaultOf = (value: unknown): string =>
  typeof value === "object" && value !== null && Object.keys(value).length > 1
    ? "see `values.yaml`"
    : `\`${JSON.stringify(value)}\``

const cell = (text: string) => text.replaceAll("|", String.raw`\|`)
