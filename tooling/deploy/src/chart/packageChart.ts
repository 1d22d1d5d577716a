// The chart as others install it: one archive, which has the version of the release and names the image that belongs to it.
import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseDocument } from "yaml"
import type { ValueSchema } from "./chartValues.ts"
import { chartFolder, readSchema } from "./chartValues.ts"
import { writeValues } from "./writeValues.ts"

/** What a chart is released with. */
export interface ChartRelease {
  /** The version of the chart, `1.2.3`. */
  readonly version: string
  /** The version of the worker in the image, which is the tag of it. */
  readonly appVersion: string
  /** The image that pods have where the values name none; without it, whoever installs the chart names one. */
  readonly image?: {
    /** `registry.example.com/rollcall-worker` */
    readonly repository: string
    /** `sha256:` and 64 hexadecimal digits, of the index of all platforms. */
    readonly digest: string
  }
  /** The time of the commit, in whole seconds since 1970. */
  readonly committed: number
}

/** There is no Helm, or it does not take the chart: what it says. */
export class ChartNotPackaged extends Error {}

/**
 * Writes the archive, `rollcall-VERSION.tgz`, into a folder that is there and returns its name. The same commit gives the same bytes with the same
 * Helm, 4 or later, which must be on the PATH; the file has the time of the commit, which `helm push` makes a part of what it pushes. Throws
 * `ChartNotPackaged`.
 */
export const packageChart = ({ version, appVersion, image, committed }: ChartRelease, folder: string): string => {
  const helm = runHelm(["version", "--short"], committed).trim()
  if (!/^v([4-9]|\d\d)/u.test(helm)) {
    throw new ChartNotPackaged(`The Helm on the PATH is ${helm}, which writes the time of day into archives. ${needed}`)
  }
  const made = mkdtempSync(join(tmpdir(), "rollcall-chart-"))
  try {
    cpSync(chartFolder, made, { recursive: true })
    const chart = parseDocument(readFileSync(join(made, "Chart.yaml"), "utf8"))
    chart.set("version", version)
    chart.set("appVersion", appVersion)
    if (image !== undefined) {
      chart.setIn(["annotations", "imageDigest"], image.digest)
      writeFileSync(join(made, "values.schema.json"), JSON.stringify(withRepository(image.repository), null, 2))
      writeValues(made)
    }
    writeFileSync(join(made, "Chart.yaml"), chart.toString())
    runHelm(["package", made, "--destination", folder], committed)
    const name = `${String(chart.get("name"))}-${version}.tgz`
    utimesSync(join(folder, name), committed, committed)
    return name
  } finally {
    rmSync(made, { recursive: true })
  }
}

/** The schema of the values, in which the image has this default. */
const withRepository = (repository: string): ValueSchema => {
  const schema = structuredClone(readSchema())
  const value = schema.properties?.["image"]?.properties?.["repository"]
  if (value === undefined) throw new Error("values.schema.json has no image.repository.")
  Object.assign(value, { default: repository })
  return schema
}

const needed = 'Use Helm 4: PATH="$(bash .ci/renderers):$PATH" has it.'

const runHelm = (args: ReadonlyArray<string>, committed: number): string => {
  const { error, status, stdout, stderr } = spawnSync("helm", args, {
    encoding: "utf8",
    // Helm takes the times of all files from it.
    env: { ...process.env, SOURCE_DATE_EPOCH: String(committed) },
  })
  if (error !== undefined) throw new ChartNotPackaged(`There is no Helm on the PATH. ${needed}`)
  if (status !== 0) throw new ChartNotPackaged(`Helm does not take the chart: ${stderr.trim()}`)
  return stdout
}
