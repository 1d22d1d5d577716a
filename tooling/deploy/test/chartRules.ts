// The rules of alerts that the chart makes.
import { assert } from "vitest"
import { renderChart } from "./render.ts"

/** One rule as it stands in the chart's PrometheusRule. */
export interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** What stands under `spec` of the PrometheusRule: a file of rules for Prometheus. */
export interface Rules {
  readonly groups: ReadonlyArray<{ readonly name: string; readonly rules: ReadonlyArray<Rule> }>
}

/** Values of a release with so many pods. */
export const podsOf = (replicas: number) => ({
  replicas,
  connections: { configMap: "connections" },
  database: { existingSecret: "postgres" },
  extraEnv: [{ name: "BATON_FILE_STORE", value: "s3://example/synced" }],
})

/** The rules of a release `rollcall` in the namespace `default`, with these values under `alerts` and besides. */
export const rulesWith = (alerts: object = {}, values: object = {}): Rules => {
  const image = { repository: "registry.example.com/rollcall-worker", tag: "1.0.0" }
  const { objects, complaint } = renderChart("rollcall", { image, alerts: { enabled: true, ...alerts }, ...values })
  assert.strictEqual(complaint, "")
  const [rules] = objects.filter(({ kind }) => kind === "PrometheusRule")
  return Reflect.get(rules ?? assert.fail("there are no rules"), "spec")
}
