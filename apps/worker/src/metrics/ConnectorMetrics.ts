// The metrics about one connector. All of them bear the labels `connector` and `workspace`, and `connection` where the process serves
// several; their values live here, so that they can be shown under a workspace that becomes known only once the system has been asked. Among them are calls and their
// waits, as the clients report them, and the health of the token that they go out with.
import { CallOutcomes } from "@rollcall/api-client"
import type { Connector } from "@rollcall/connector"
import { CallWaits } from "@rollcall/resilience"
import { Context, Deferred, Effect, Layer, Metric } from "effect"

/** Labels of one series, besides `connector`, `workspace` and, where a process has several, `connection`. */
export type Labels = Readonly<Record<string, string>>

interface Series {
  /** The metric under the labels with which it is shown. */
  readonly metric: (shown: Labels) => Metric.Metric<never, unknown>
  readonly labels: Labels
  readonly read: () => unknown
  shownAs?: Metric.Registration
}

/** A connection of a process that serves several. */
export interface OneOfSeveral {
  readonly name: string
  /** Whether the process is coming to its end. */
  readonly isEnding: () => boolean
}

/** What is counted of one connector. */
export class ConnectorMetrics extends Context.Service<
  ConnectorMetrics,
  {
    /** Updates one series, which exists from then on. */
    readonly update: <Input>(
      metric: Metric.Metric<Input, unknown>,
      input: Input,
      labels?: Labels,
    ) => Effect.Effect<void>
    /** Adds to a gauge. */
    readonly add: (metric: Metric.Gauge<number>, difference: number, labels?: Labels) => Effect.Effect<void>
    /** A gauge whose value is computed whenever it is read. */
    readonly compute: (metric: Metric.Gauge<number>, value: () => number) => Effect.Effect<void>
    /** Series that exist, counters with 0, as soon as the workspace is known. */
    readonly declare: (metric: Metric.Metric<number, unknown>, labels?: ReadonlyArray<Labels>) => Effect.Effect<void>
    /** The workspace is known. Another one than before begins with no series but those that are declared. */
    readonly workspaceIs: (id: string) => Effect.Effect<void>
    /** The first workspace, once it is known. */
    readonly workspace: Effect.Effect<string>
  }
>()("@rollcall/worker/ConnectorMetrics") {
  /**
   * Shows its series in the registry of its surroundings; until the workspace is known, its label is empty. Those of one connection of
   * several go with the scope, unless the whole process ends: its last export comes after that.
   */
  static readonly layer = (connector: string, one?: OneOfSeveral): Layer.Layer<ConnectorMetrics> =>
    Layer.effect(
      ConnectorMetrics,
      makeConnectorMetrics({ connector, ...(one === undefined ? {} : { connection: one.name }) }, one?.isEnding),
    )
}

const makeConnectorMetrics = Effect.fnUntraced(function* (whose: Labels, isEnding: () => boolean = () => true) {
  const shownIn = yield* Effect.context()
  const series = new Map<string, Series>()
  const declared: Array<() => void> = []
  let values = Context.make(Metric.MetricRegistry, new Map())
  const known = yield* Deferred.make<string>()
  let workspace = ""

  const show = (one: Series): void => {
    one.shownAs?.remove()
    const hooks = { get: one.read, update: () => undefined, modify: () => undefined }
    one.shownAs = Metric.registerUnsafe(one.metric({ ...one.labels, ...whose, workspace }), shownIn, hooks)
  }
  const put = (id: string, one: Series): void => {
    const key = JSON.stringify([id, one.labels])
    series.get(key)?.shownAs?.remove()
    series.set(key, one)
    show(one)
  }
  /** The metric of one series, which is made where it is new. */
  const own = <Input, State>(metric: Metric.Metric<Input, State>, labels: Labels): Metric.Metric<Input, State> => {
    const labelled = Metric.withAttributes(metric, labels)
    if (!series.has(JSON.stringify([metric.id, labels]))) {
      const registry = values
      const metricAs = (shown: Labels) => Metric.withAttributes(metric, shown)
      put(metric.id, { metric: metricAs, labels, read: () => labelled.valueUnsafe(registry) })
    }
    return labelled
  }

  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      if (!isEnding()) for (const one of series.values()) one.shownAs?.remove()
    }),
  )
  return ConnectorMetrics.of({
    update: (metric, input, labels = {}) => Effect.sync(() => own(metric, labels).updateUnsafe(input, values)),
    add: (metric, difference, labels = {}) => Effect.sync(() => own(metric, labels).modifyUnsafe(difference, values)),
    compute: (metric, value) =>
      Effect.sync(() =>
        put(metric.id, {
          metric: (shown) => Metric.withAttributes(metric, shown),
          labels: {},
          read: () => ({ value: value() }),
        }),
      ),
    declare: (metric, labels = [{}]) =>
      Effect.sync(() => {
        const make = () => labels.forEach((one) => void own(metric, one))
        declared.push(make)
        if (workspace !== "") make()
      }),
    workspace: Deferred.await(known),
    workspaceIs: (id) =>
      Effect.suspend(() => {
        if (id === workspace) return Effect.void
        if (workspace !== "") {
          for (const one of series.values()) one.shownAs?.remove()
          series.clear()
          values = Context.make(Metric.MetricRegistry, new Map())
        }
        workspace = id
        for (const one of series.values()) show(one)
        for (const make of declared) make()
        return Deferred.succeed(known, id)
      }),
  })
})

/** Calls, which are declared where the methods of a system are known before the first call. */
export const calls = Metric.counter("rollcall_api_calls_total", {
  description: "Calls of other systems, retries included, by system, method and result.",
  incremental: true,
})
const waits = Metric.counter("rollcall_api_call_waits_total", {
  description:
    "Waits of calls by key and reason: budget (our own rate), cooldown (the system asked for a pause), retry (after a failure).",
  incremental: true,
})
const waited = Metric.counter("rollcall_api_call_wait_seconds_total", {
  description: "Seconds that calls were to wait, counted when each wait began, by key and reason.",
  incremental: true,
})

/** Counts each call as it ends, and each wait as it begins. */
export const callMetrics: Layer.Layer<never, never, ConnectorMetrics> = Layer.unwrap(
  Effect.map(Effect.service(ConnectorMetrics), ({ update }) =>
    Layer.mergeAll(
      Layer.succeed(CallOutcomes, ({ system, method, result }) => update(calls, 1, { system, method, result })),
      Layer.succeed(CallWaits, ({ key, reason, millis }) =>
        Effect.andThen(update(waits, 1, { key, reason }), update(waited, millis / 1000, { key, reason })),
      ),
    ),
  ),
)

/** The metrics of one connector, calls and waits among them. */
export const connectionMetrics = (connector: string, one?: OneOfSeveral): Layer.Layer<ConnectorMetrics> =>
  Layer.provideMerge(callMetrics, ConnectorMetrics.layer(connector, one))

const valid = Metric.gauge("rollcall_token_valid", {
  description: "1 if the system accepted the token when it was last asked, 0 if it refused it; absent before that.",
})

/** The connector, with what it is told of its token counted. A system that cannot be reached says nothing of a token. */
export const withTokenMetrics = Effect.fnUntraced(function* (
  connector: Connector,
): Effect.fn.Return<Connector, never, ConnectorMetrics> {
  const { update, workspaceIs } = yield* ConnectorMetrics
  const identify = connector.identify.pipe(
    Effect.tap(({ id }) => Effect.andThen(workspaceIs(id), update(valid, 1))),
    Effect.tapError((error) => (error.kind === "refused" ? update(valid, 0) : Effect.void)),
  )
  return { ...connector, identify }
})
