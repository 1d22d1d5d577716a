// What is counted of calls. Every client puts a span around a call (`slack users.list`, `scim GET Users list`,
// `c1.GetTask`), retries included, so the spans of the process are where calls are counted.
import type { CallWait } from "@rollcall/resilience"
import { Cause, Effect, Exit, Layer, Metric, Option, Tracer } from "effect"

const calls = Metric.counter("rollcall_calls_total", {
  description: "Calls of other systems, retries included, by system, method and result.",
  incremental: true,
})
const waits = Metric.counter("rollcall_call_waits_total", {
  description:
    "Waits of calls by key and reason: budget (our own pace), cooldown (told to slow down), retry (after a failure).",
  incremental: true,
})
const waited = Metric.counter("rollcall_call_wait_seconds_total", {
  description: "Seconds that calls were going to wait when the waits began, by key and reason.",
  incremental: true,
})

/** Counts a wait as it begins. */
export const measureWait = ({ key, reason, millis }: CallWait): Effect.Effect<void> =>
  Effect.andThen(
    Metric.update(Metric.withAttributes(waits, { key, reason }), 1),
    Metric.update(Metric.withAttributes(waited, { key, reason }), millis / 1000),
  )

/** The tracer of the surroundings, which counts the calls among the spans that it makes. */
export const callCountingTracer: Layer.Layer<never> = Layer.effect(
  Tracer.Tracer,
  Effect.gen(function* () {
    const context = yield* Effect.context()
    const tracer = yield* Tracer.Tracer
    const count = (name: string, exit: Exit.Exit<unknown, unknown>) => {
      const attributes = { ...callOf(name), result: resultOf(exit) }
      Metric.withAttributes(calls, attributes).updateUnsafe(1, context)
    }
    return Tracer.make({
      ...(tracer.context === undefined ? {} : { context: tracer.context }),
      span: (options) => {
        const span = tracer.span(options)
        if (options.kind !== "client") return span
        const end = span.end.bind(span)
        span.end = (time, exit) => {
          count(options.name, exit)
          end(time, exit)
        }
        return span
      },
    })
  }),
)

const callOf = (span: string): { readonly system: string; readonly method: string } => {
  const [, system = "", method = ""] = /^([^ .]+)[ .](.*)$/u.exec(span) ?? []
  return { system, method }
}

/** `ok`, `interrupted`, `defect`, or the reason of the client's error. */
const resultOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "ok"
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return Cause.hasDies(exit.cause) ? "defect" : "interrupted"
  const reason: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "reason") : undefined
  if (typeof reason === "string") return reason
  const tag: unknown = typeof reason === "object" && reason !== null ? Reflect.get(reason, "_tag") : undefined
  return typeof tag === "string" ? tag : "error"
}
