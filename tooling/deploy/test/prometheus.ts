// Prometheus itself, which reads metrics on this machine: the program beside the promtool that `BATON_TEST_PROMTOOL` names, or that of the
// machine. `.ci/promtool` finds or fetches both.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schema } from "effect"
import { stringify } from "yaml"
import { findProgram } from "./render.ts"

const beside = join(dirname(process.env["BATON_TEST_PROMTOOL"] ?? ""), "prometheus")
const prometheus = process.env["BATON_TEST_PROMTOOL"] && existsSync(beside) ? beside : findProgram("prometheus")

/** Whether there is one. */
export const hasPrometheus = prometheus !== undefined

/** A value of an answer, with the labels of its series. */
export interface Found {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads `/metrics` of this port five times a second, with these labels, and follows rules twice a second. It needs five seconds to begin. */
export const startPrometheus = Effect.fnUntraced(function* (
  target: number,
  job: string,
  labels: Readonly<Record<string, string>>,
  rules: object,
) {
  const folder = yield* scratchFolder("prometheus")
  const port = yield* freePort
  writeFileSync(join(folder, "rules.yaml"), stringify(rules))
  writeFileSync(
    join(folder, "prometheus.yaml"),
    stringify({
      global: { scrape_interval: "200ms", scrape_timeout: "200ms", evaluation_interval: "500ms" },
      rule_files: ["rules.yaml"],
      scrape_configs: [{ job_name: job, static_configs: [{ targets: [`127.0.0.1:${target}`], labels }] }],
    }),
  )
  let written = ""
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(
        prometheus ?? "prometheus",
        [
          "--config.file=prometheus.yaml",
          "--storage.tsdb.path=data",
          `--web.listen-address=127.0.0.1:${port}`,
          "--log.level=warn",
        ],
        { cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
      )
      child.stderr.setEncoding("utf8").on("data", (text: string) => (written += text))
      return child
    }),
    (child) =>
      Effect.promise(async () => {
        const gone = once(child, "close")
        if (child.exitCode === null && child.kill("SIGKILL")) await gone
      }),
  )
  const ask = <A>(path: string, data: Schema.Decoder<A>): Effect.Effect<A, Error> =>
    Effect.tryPromise({
      try: async (signal) => {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { signal })
        const text = await response.text()
        if (!response.ok) throw new Error(text)
        return Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ data })))(text).data
      },
      catch: (cause) => new Error(`Prometheus did not answer ${path}: ${String(cause)} ${written}`),
    })
  /** What a query gives now, without what is not a number. */
  const query = (expr: string): Effect.Effect<ReadonlyArray<Found>, Error> =>
    Effect.map(ask(`query?query=${encodeURIComponent(expr)}`, Vector), ({ result }) =>
      result
        .map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }))
        .filter(({ value }) => !Number.isNaN(value)),
    )
  const loadedRules: Effect.Effect<ReadonlyArray<LoadedRule>, Error> = Effect.map(ask("rules", Groups), ({ groups }) =>
    groups.flatMap(({ rules: loaded }) => loaded),
  )
  return { query, loadedRules }
})

// https://prometheus.io/docs/prometheus/latest/querying/api
const Vector = Schema.Struct({
  result: Schema.Array(
    Schema.Struct({
      metric: Schema.Record(Schema.String, Schema.String),
      value: Schema.Tuple([Schema.Number, Schema.String]),
    }),
  ),
})
const LoadedRule = Schema.Struct({
  name: Schema.String,
  health: Schema.String,
  lastError: Schema.optionalKey(Schema.String),
  state: Schema.String,
})
const Groups = Schema.Struct({ groups: Schema.Array(Schema.Struct({ rules: Schema.Array(LoadedRule) })) })

/** A rule as Prometheus has it. */
export type LoadedRule = typeof LoadedRule.Type
