// Tries alert rules on series with promtool, Prometheus' own tool: the one that `BATON_TEST_PROMTOOL` names, or that of the machine.
// `.ci/promtool` finds or fetches one.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stringify } from "yaml"
import { findProgram } from "./render.ts"

const promtool = process.env["BATON_TEST_PROMTOOL"] || findProgram("promtool")

/** Whether there is one. */
export const hasPromtool = promtool !== undefined

/** So many samples with the same value, or with one that rises by so much each time; without a value, the series is not there. */
export type Stretch = readonly [samples: number, value?: number | undefined, rise?: number]

/** A series as Prometheus has it. */
export interface Series {
  readonly series: string
  readonly values: string
}

/** The series of this name, with these labels, as it goes from the first sample on. */
export const series = (
  name: string,
  labels: Readonly<Record<string, string>>,
  ...stretches: ReadonlyArray<Stretch>
): Series => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(",")}}`,
  values: stretches
    .filter(([samples]) => samples > 0)
    .map(valuesOf)
    .join(" "),
})

const valuesOf = ([samples, value, rise = 0]: Stretch): string => {
  // Prometheus marks where a series ends, at the first sample without it.
  if (value === undefined) return samples > 1 ? `stale _x${samples - 1}` : "stale"
  return `${value}+${rise}x${samples - 1}`
}

/** What fires at any time within the last so many minutes of these, as `Alert connection`. */
export interface Expectation {
  readonly minutes: number
  readonly within?: number
  readonly firing: ReadonlyArray<string>
  /** Minutes from one sample to the next; 1 when absent. */
  readonly step?: number
}

/** What promtool says that is wrong; empty where exactly the expected alerts fire. */
export const alertFaults = (
  rules: object,
  given: ReadonlyArray<Series>,
  { minutes, within = minutes, firing, step = 1 }: Expectation,
): string => {
  const samples = firing.map((one) => {
    const [alertname = "", connection] = one.split(" ")
    const labels = Object.entries({ alertname, connection }).flatMap(([label, value]) =>
      value === undefined ? [] : [`${label}=${JSON.stringify(value)}`],
    )
    return { labels: `{${labels.join(",")}}`, value: 1 }
  })
  const folder = mkdtempSync(join(tmpdir(), "rollcall-alerts-"))
  try {
    writeFileSync(join(folder, "rules.yaml"), stringify(rules))
    writeFileSync(
      join(folder, "test.yaml"),
      stringify({
        rule_files: ["rules.yaml"],
        evaluation_interval: `${step}m`,
        tests: [
          {
            interval: `${step}m`,
            input_series: given,
            promql_expr_test: [
              {
                expr: `group by (alertname, connection) (max_over_time(ALERTS{alertstate="firing"}[${within}m]))`,
                eval_time: `${minutes}m`,
                exp_samples: samples,
              },
            ],
          },
        ],
      }),
    )
    const { status, stdout, stderr } = spawnSync(promtool ?? "promtool", ["test", "rules", "test.yaml"], {
      cwd: folder,
      encoding: "utf8",
    })
    return status === 0 ? "" : stdout + stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}
