// Dashboard and alerts of the chart on what a real worker reports, read by Prometheus itself: each query finds something, or it says here
// why not.
import { assert, describe, it } from "@effect/vitest"
import { hasPostgres } from "@rollcall/test-kit/postgres"
import { freePort } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { dashboard } from "../src/dashboard/dashboard.ts"
import { rows } from "../src/dashboard/rows.ts"
import { podsOf, rulesWith } from "./chartRules.ts"
import { deployFolder } from "./kubernetesObject.ts"
import { startObservedWorker } from "./observedWorker.ts"
import type { Found } from "./prometheus.ts"
import { hasPrometheus, startPrometheus } from "./prometheus.ts"
import { findProgram } from "./render.ts"

const read = (path: string) => readFileSync(join(deployFolder, "..", path), "utf8")

/** What Grafana puts into queries. */
const filled = (expr: string) =>
  expr
    .replaceAll("$namespace", "default")
    .replaceAll("$job", "default/rollcall")
    .replaceAll("$connection", ".*")
    .replaceAll("$__rate_interval", "1m")

const queries = rows.flatMap(({ panels }) =>
  panels.flatMap((panel) =>
    panel.queries.map(({ expr, legend = "" }) => ({ title: panel.title, legend, expr: filled(expr) })),
  ),
)

/** The selectors of a query, such as `rollcall_token_valid{job="…"}`. */
const selectorsOf = (expr: string) => [...expr.matchAll(/\b\w+\{[^}]*\}/gu)].map(([selector]) => selector)
const nameOf = (selector: string) => selector.slice(0, selector.indexOf("{"))

/** What a worker of a few seconds reports nothing of. */
const unreported: Readonly<Record<string, string>> = {
  kube_pod_container_status_restarts_total: "of kube-state-metrics",
  rollcall_clock_skew_seconds: "known at the second pass over leases, half a minute after the start",
}
const isReported = (expr: string) => selectorsOf(expr).every((selector) => !Object.hasOwn(unreported, nameOf(selector)))

/** Labels of these that one of the results does not have. */
const lacking = (results: ReadonlyArray<Found>, labels: ReadonlyArray<string>) =>
  labels.filter((label) => results.some((result) => !Object.hasOwn(result.labels, label)))

const canTry = hasPrometheus && hasPostgres && findProgram("helm") !== undefined

describe("the dashboard", () => {
  it("is the one that `pnpm chart` writes", () => {
    assert.deepStrictEqual(JSON.parse(read("deploy/helm/rollcall/dashboards/rollcall.json")), dashboard(rows))
  })

  it("shows every metric that the page on Kubernetes explains", () => {
    const shown = new Set(
      queries.flatMap(({ expr }) => selectorsOf(expr).map((one) => nameOf(one).replace(/_bucket$/u, ""))),
    )
    const explained = [...read("docs/deploy-kubernetes.md").matchAll(/^\| `((?:rollcall|process|nodejs)_\w+)` /gmu)]
    // The age is the same as the point in time.
    const others = explained.map(([, name]) => name).filter((name) => name !== undefined && !shown.has(name))
    assert.deepStrictEqual(others, ["rollcall_sync_last_success_timestamp_seconds"])
  })

  it("has each panel in a place of its own", () => {
    const places = dashboard(rows).panels.flatMap(({ gridPos: { x, y, w, h } }) => {
      assert.isAtMost(x + w, 24)
      return Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`)
    })
    assert.strictEqual(new Set(places).size, places.length)
  })
})

describe.skipIf(!canTry)(
  "Prometheus, which reads a real worker (skipped where it, PostgreSQL or helm is not there)",
  () => {
    it.live(
      "finds what dashboard and alerts ask for, with the labels that they name, and one alert: that of the drift",
      () =>
        Effect.gen(function* () {
          const target = yield* freePort
          const { groups } = rulesWith({ gaps: true }, podsOf(3))
          const rules = groups.flatMap((group) => group.rules)
          const labels = { namespace: "default", pod: "rollcall-1" }
          const { query, loadedRules } = yield* startPrometheus(target, "default/rollcall", labels, { groups })
          const { task } = yield* startObservedWorker(target)
          /** What a query finds, once it finds something. */
          const found = (expr: string) =>
            query(expr).pipe(
              Effect.orElseSucceed((): ReadonlyArray<Found> => []),
              Effect.repeat({
                schedule: Schedule.spaced("100 millis"),
                times: 600,
                until: (results) => results.length > 0,
              }),
            )
          // A task is an increase only of what was seen before it, and how long tasks take is not there before the first one.
          yield* task
          assert.isNotEmpty(yield* found("rollcall_task_duration_seconds_count"))
          yield* task

          for (const { title, legend, expr } of queries.filter((one) => isReported(one.expr))) {
            const results = yield* found(expr)
            assert.isNotEmpty(results, `${title}: ${expr}`)
            const named = [...legend.matchAll(/\{\{(\w+)\}\}/gu)].map(([, label = ""]) => label)
            assert.deepStrictEqual(lacking(results, named), [], `${title}: ${expr}`)
          }
          // What is shown as 0 where there is none has to be there too.
          const reported = [...queries, ...rules].filter(({ expr }) => isReported(expr))
          for (const selector of new Set(reported.flatMap(({ expr }) => selectorsOf(expr)))) {
            assert.isNotEmpty(yield* found(selector), selector)
          }
          for (const { alert, expr } of rules.filter((rule) => isReported(rule.expr))) {
            for (const [, by = "", selector = ""] of expr.matchAll(/by \(([^)]*)\) \((?:\w+\()?(\w+\{[^}]*\})/gu)) {
              assert.deepStrictEqual(lacking(yield* found(selector), by.split(", ")), [], `${alert}: ${selector}`)
            }
          }
          for (const name of Object.keys(unreported)) assert.isEmpty(yield* query(name), name)

          const loaded = yield* loadedRules
          assert.sameMembers(
            loaded.map(({ name }) => name),
            rules.map(({ alert }) => alert),
          )
          assert.deepStrictEqual(
            loaded.flatMap(({ name, health, lastError }) => (health === "ok" ? [] : [`${name}: ${lastError}`])),
            [],
          )
          assert.deepStrictEqual(
            loaded.filter(({ state }) => state === "firing").map(({ name }) => name),
            ["RollcallDrift"],
          )
        }).pipe(Effect.scoped),
    )
  },
)
